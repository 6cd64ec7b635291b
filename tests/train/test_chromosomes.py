"""What training takes from other chromosomes has no known promoter, no start of a transcript, nothing held out."""

import gzip
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from regard.data.sequences import decode, reverse_complement
from regard.errors import InputError
from regard.train.genome import read_genome
from regard.train.placed import LONGEST, NEAR

TRAINING = Path(__file__).parents[2] / "training" / "dna"
BASES, PROMOTER, START, SHARED = 30_000, 5_000, 15_000, 25_000  # of the chromosome; where what is cut out lies


@pytest.fixture
def chromosomes(monkeypatch):
    """training/dna/chromosomes.py, imported as its scripts import each other."""
    monkeypatch.syspath_prepend(TRAINING)
    for name in ("batches", "chromosomes"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield import_module("chromosomes")
    for name in ("batches", "chromosomes"):
        sys.modules.pop(name, None)


@pytest.fixture
def given(tmp_path, monkeypatch, chromosomes):
    """A chromosome with a promoter of training, the start of a transcript, and 60 bases of a held-out segment."""
    rng = np.random.default_rng(1)
    text = decode(rng.integers(0, 4, BASES, dtype=np.uint8))
    held = decode(rng.integers(0, 4, 2_000, dtype=np.uint8))
    text = text[:SHARED] + reverse_complement(held[500:560]) + text[SHARED + 60 :]
    data, splits = tmp_path / "data", tmp_path / "splits"
    data.mkdir()
    splits.mkdir()
    rows = [text[PROMOTER : PROMOTER + 300], decode(rng.integers(0, 4, 300, dtype=np.uint8))]
    rows += [decode(rng.integers(0, 4, 300, dtype=np.uint8))]
    pd.DataFrame({"sequence": rows, "label": [1, 1, 0]}).to_parquet(data / "promoter_train.parquet")
    pd.DataFrame({"row": [0, 1, 2], "fold": [2, 0, 2]}).to_csv(splits / "promoters.tsv.gz", sep="\t", index=False)
    with gzip.open(data / "human_chr22.fa.gz", "wt") as file:
        file.write(f">chr22_1_2000\n{held}\n>chr22_3000_5000\n{text[20_000:22_000]}\n")
    roles = {"segment": ["chr22_1_2000", "chr22_3000_5000"], "role": ["test", "train"]}
    pd.DataFrame(roles).to_csv(splits / "segments.tsv.gz", sep="\t", index=False)
    (tmp_path / "7.fa").write_text(f">7\n{text}\n")
    place = {"_labels": ["chr7", "chr8"], "_starts": [14_000, 1], "_ends": [START + 1, 2], "Strand": ["-", "+"]}
    pd.DataFrame(place).to_parquet(tmp_path / "transcripts.parquet")
    monkeypatch.setattr(sys.modules["batches"], "SPLITS", splits)
    arguments = ["--genome", str(tmp_path / "7.fa"), "--transcripts", str(tmp_path / "transcripts.parquet")]
    monkeypatch.setattr(sys, "argv", ["chromosomes.py", str(data), str(tmp_path / "out"), *arguments])
    return tmp_path / "out" / "chromosomes.fa", text


def test_what_is_cut_out_is_what_may_be_a_promoter_or_is_held_out(chromosomes, given):
    out, text = given
    chromosomes.main()
    kept = read_genome(out)
    ends = [tuple(map(int, name.split("_")[1:])) for name in kept.names]
    assert ends == [
        (0, PROMOTER - NEAR),
        (PROMOTER + 300 + NEAR, START - NEAR),
        (START + NEAR + 1, SHARED + 25),
        (SHARED + 36, BASES),
    ]
    assert decode(kept.codes[: PROMOTER - NEAR]) == text[: PROMOTER - NEAR]


@pytest.mark.parametrize(
    ("record", "says"),
    [(">9\nACGT\n", "chromosome '9': no transcript is on it"), (">7\nACGT\n>8\nACGT\n", "7.fa: 2 sequences")],
)
def test_what_is_no_chromosome_that_is_known_is_refused(chromosomes, given, record, says):
    out, _ = given
    (out.parents[1] / "7.fa").write_text(record)
    with pytest.raises(InputError, match=says):
        chromosomes.main()
    assert not out.exists()


def test_short_pieces_and_stretches_without_bases_are_left_out(chromosomes):
    free = np.ones(3 * LONGEST, dtype=bool)
    free[[LONGEST - 1, 2 * LONGEST]] = False
    assert chromosomes.pieces(free).tolist() == [[LONGEST, 2 * LONGEST]]


def test_windows_of_more_chromosomes_are_drawn_besides(chromosomes, given, monkeypatch):
    out, _ = given
    chromosomes.main()
    batches = sys.modules["batches"]
    monkeypatch.setattr(batches, "to_promoter", lambda genome: np.full(len(genome.codes), NEAR))
    data = out.parents[1] / "data"
    alone, more = batches.background_of(data, "train"), batches.background_of(data, "train", more=out)
    lengths = np.diff(read_genome(out).starts)
    assert len(alone.starts) == 2_000 - 299
    assert len(more.starts) == len(alone.starts) + (lengths - 299).sum()
