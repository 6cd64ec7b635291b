import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from regard.attribute.gradient import gradient_x_input
from regard.cli import main
from regard.cli.enhancer import number
from regard.data.sequences import encode, read_fasta
from regard.errors import InputError
from regard.models.dna_gpt.model import load
from regard.models.dna_gpt.predict import logits_of
from regard.models.shelf.shipped import DNA_GPT
from regard.studies.dna.evidence import class_score
from regard.studies.tasks import task_of

EXAMPLE = Path(__file__).parents[1] / "src" / "regard" / "examples" / "chr22_locus.fa.gz"
PROMOTERS = EXAMPLE.with_name("chr22_promoters.fa")


def regard(monkeypatch, *arguments):
    monkeypatch.setattr("sys.argv", ["regard", "enhancer", *map(str, arguments)])
    with pytest.raises(SystemExit) as stop:
        main()
    return stop.value.code or 0


def test_a_real_promoter_is_read_at_its_tss(monkeypatch, tmp_path):
    out = tmp_path / "out"
    where = ("locus", "chr22:31,795,341-31,795,640", "--tss", "31,795,590", "--genome", EXAMPLE)
    assert regard(monkeypatch, *where, "--shuffles", 1, "--out", out) == 0
    table = pd.read_csv(out / "positions.tsv", sep="\t").set_index("start")
    gradient = table[table.method == "gradient × input"].score
    assert len(gradient) == 300
    assert np.allclose(gradient, slopes(promoter(), centre=False), atol=1e-4, rtol=1e-3)
    settings = json.loads((out / "manifest.json").read_text())["settings"]
    assert settings["trained"] is True and settings["targets"] == {"chr22:31,795,590": "chr22:31795590+"}
    assert f"log odds of a promoter is {log_odds():.3g}." in (out / "report.html").read_text()


def promoter() -> np.ndarray:
    """The same 300 bases, read without the study."""
    pieces = {header.split()[0]: sequence for header, sequence in read_fasta(EXAMPLE)}
    begin = 31_795_340 - 31_794_478
    return encode(pieces["chr22_31794478_31797484"][begin : begin + 300])


def log_odds() -> float:
    logits = torch.from_numpy(logits_of(load(DNA_GPT), "promoter", [promoter()]))
    return float(task_of("promoter").score(logits))


def slopes(codes: np.ndarray, *, centre: bool = True) -> np.ndarray:
    """Absolute gradient × input of the log odds, (bases,)."""
    model, task = load(DNA_GPT), task_of("promoter")
    tokens = torch.from_numpy(codes).long()[None]
    return abs(gradient_x_input(lambda x: class_score(model, task, x), tokens, centre=centre)[0])


@pytest.mark.slow
def test_gradients_of_held_out_promoters_are_highest_before_the_tss_whose_place_was_never_told():
    """Their mean over promoters that training has not seen, TSS at 249: in training it stood anywhere."""
    sequences = [s for header, s in read_fasta(PROMOTERS) if header.startswith("promoter")][:24]
    each = np.stack([one / one.mean() for one in (slopes(encode(s)) for s in sequences)])
    assert -40 <= each.mean(axis=0).argmax() - 249 <= 5
    assert each[:, 209:255].mean() > 1.3


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("locus", "chr22:31,795,341-31,795,640", "--tss", "1e6"), "--tss 1e6: expected a whole number"),
        (("locus", "chr22:31,795,341-31,795,640"), "no transcription start is known"),
        (("locus", "chr2:1-100", "--tss", "5"), "no chromosome 'chr2'"),
        (("locus", "chr22:1-100", "--tss", "5"), "nothing of"),
        (("locus", "chr22:31,795,341-31,795,640", "--tss", "31,795,590", "--model", "enformr"), "no name: there are"),
        (("locus", "chr22:31,795,341-31,795,640", "--tss", "31,795,590", "--window", "600"), "takes 100 to 512"),
        (("locus", "chr22:31,795,341-31,795,640", "--tss", "31,795,590", "--tracks", "3"), "--tracks is for Enformer"),
        (("locus", "chr22:31,795,341-31,795,640", "--tss", "31,795,590", "--model", "json:loads"), "TypeError"),
        (("boundaries", "missing.bed", "--model", "dna-gpt"), "no such file"),
        (("boundaries", "missing.bed"), "regard models get enformer"),
    ],
)
def test_errors_are_one_line(monkeypatch, tmp_path, capsys, arguments, says):
    monkeypatch.setenv("REGARD_MODELS", str(tmp_path / "models"))
    out = tmp_path / "out"
    assert regard(monkeypatch, *arguments, "--genome", EXAMPLE, "--out", out) == 2
    error = capsys.readouterr().err.strip()
    assert says in error and "\n" not in error
    assert not out.exists()


def test_a_model_of_ones_own_is_read_from_the_working_folder(monkeypatch, tmp_path):
    (tmp_path / "own_cnn_for_a_test.py").write_text(
        "from dataclasses import replace\nfrom tests.toys.boundary import domains\n\n\n"
        "def cnn():\n    return replace(domains(), attend=None, untrained=None, name='my CNN', tss=100)\n"
    )
    monkeypatch.chdir(tmp_path)
    where = ("locus", "chr22:31,795,341-31,795,640", "--tss", "31,795,590", "--genome", EXAMPLE)
    assert regard(monkeypatch, *where, "--model", "own_cnn_for_a_test:cnn", "--shuffles", 0, "--out", "out") == 0
    assert set(pd.read_csv("out/positions.tsv", sep="\t").method) == {"gradient × input"}
    page = (tmp_path / "out" / "report.html").read_text()
    assert "my CNN has no attention" in page and "Attention was taken" not in page


def test_numbers_are_read_with_commas_or_without():
    assert number("--tss", " 31,795,590") == number("--tss", "31795590") == 31_795_590
    with pytest.raises(InputError):
        number("--tss", "-5")
