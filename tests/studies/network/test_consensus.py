"""A consensus by reciprocal places."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import rankdata

from regard.core.edges import Edges
from regard.studies.network.consensus import CONSTANT, FLOOR, SLOPE, calibrated, candidates, consensus, together


def test_places_count_and_the_first_ones_most():
    found = together([np.array([9.0, 5, 1, 0]), np.array([-3.0, -1, -2, -9])])
    by_hand = [np.mean([FLOOR / (FLOOR + a / 4), FLOOR / (FLOOR + b / 4)]) for a, b in ((1, 3), (2, 1), (3, 2), (4, 4))]
    assert found == pytest.approx(by_hand)
    tied = together([np.array([1.0, 1, 0])])
    assert tied == pytest.approx([FLOOR / (FLOOR + 1.5 / 3)] * 2 + [FLOOR / (FLOOR + 1)])


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


def test_signs_are_those_of_the_first_member_and_its_probability_is_not():
    scores = np.array([[np.nan, 0.3], [0.6, np.nan]])
    effects, activates = np.array([[0, -1], [1, 0]]), np.array([[np.nan, 0.2], [0.7, np.nan]])
    first = Edges("attention", ["a", "b"], scores, effects, activates=activates, logistic=(1.0, 0.0))
    found = consensus([first, Edges("spearman", ["a", "b"], scores, -effects)])
    np.testing.assert_array_equal(found.effects, effects)
    assert found.activates is first.activates and found.logistic is None


def test_odds_fall_with_the_number_of_candidates_and_rise_with_the_place():
    def made(genes, regulators):
        values = np.random.default_rng(genes).random((genes, len(regulators)))
        values[regulators, np.arange(len(regulators))] = np.nan
        names = [f"g{i:03}" for i in range(genes)]
        one = Edges("attention", names, values, regulators=np.array(regulators))
        return calibrated(consensus([one, replace(one, method="spearman")]))

    few, many = made(40, list(range(10))), made(40, list(range(40)))
    assert candidates(few) == (40 * 10 - 10) / 40 and candidates(many) == 39
    odds = []
    for found in (few, many):
        there = ~np.isnan(found.values)
        score, p = found.values[there].astype(float), found.probabilities[there]
        # By hand: σ(slope · log(.02 / (place / candidates)) + constant) / candidates a target, for one ranking.
        place = rankdata(-score)
        expected = SLOPE * np.log(FLOOR * len(score) / place) + CONSTANT - np.log(candidates(found))
        assert np.log(p / (1 - p)) == pytest.approx(expected, abs=1e-3)
        odds.append(np.log(p / (1 - p)).max() - SLOPE * np.log(len(score)))
    assert odds[0] - odds[1] == pytest.approx(np.log(39 / 9.75), abs=1e-3)
