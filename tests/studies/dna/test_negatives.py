"""Which kind of negatives an input has is told from the negatives alone."""

import numpy as np
import pandas as pd
import pytest

from regard.data.sequences import decode, encode, read_fasta
from regard.models.dna_gpt.model import load
from regard.models.shelf.shipped import DNA_GPT
from regard.studies.demo import EXAMPLES
from regard.studies.dna.negatives import kind_of_negatives
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
