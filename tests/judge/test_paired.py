"""A paired difference: against scipy where that can tell, honest where nothing differs, and silent with too little."""

import numpy as np
import pytest
from scipy.stats import ttest_rel

from regard.judge.engine import blocks_of
from regard.judge.measures import of_edges, pooled, within
from regard.judge.metrics import Ranking, auroc
from regard.judge.paired import paired


def test_of_means_over_proteins_it_is_the_paired_t_test():
    rng = np.random.default_rng(0)
    blocks = blocks_of([40] * 9)
    labels = rng.random(360) < 0.3
    one, other = labels + rng.normal(size=(2, 360)) * [[2.0], [1.2]]
    found = paired(within("auroc", blocks, [40] * 9, np.arange(9)), one, other, labels)
    each = [[auroc(Ranking(scores[b]), labels[b]) for b in blocks] for scores in (one, other)]
    told = ttest_rel(each[1], each[0])
    assert found.difference == pytest.approx(np.mean(each[1]) - np.mean(each[0]))
    assert found.p == pytest.approx(told.pvalue)
    assert found.low <= told.confidence_interval().low + 1e-12 and found.high >= told.confidence_interval().high - 1e-12


@pytest.mark.parametrize("metric", ["auroc", "auprc"])
def test_two_scores_that_know_as_much_are_rarely_told_apart(metric):
    rng, groups, draws = np.random.default_rng(1), np.repeat(np.arange(12), 15), 100
    wrong = apart = 0
    for _ in range(draws):
        labels = rng.random(180) < 0.3
        shared = labels + rng.normal(size=180)  # what is hard for one is hard for both
        one, same = shared + rng.normal(size=(2, 180)) * 0.7
        measure = pooled(metric, groups)
        wrong += paired(measure, one, same, labels).p < 0.05
        apart += paired(measure, one, rng.normal(size=180), labels).p < 0.05
    assert wrong / draws < 0.1 and apart / draws > 0.5


def test_a_difference_is_mirrored_and_none_is_none():
    rng = np.random.default_rng(2)
    target, regulator = (axis.ravel() for axis in np.indices((12, 12)))
    labels = rng.random(144) < 0.2
    one, other = labels + rng.normal(size=144), rng.normal(size=144)
    measure = of_edges("auprc", target, regulator)
    there, back = paired(measure, one, other, labels), paired(measure, other, one, labels)
    assert there.difference == pytest.approx(-back.difference) and there.p == pytest.approx(back.p) and there.p < 0.05
    assert there.low == pytest.approx(-back.high)
    assert paired(measure, one, 3 * one, labels).p == 1


def test_two_groups_say_nothing():
    labels = np.tile([True, False], 20)
    found = paired(pooled("auroc", np.repeat([0, 1], 20)), np.arange(40.0), -np.arange(40.0), labels)
    assert np.isnan([found.low, found.high, found.p]).all() and not np.isnan(found.difference)
