"""A spike at the TSS in words, from planted attention."""

import numpy as np
import pandas as pd
import pytest

from regard.core.evidence import NOT_SUPPORTED, SUPPORTED, TOO_FEW
from regard.studies.dna.spike import ordinal, spike_words

LENGTH = 100


def told(tss, *, height=0.0, at=60, verdict=SUPPORTED, heads=()) -> str:
    rng = np.random.default_rng(0)
    own, other = rng.normal(0, 0.01, (2, 20, LENGTH))
    own[:, at] += height
    rows = pd.DataFrame(
        {"value": 0.9, "ci_low": 0.8, "ci_high": 0.95, "verdict": verdict, "reason": "r"}, range(LENGTH)
    )
    near = pd.DataFrame({"method": [f"attention received, {h}, base 60" for h in heads], "verdict": SUPPORTED})
    return spike_words({"promoter": own, "none": other}, rows, near, tss, fold=True)


def test_a_spike_is_named_with_its_size_its_heads_and_its_verdict():
    said = told(60, height=1.0, heads=["block 1 head 2"])
    assert said.startswith(
        "The spike is the TSS (base 60): in the mean of heads it receives 2.0 times as much in promoter"
    )
    assert "supported (AUROC 0.90 [0.80, 0.95])" in said
    assert "single heads that show it beyond chance: block 1 head 2" in said


def test_one_base_off_is_still_the_tss_and_lower_ones_count_as_well():
    said = told(60, height=-1.0, at=61)
    assert "the TSS (base 60; most at base 61)" in said
    assert "0.5 times as much" in said


@pytest.mark.parametrize(("verdict", "words"), [(TOO_FEW, "too few sequences for a verdict"), (NOT_SUPPORTED, "for r")])
def test_what_is_not_supported_is_said_to_be_so(verdict, words):
    assert words in told(60, height=1.0, verdict=verdict)


def test_no_spike_is_called_one():
    assert told(60).startswith("No spike at the TSS (base 60")
    assert told(30, height=1.0).startswith("No spike at the TSS (base 30")  # one elsewhere is not the TSS


def test_without_a_tss_the_base_that_differs_most_is_said():
    assert told(None, height=1.0).startswith("The single base that differs most is 60 (2.0 times as much in promoter")


def test_ordinals():
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 112)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th",
    ]  # fmt: skip
