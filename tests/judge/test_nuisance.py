"""What needs no model, against scikit-learn's ridge and numpy's least squares on the whole dummy design."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from regard.judge.nuisance import (
    PRODUCTS,
    RIDGES,
    SMALL,
    Nuisance,
    bumps,
    expansion,
    folds,
    freed,
    means,
    predicted,
    share,
)

NONE = np.zeros((0, 0))


def blocks_of(sizes):
    ends = np.concatenate([[0], np.cumsum(sizes)])
    return [slice(a, b) for a, b in pairwise(ends)]


def design(sizes, smooth=4, added=3, seed=0):
    rng = np.random.default_rng(seed)
    blocks, n = blocks_of(sizes), sum(sizes)
    x, more = rng.normal(size=(n, smooth)), rng.normal(3, 2, size=(n, added))
    return Nuisance(lambda b: (x[blocks[b]], more[blocks[b]])), blocks, x, more


def test_predictions_are_those_of_scikit_learn_with_the_penalty_that_errs_least_across_folds():
    nuisance, blocks, x, more = design([50, 31, 40, 22, 60, 37])
    fold = np.array([0, 1, 2, 0, 1, 3])
    rng = np.random.default_rng(1)
    linear = np.hstack([x, more]) @ rng.normal(size=(7, 30))
    curved = np.cos(x @ rng.normal(size=(4, 30)))
    strength = np.geomspace(0.01, 10, 30)
    targets = (linear * strength[::-1] + curved + strength * rng.normal(size=linear.shape) + 5).astype(np.float32)

    expand = expansion(nuisance.features, blocks, seed=2)
    whole = np.vstack([expand(b) for b in range(len(blocks))]).astype(float)
    of_item = np.repeat(fold, [b.stop - b.start for b in blocks])
    by_penalty = np.empty((len(RIDGES), *targets.shape))
    for found, penalty in zip(by_penalty, RIDGES, strict=True):
        for k in range(4):
            out = of_item == k
            found[out] = Ridge(penalty).fit(whole[~out], targets[~out]).predict(whole[out])
    best = ((by_penalty - targets) ** 2).sum(1).argmin(0)
    assert len(set(best)) >= 4  # the targets do ask for different penalties
    expected = np.take_along_axis(by_penalty, best[None, None], 0)[0]
    found = predicted(nuisance, targets, blocks, fold, seed=2)
    assert found == pytest.approx(expected, abs=2e-3)


def test_features_are_standardised_products_small_and_what_is_constant_is_dropped():
    rng = np.random.default_rng(0)
    blocks = blocks_of([400, 300])
    x = np.hstack([rng.normal(7, 3, (700, 3)), np.full((700, 1), 2.0)])
    more = np.hstack([np.full((700, 1), -1.0), rng.normal(0, 0.1, (700, 2))])
    expand = expansion(lambda b: (x[blocks[b]], more[blocks[b]]), blocks, 0)
    table = np.vstack([expand(0), expand(1)])
    assert table.shape == (700, 3 + 2 + PRODUCTS)
    assert table[:, :5].mean(0) == pytest.approx(0, abs=1e-5)
    assert table[:, :5].std(0) == pytest.approx(1, abs=1e-5)
    assert np.abs(table[:, 5:]).max() == pytest.approx(SMALL, rel=0.02)


def test_without_features_the_prediction_is_the_mean_of_the_other_folds():
    blocks = blocks_of([10, 20, 30])
    nothing = Nuisance(lambda b: (np.zeros((blocks[b].stop - blocks[b].start, 0)),) * 2)
    y = np.random.default_rng(0).normal(size=(60, 2))
    found = predicted(nothing, y, blocks, np.arange(3), 0)
    assert found[:10] == pytest.approx(np.tile(y[10:].mean(0), (10, 1)))
    assert found[30:] == pytest.approx(np.tile(y[:30].mean(0), (30, 1)))


def dummies(code):
    return (code[:, None] == np.unique(code)).astype(float)


def least_squares(values, *columns):
    x = np.hstack(columns)
    return values - x @ np.linalg.lstsq(x, values, rcond=None)[0]


@given(st.integers(0, 2**32 - 1))
def test_what_is_left_is_that_of_least_squares_on_all_dummies_and_exact_features(seed):
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, 6, 300), rng.integers(0, 4, 300)
    exact = rng.normal(size=(300, 3))
    values = rng.normal(size=(300, 2)) + a[:, None] * [3, -1] + exact @ rng.normal(size=(3, 2))
    nuisance = Nuisance(lambda _: (NONE, NONE), [a, b, a], exact)
    expected = least_squares(values, dummies(a), dummies(b), exact)
    assert freed(values, nuisance) == pytest.approx(expected, abs=1e-6)
    one = freed(values, Nuisance(lambda _: (NONE, NONE), [a]))
    assert one == pytest.approx(least_squares(values, dummies(a)), abs=1e-9)


def test_exact_features_that_say_the_same_are_counted_once():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 2))
    exact = np.hstack([x, x.sum(1, keepdims=True), np.ones((200, 1))])
    values = rng.normal(size=(200, 3)) + x @ rng.normal(size=(2, 3)) + 4
    left = freed(values, Nuisance(lambda _: (NONE, NONE), [np.zeros(200)], exact))
    assert left == pytest.approx(least_squares(values, x, np.ones((200, 1))), abs=1e-6)


def test_exact_features_go_beside_a_mean_of_their_own():
    rng = np.random.default_rng(0)
    exact = rng.normal(50, 1, size=(100, 2))
    values = exact @ np.array([[2.0], [-1.0]]) - 300 + rng.normal(size=(100, 1))
    left = freed(values, Nuisance(lambda _: (NONE, NONE), [], exact))
    assert left - left.mean(0) == pytest.approx(least_squares(values, exact, np.ones((100, 1))), abs=1e-6)


def test_levels_that_multiply_go_where_bent_and_only_there():
    rng = np.random.default_rng(0)
    a, b = np.repeat(np.arange(40), 40), np.tile(np.arange(40), 40)
    level = rng.gamma(2, size=40)
    values = np.exp(0.5 * (level[a] + level[b]))[:, None]
    plain = freed(values, Nuisance(lambda _: (NONE, NONE), [a, b]))
    bent = freed(values, Nuisance(lambda _: (NONE, NONE), [a, b], bent=True))
    assert plain.var() > 0.05 * values.var()
    assert bent.var() < 0.2 * plain.var()
    other = rng.normal(size=(1600, 1))  # no function of the levels: hardly anything goes
    kept = freed(other, Nuisance(lambda _: (NONE, NONE), [a, b], bent=True))
    assert kept.var() > 0.9 * freed(other, Nuisance(lambda _: (NONE, NONE), [a, b])).var()


def test_freed_leaves_its_input_as_it_was():
    values = np.arange(12.0).reshape(6, 2)
    before = values.copy()
    freed(values, Nuisance(lambda _: (NONE, NONE), [np.arange(6) % 2], before[:, :1]))
    assert np.array_equal(values, before)


def test_means_of_kinds():
    values = np.arange(8.0).reshape(4, 2)
    assert means(values, np.array([1, 0, 1, 1])) == pytest.approx(np.array([[2, 3], [10 / 3, 13 / 3]]))


@given(st.lists(st.integers(0, 12), min_size=1, max_size=40), st.integers(0, 9))
def test_folds_keep_groups_whole_and_are_alike_in_size(groups, seed):
    groups = np.array(groups)
    fold = folds(groups, seed)
    distinct = len(np.unique(groups))
    assert all(len(np.unique(fold[groups == g])) == 1 for g in groups)
    assert len(np.unique(fold)) == fold.max() + 1 == min(8, distinct)
    of_group = [fold[groups == g][0] for g in np.unique(groups)]
    assert np.ptp(np.bincount(of_group)) <= 1
    assert np.array_equal(fold, folds(groups, seed))


@given(st.integers(1, 20), st.integers(0, 5), st.integers(0, 5), st.integers(0, 99))
def test_share_is_the_mean_of_the_window_cut_at_the_ends(n, before, after, seed):
    hit = np.random.default_rng(seed).random((n, 2))
    expected = [hit[max(i - before, 0) : i + after + 1].mean(0) for i in range(n)]
    assert share(hit, before, after) == pytest.approx(np.array(expected))


def test_bumps_add_up_to_one_and_reach_both_ends():
    b = bumps(np.linspace(0, 10, 101), 10.0, 9)
    assert b.shape == (101, 9)
    assert b.sum(1) == pytest.approx(1)
    assert b[0, 0] == pytest.approx(1) and b[-1, -1] == pytest.approx(1, abs=1e-6)
