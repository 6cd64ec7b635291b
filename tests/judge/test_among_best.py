"""Counts at the top of a ranking, by hand and by drawing."""

import numpy as np
import pytest

from regard.core.scores import Annotations, PositionScores
from regard.judge.among_best import among_best


def test_counts_are_those_of_each_sequence_added_up():
    scores = PositionScores(["a", "b", "c"], [np.array([5, 4, 3, 2, 1.0]), np.array([1, 1, np.nan]), np.ones(3)], "x")
    known = Annotations(
        ["b", "a", "other"],
        [np.array([True, False, True]), np.array([False, True, True, False, False]), np.ones(2, bool)],
        "sites",
    )
    told = among_best(scores, known)
    # a: of 2 known, 1 is among the 2 highest, by chance 4 / 5; b: 1 known of 2 that score the same, half a place.
    assert (told.name, told.known, told.found) == ("sites", 3, 1.5)
    assert told.chance == pytest.approx(4 / 5 + 1 / 2)


def test_chance_is_what_random_scores_reach():
    rng = np.random.default_rng(0)
    labels = [rng.random(n) < 0.3 for n in (30, 50)]
    known = Annotations(["a", "b"], labels, "sites")
    drawn = [among_best(PositionScores(["a", "b"], [rng.random(30), rng.random(50)], "x"), known) for _ in range(400)]
    assert np.mean([one.found for one in drawn]) == pytest.approx(drawn[0].chance, rel=0.05)
