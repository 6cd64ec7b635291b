"""Which kind of negatives an input has is told from the negatives alone."""

import io
import json

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from regard.data.sequences import decode, encode, read_fasta
from regard.models.dna_gpt.model import load
from regard.models.shelf.shipped import DNA_GPT
from regard.studies.demo import EXAMPLES
from regard.studies.dna.negatives import kind_of_negatives
from regard.studies.dna.study import run
from regard.train.negatives import replace_blocks


@pytest.fixture(scope="module")
def model():
    return load(DNA_GPT)


@pytest.fixture(scope="module")
def examples():
    found = list(read_fasta(EXAMPLES / "chr22_promoters.fa"))
    return [s for h, s in found if h.startswith("promoter")][:5], [s for h, s in found if h.startswith("random")][:5]


def table(promoters, negatives):
    label = ["promoter"] * len(promoters) + ["non-promoter"] * len(negatives)
    return pd.DataFrame({"sequence": [*promoters, *negatives], "label": label})


def test_windows_are_told_from_promoters_with_replaced_blocks(model, examples):
    promoters, windows = examples
    kind, why = kind_of_negatives(model, table(promoters, windows), 0)
    assert kind == "genome" and "labelled non-promoters look like windows of the genome" in why
    built = replace_blocks(np.stack([encode(s) for s in promoters]), np.random.default_rng(0))
    kind, why = kind_of_negatives(model, table(promoters, [decode(one) for one in built]), 0)
    assert kind == "blocks" and "5 of 5" in why and "--negatives" in why


def test_without_labelled_negatives_it_is_the_genome(model, examples):
    promoters, _ = examples
    assert kind_of_negatives(model, table(promoters, []), 0)[0] == "genome"
    kind, why = kind_of_negatives(model, table(promoters, []).drop(columns="label"), 0)
    assert kind == "genome" and "has no labels" in why


@pytest.mark.parametrize(("asked", "taken"), [(None, "genome"), ("blocks", "blocks")])
def test_a_run_says_what_it_took_and_why_unless_it_was_asked(examples, tmp_path, asked, taken):
    promoters, windows = examples
    table(promoters[:1], [*windows[:1], "GC" * 60]).to_csv(tmp_path / "x.tsv", sep="\t", index=False)
    said = io.StringIO()
    console = Console(file=said, width=10_000)
    run(tmp_path / "x.tsv", "promoter", tmp_path / "out", negatives=asked, predictions_only=True, console=console)
    assert ("of 2 labelled non-promoters look like" in said.getvalue()) == (asked is None)
    assert "1 of 3 sequences are not 150 to 512 bases long" in said.getvalue()
    assert "1 have more than 87% G and C" in said.getvalue()
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["settings"]["negatives"] == taken
