import numpy as np
import pytest
from scipy.stats import mannwhitneyu
from sklearn.metrics import roc_auc_score

from regard.judge.classes import auroc_interval, class_row, judged, max_statistic, paired_row
from regard.core.evidence import NOT_SUPPORTED, SUPPORTED, TOO_FEW

rng = np.random.default_rng(0)
LOW, HIGH = rng.normal(0, 1, 60), rng.normal(1.5, 1, 40)


def test_auroc_is_that_of_scikit_learn_and_its_interval_covers_it():
    rounded = np.round(np.concatenate([HIGH, LOW]), 1)  # ties
    value, low, high = auroc_interval(rounded[:40], rounded[40:])
    assert value == pytest.approx(roc_auc_score([1] * 40 + [0] * 60, rounded))
    assert low < value < high
    assert (low, high) == auroc_interval(rounded[:40], rounded[40:])[1:]


def test_the_interval_covers_the_truth_about_19_times_in_20():
    truth, hits = 0.5, 0
    for i in range(60):
        one = np.random.default_rng(i)
        _, low, high = auroc_interval(one.normal(size=30), one.normal(size=30), seed=i)
        hits += low <= truth <= high
    assert 50 <= hits <= 60


def test_a_difference_is_supported_only_beyond_chance_and_baseline():
    real = class_row(HIGH, LOW)
    assert real["p_value"] == pytest.approx(mannwhitneyu(HIGH, LOW).pvalue)
    explained = class_row(HIGH, LOW, baseline=("GC share", HIGH + 1, LOW))
    turned = class_row(LOW, HIGH, baseline=("GC share", LOW, LOW[:40]))
    chance = class_row(LOW[:30], LOW[30:])
    few = class_row(HIGH[:9], LOW)
    table = judged([real, explained, turned, chance, few])
    assert table.verdict.tolist() == [SUPPORTED, NOT_SUPPORTED, SUPPORTED, NOT_SUPPORTED, TOO_FEW]
    assert "GC share alone" in table.reason[1]


def test_pairs_are_tested_as_pairs():
    shift = paired_row(LOW + 0.1 + 0.01 * rng.normal(size=60), LOW, "difference in entropy")
    assert shift["ci_low"] < 0.1 < shift["ci_high"] or abs(shift["value"] - 0.1) < 0.01
    same = paired_row(LOW, LOW, "x")
    assert judged([shift]).verdict[0] == SUPPORTED  # far below what Mann–Whitney could see
    assert mannwhitneyu(LOW + 0.1, LOW).pvalue > 0.1
    assert same["p_value"] == 1


def test_the_planted_bin_is_found_and_nothing_else():
    values = np.random.default_rng(1).normal(size=(80, 3, 20))
    first = np.arange(80) < 35
    values[first, 1, 7] += 2
    values[first, 2, 3] -= 2  # lower in the first class: not what is asked
    difference, p, where = max_statistic(values, first)
    assert difference.shape == (3, 20)
    assert difference[1, 7] == pytest.approx(2, abs=0.6)
    assert p[1] == 0.001
    assert p[0] > 0.05 and p[2] > 0.05
    assert where[1].nonzero()[0].tolist() == [7]


def test_p_of_noise_is_uniform():
    noise = [np.random.default_rng(i).normal(size=(30, 4, 10)) for i in range(25)]
    p = [max_statistic(values, np.arange(30) < 12, draws=99, seed=i)[1] for i, values in enumerate(noise)]
    assert 0.35 < np.mean(p) < 0.65
    assert np.mean(np.array(p) <= 0.05) < 0.12
