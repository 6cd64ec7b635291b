"""Figures of agreement with one group left out each, against deleting it."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from regard.errors import InputError
from regard.judge.measures import (
    PARTS,
    chance_of,
    mean_difference,
    of_edges,
    parts,
    pooled,
    top_share,
    within,
    without_each,
)
from regard.judge.metrics import METRICS, Ranking, average_precision


@pytest.mark.parametrize("positives", [1, 2, 5, 8])
def test_chance_is_the_mean_of_all_rankings(positives):
    score = np.arange(8.0)
    every = [np.isin(np.arange(8), chosen) for chosen in combinations(range(8), positives)]
    for metric in ("auprc", "early precision"):
        mean = np.mean([METRICS[metric](Ranking(score), one) for one in every])
        assert chance_of(metric, positives, 8) == pytest.approx(mean)


def test_chance_of_the_others_is_that_of_simulation():
    rng = np.random.default_rng(0)
    labels = np.arange(200) < 30
    for metric in ("auprc", "auroc", "enrichment"):
        found = [METRICS[metric](Ranking(rng.random(200)), labels) for _ in range(2000)]
        assert chance_of(metric, 30, 200) == pytest.approx(np.mean(found), abs=4 * np.std(found) / np.sqrt(2000))
    lengths = [20, 30]
    precision = within("P@L/5", [slice(0, 100), slice(100, 200)], lengths, np.arange(2))
    even = np.arange(200) % 10 < 3
    found = [precision.value(rng.random(200), even) for _ in range(2000)]
    assert chance_of("P@L/5", 60, 200) == pytest.approx(np.mean(found), abs=0.01)
    assert np.isnan(chance_of("auprc", 0, 200)) and np.isnan(chance_of("auroc", 0, 0))


@pytest.mark.parametrize("metric", list(METRICS))
@pytest.mark.parametrize("levels", [6, 10**6])
def test_a_group_left_out_is_a_group_deleted(metric, levels):
    rng = np.random.default_rng(1)
    group = np.array(["c", "a", "b", "d"])[rng.integers(0, 4, 120)]
    scores, labels = rng.integers(0, levels, 120).astype(float), rng.random(120) < 0.25
    value, (without,) = pooled(metric, group).replicated(scores, labels)
    measure = METRICS[metric]
    assert value == measure(Ranking(scores), labels) == pooled(metric, group).value(scores, labels)
    deleted = [measure(Ranking(scores[group != g]), labels[group != g]) for g in "abcd"]
    assert sorted(without) == pytest.approx(sorted(deleted))


def test_many_groups_are_left_out_in_parts_that_keep_them_whole():
    group = np.repeat(np.arange(100), 3)
    part = parts(group, PARTS)
    assert set(part) == set(range(PARTS))
    assert all(len(set(part[group == g])) == 1 for g in range(100))
    assert np.ptp(np.bincount(part)) <= 3
    assert len(set(parts(np.arange(9), PARTS))) == 9


@given(st.integers(0, 2**32 - 1), st.integers(3, 60), st.floats(0.05, 0.9))
def test_without_each_item_is_the_item_deleted(seed, n, share):
    rng = np.random.default_rng(seed)
    scores, labels = rng.permutation(n).astype(float), rng.random(n) < share
    labels[0] = True
    found = without_each(Ranking(scores), labels)
    order = np.argsort(-scores)
    for k, item in enumerate(order):
        expected = average_precision(Ranking(np.delete(scores, item)), np.delete(labels, item))
        assert found[k] == pytest.approx(expected, nan_ok=True)


def precision_by_hand(scores, labels, count):
    return labels[np.argsort(-scores)[:count]].mean()


@pytest.mark.parametrize(("metric", "by"), [("P@L", 1), ("P@L/2", 2), ("P@L/5", 5)])
def test_precision_within_proteins_by_hand(metric, by):
    rng = np.random.default_rng(0)
    sizes, lengths = [50, 70, 40, 60], [10, 20, 11, 12]
    ends = np.cumsum([0, *sizes])
    blocks = [slice(a, b) for a, b in pairwise(ends)]
    scores, labels = rng.random(220), rng.random(220) < 0.3
    labels[blocks[2]] = False  # nothing to find: left out of the mean
    each = [precision_by_hand(scores[b], labels[b], n // by) for b, n in zip(blocks, lengths, strict=True)]
    value, (without,) = within(metric, blocks, lengths, np.array([0, 1, 2, 0])).replicated(scores, labels)
    assert value == pytest.approx(np.mean([each[0], each[1], each[3]]))
    assert within(metric, blocks, lengths, np.arange(4)).value(scores, labels) == pytest.approx(value)
    assert without[:2] == pytest.approx([each[1], np.mean([each[0], each[3]])])
    assert np.isnan(without[2])


@pytest.mark.parametrize(("metric", "theirs"), [("auroc", roc_auc_score), ("auprc", average_precision_score)])
def test_other_figures_within_proteins_are_means_of_scikit_learns(metric, theirs):
    rng = np.random.default_rng(0)
    blocks = [slice(0, 40), slice(40, 90)]
    scores, labels = rng.integers(0, 9, 90).astype(float), rng.random(90) < 0.3
    mean = np.mean([theirs(labels[b], scores[b]) for b in blocks])
    assert within(metric, blocks, [40, 50], np.arange(2)).value(scores, labels) == pytest.approx(mean)


def test_no_positives_anywhere_have_no_figure_and_no_warning(recwarn):
    scores, nothing = np.arange(6.0), np.zeros(6, bool)
    assert np.isnan(within("P@L", [slice(0, 6)], [6], np.zeros(1)).value(scores, nothing))
    assert np.isnan(pooled("auprc", np.arange(6)).replicated(scores, nothing)[0])
    assert not recwarn.list


@given(st.lists(st.integers(0, 4), min_size=1, max_size=30), st.integers(1, 40))
def test_the_best_share_adds_up_and_ties_share_the_cut(scores, count):
    scores = np.array(scores, dtype=float)
    part = top_share(scores, count)
    assert part.sum() == pytest.approx(min(count, len(scores)))
    assert all(part[scores == s].std() < 1e-12 for s in scores)
    order = np.argsort(-scores, kind="stable")
    assert (np.diff(part[order]) <= 1e-12).all() and 0 <= part.min() <= part.max() <= 1


def test_edges_are_left_out_by_target_regulator_and_one_by_one():
    rng = np.random.default_rng(0)
    target, regulator = np.nonzero(~np.eye(6, dtype=bool))
    scores, labels = rng.permutation(30).astype(float), rng.random(30) < 0.3
    value, (rows, columns, cells) = of_edges("auprc", target, regulator).replicated(scores, labels)
    assert value == average_precision_score(labels, scores)
    for found, end in ((rows, target), (columns, regulator)):
        deleted = [average_precision_score(labels[end != g], scores[end != g]) for g in range(6)]
        assert sorted(found) == pytest.approx(sorted(deleted))
    deleted = [average_precision_score(np.delete(labels, k), np.delete(scores, k)) for k in range(30)]
    assert sorted(cells) == pytest.approx(sorted(deleted))
    assert not len(of_edges("auroc", target, regulator).replicated(scores, labels)[1][2])


def test_mean_difference_of_pairs_by_hand():
    measure = mean_difference("difference in entropy")
    value, (without,) = measure.replicated(np.array([5.0, 1, 3, 2, 2, 2]), np.arange(6) < 3)
    assert value == measure.value(np.array([5.0, 1, 3, 2, 2, 2]), None) == 1
    assert without == pytest.approx([0, 2, 1])
    assert not measure.ranks


def test_an_unknown_metric_is_named():
    with pytest.raises(InputError, match=r"'f1'.*auprc"):
        pooled("f1", np.arange(3))
    with pytest.raises(InputError, match=r"'enrichment'.*P@L"):
        within("enrichment", [slice(0, 3)], [3], np.arange(1))
