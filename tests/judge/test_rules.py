"""Every word and every reason for it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regard.core.evidence import CANNOT_TELL, NOT_SUPPORTED, SUPPORTED, TOO_FEW, VERDICTS
from regard.judge.engine import LEVEL
from regard.judge.rules import ALL_KNOWN, FEWEST_GROUPS, Case, Words, decide

WORDS = Words("labels turned", "letters and place", "sequences")
GOOD = Case(
    positives=20, groups=8, lacks="", z=6.0, limit=4.0, bound=5.0, p=0.01, known=0.97, placed=0.97, possible=True,
    adds=0.02, low=0.01, high=0.03, words=WORDS,
)  # fmt: skip


def test_all_at_their_borders_is_supported_and_the_reason_says_all():
    verdict, reason = decide(GOOD)
    assert verdict == SUPPORTED
    assert "z = 6.0" in reason and "p = 0.01" in reason and "random weights (5.0)" in reason
    assert "+0.020 [+0.010, +0.030]" in reason and "letters and place" in reason and "labels turned" in reason


@pytest.mark.parametrize(("change", "verdict", "word"), [
    ({"positives": 19}, TOO_FEW, "19 positives in 8 sequences; 20 in 8"),
    ({"groups": FEWEST_GROUPS - 1}, TOO_FEW, "20 positives in 7 sequences"),
    ({"words": replace(WORDS, fewest=21)}, TOO_FEW, "21 in 8"),
    ({"lacks": "the sequences"}, CANNOT_TELL, "needs the sequences"),
    ({"known": ALL_KNOWN}, CANNOT_TELL, "letters and place tell these labels by themselves"),
    ({"placed": ALL_KNOWN}, CANNOT_TELL, "nothing is left"),
    ({"possible": False}, CANNOT_TELL, "would not pass: random weights (up to z = 5.0) give as much"),
    ({"possible": False, "bound": 3.0}, CANNOT_TELL, "would not pass: labels turned give as much"),
    ({"possible": False, "bound": np.nan}, CANNOT_TELL, "would not pass: labels turned give as much"),
    ({"p": 0.011}, NOT_SUPPORTED, "4.0 is asked; corrected p = 0.011"),
    ({"p": np.nan}, NOT_SUPPORTED, "labels turned agree as well"),
    ({"z": 5.0}, NOT_SUPPORTED, "random weights reach as much (z = 5.0, theirs up to 5.0)"),
    ({"adds": 0.0}, NOT_SUPPORTED, "adds nothing to letters and place: +0"),
    ({"adds": -0.1}, NOT_SUPPORTED, "adds nothing"),
    ({"adds": np.nan}, NOT_SUPPORTED, "adds nothing"),
])  # fmt: skip
def test_each_test_that_fails_alone_gives_its_word(change, verdict, word):
    found, reason = decide(replace(GOOD, **change))
    assert found == verdict and word in reason


def test_without_twins_that_are_needed_there_is_no_bound_and_no_word_of_them():
    verdict, reason = decide(replace(GOOD, bound=np.nan))
    assert verdict == SUPPORTED and "random weights" not in reason


def test_the_first_test_that_fails_is_the_reason():
    wrong = [
        {"positives": 3}, {"lacks": "twins"}, {"known": 1.0}, {"possible": False}, {"p": 0.5}, {"z": 1.0},
        {"adds": -1.0},
    ]  # fmt: skip
    for k, first in enumerate(wrong):
        every = {name: value for one in wrong[k:] for name, value in one.items()}
        assert decide(replace(GOOD, **every)) == decide(replace(GOOD, **(every | first)))
        words = decide(replace(GOOD, **every))[1]
        assert words.split(":")[0].split(" (")[0] in decide(replace(GOOD, **first))[1] or k == 4


@given(
    st.integers(0, 40), st.integers(0, 16), st.sampled_from(["", "twins"]), st.floats(0, 10), st.floats(0, 10),
    st.floats(0.001, 1), st.floats(-1, 1), st.floats(-1, 1), st.booleans(), st.floats(-1, 1),
)  # fmt: skip
def test_supported_means_all_of_it(positives, groups, lacks, z, bound, p, known, placed, possible, adds):
    case = replace(
        GOOD, positives=positives, groups=groups, lacks=lacks, z=z, bound=bound, p=p, known=known, placed=placed,
        possible=possible, adds=adds,
    )  # fmt: skip
    verdict, reason = decide(case)
    every = [
        positives >= 20, groups >= 8, not lacks, max(known, placed) < ALL_KNOWN, possible, p <= LEVEL, z > bound,
        adds > 0,
    ]  # fmt: skip
    assert (verdict == SUPPORTED) == all(every)
    assert verdict in VERDICTS and reason
