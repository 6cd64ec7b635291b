"""A consensus by reciprocal places."""

import numpy as np
import pytest

from regard.core.edges import Edges
from regard.studies.network.consensus import FLOOR, consensus, together


def test_places_count_and_the_first_ones_most():
    found = together([np.array([9.0, 5, 1, 0]), np.array([-3.0, -1, -2, -9])])
    by_hand = [np.mean([1 / (FLOOR + a / 4), 1 / (FLOOR + b / 4)]) for a, b in ((1, 3), (2, 1), (3, 2), (4, 4))]
    assert found == pytest.approx(by_hand)
    tied = together([np.array([1.0, 1, 0])])
    assert tied == pytest.approx([1 / (FLOOR + 1.5 / 3)] * 2 + [1 / (FLOOR + 1)])


def test_no_scale_matters_and_what_is_no_candidate_stays_none():
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(2, 5, 5))
    for scores in (one, other):
        np.fill_diagonal(scores, np.nan)
    genes = list("abcde")
    found = consensus([Edges("x", genes, one), Edges("y", genes, other)])
    again = consensus([Edges("x", genes, np.exp(3 * one)), Edges("y", genes, other - 7)])
    assert found.method == "consensus" and np.isnan(np.diag(found.scores)).all()
    np.testing.assert_array_equal(found.scores, again.scores)


def test_signs_are_those_of_the_first_member_and_no_score_is_a_probability():
    scores = np.array([[np.nan, 0.3], [0.6, np.nan]])
    effects, activates = np.array([[0, -1], [1, 0]]), np.array([[np.nan, 0.2], [0.7, np.nan]])
    first = Edges("attention", ["a", "b"], scores, effects, activates=activates, logistic=(1.0, 0.0))
    found = consensus([first, Edges("spearman", ["a", "b"], scores, -effects)])
    np.testing.assert_array_equal(found.effects, effects)
    assert found.activates is first.activates and found.logistic is None
