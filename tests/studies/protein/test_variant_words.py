"""Sentences on a substitution say what the numbers beside them say."""

import numpy as np
import pytest

from regard.data.proteins import AMINO_ACIDS
from regard.data.variants import Variant
from regard.models.protein.variants import Effect
from regard.studies.protein.comparable import Comparable
from regard.studies.protein.measured import measured
from regard.studies.protein.variant_words import against, attention_words, likelihood_words, percent

OTHERS = Comparable([Variant("L", k, "A") for k in range(5)], "2 other residues that are L", 5)


def effect(**shares):
    """The shares given, and the rest alike for all other amino acids."""
    rest = (1 - sum(shares.values())) / (len(AMINO_ACIDS) - len(shares))
    expected = np.array([shares.get(a, rest) for a in AMINO_ACIDS])
    return Effect(Variant("L", 3, "R"), expected, np.array([0.01, 0.026]), np.zeros((2, 9)))


def test_two_shares_of_which_one_is_more_are_not_written_alike():
    words = likelihood_words(effect(R=0.00191, L=0.00282), {"as extreme": 2}, Variant("L", 3, "R"), OTHERS)
    assert "It gives R 0.19 %, 1.5 times less than L (0.28 %)" in words
    same = likelihood_words(effect(R=0.002, L=0.002), {"as extreme": 2}, Variant("L", 3, "R"), OTHERS)
    assert "R 0.20 %, about as much as L (0.20 %)" in same


@pytest.mark.parametrize(
    ("share", "says"),
    [
        (0.42, "42 %"),
        (0.0999, "10 %"),
        (0.0734, "7.3 %"),
        (0.00012, "0.012 %"),
        (1e-9, "under 0.0001 %"),
        (1.0, "100 %"),
    ],
)
def test_shares(share, says):
    assert percent(share) == says


def test_ratios():
    assert against(np.log(30)) == "30 times more than" and against(-np.log(2.5)) == "2.5 times less than"


def test_what_moves_is_counted_and_not_called_alike():
    """1.8 % among 1, 2, 5.2, 6 and 7 %: not about 5.2 %."""
    row = measured("moved", 0.018, np.array([0.01, 0.02, 0.052, 0.06, 0.07]), False)
    words = attention_words(effect(), row, 2, OTHERS)
    assert words.startswith(
        "Attention: 1.8 % of it goes elsewhere. Of all 5 substitutions at 2 other residues that are L"
    )
    assert "L, 4 move as much or more (their median is 5.2 %)" in words and "about" not in words
