"""Moves against explicit loops and against all there are."""

from itertools import permutations, product

import numpy as np
import pytest

from regard.judge.moves import exchanged, flipped, renamed, turned

rng = np.random.default_rng(0)


def near(found, possible):
    """For each draw (draws, a, m) the number of the possible one that it equals."""
    apart = np.abs(np.asarray(possible)[None] - found[:, None]).max((2, 3))
    assert apart.min(1) == pytest.approx(0, abs=1e-8)
    return apart.argmin(1)


def test_turned_is_an_explicit_roll_of_every_ring_by_the_share_of_its_group():
    sizes = [7, 12, 1, 20]
    items = rng.permutation(40)  # rings need not lie together
    rings = np.split(items, np.cumsum(sizes)[:-1])
    groups = ["a", "b", "b", "a"]
    r, s = rng.normal(size=(40, 2)), rng.normal(size=(40, 3))
    found, null = turned(rings, groups, seed=5)(r, s, 30)
    again = np.random.default_rng(5)
    share = {"a": again.uniform(size=30), "b": again.uniform(size=30)}

    def figure(turn):
        total = np.zeros((2, 3))
        for ring, group in zip(rings, groups, strict=True):
            if len(ring) > 1:
                by = turn(len(ring), group)
                total += np.roll(r[ring], by, axis=0).T @ (s[ring] - s[ring].mean(0))
        return total

    assert found == pytest.approx(figure(lambda n, g: 0))
    for k in range(30):
        assert null[k] == pytest.approx(figure(lambda n, g, k=k: 1 + int(share[g][k] * (n - 1))))


def test_every_turn_but_none_at_all_is_drawn():
    r, s = rng.normal(size=(9, 1)), rng.normal(size=(9, 1))
    null = turned([np.arange(9)], [0], 0)(r, s, 300)[1]
    possible = [np.roll(r, k, axis=0).T @ (s - s.mean()) for k in range(9)]
    assert set(near(null, possible)) == set(range(1, 9))


def test_copies_turn_together():
    r, s = rng.normal(size=(10, 1)), rng.normal(size=(10, 2))
    one = turned([np.arange(10)], [0], 3)(r, s, 50)[1]
    both = turned([np.arange(10), np.arange(10, 20)], [0, 0], 3)(np.tile(r, (2, 1)), np.tile(s, (2, 1)), 50)[1]
    assert both == pytest.approx(2 * one)


def test_what_whole_rings_share_does_not_count():
    r, s = rng.normal(size=(20, 1)), rng.normal(size=(20, 1))
    rings = [np.arange(10), np.arange(10, 20)]
    shifted = s + np.repeat([5.0, -5.0], 10)[:, None]
    for a, b in zip(turned(rings, [0, 1], 0)(r, s, 20), turned(rings, [0, 1], 0)(r, shifted, 20), strict=True):
        assert a == pytest.approx(b)


def studentised(r, s, strata):
    centred = s.copy()
    for one in np.unique(strata):
        centred[strata == one] -= s[strata == one].mean(0)
    products = r[:, :, None] * centred[:, None, :]
    return products.sum(0) / np.sqrt((products**2).sum(0))


def test_exchanged_draws_all_orders_within_strata_and_no_other():
    strata = np.array([4, 9, 4, 9, 4, 7])
    r, s = rng.normal(size=(6, 2)), rng.normal(size=(6, 2))
    found, null = exchanged(strata, 0)(r, s, 400)
    assert found == pytest.approx(studentised(r, s, strata))
    possible = []
    for three in permutations([0, 2, 4]):
        for two in permutations([1, 3]):
            moved = r.copy()
            moved[[0, 2, 4]], moved[[1, 3]] = r[list(three)], r[list(two)]
            possible.append(studentised(moved, s, strata))
    assert set(near(null, possible)) == set(range(12))  # the identity too: it is one of the orders


def test_exchanged_keeps_the_number_of_labels_of_every_stratum():
    strata = rng.integers(0, 5, 200)
    label = (rng.random(200) < 0.2).astype(float)[:, None]
    # A score that is 1 in one stratum and differs from item to item by a known code shows where labels are.
    for one in range(5):
        inside = (strata == one).astype(float)[:, None] * rng.normal(size=(200, 1))
        null = exchanged(strata, 1)(label, inside, 50)[1]
        count, n = int(label[strata == one].sum()), int((strata == one).sum())
        # With `count` labels among n exchangeable items the sum has the variance of sampling without replacement.
        assert null.std() == pytest.approx(np.sqrt(1 - count / n), rel=0.35)
    assert exchanged(np.arange(200), 0)(label, rng.normal(size=(200, 1)), 9)[1].std() == pytest.approx(0, abs=1e-12)


def test_flipped_draws_all_signs_of_whole_groups():
    groups = np.array(["b", "a", "b", "c", "a"])
    r, s = rng.normal(size=(5, 2)), rng.normal(size=(5, 3))
    found, null = flipped(groups, 0)(r, s, 300)
    part = np.array([sum(np.outer(r[i], s[i]) for i in np.flatnonzero(groups == g)) for g in "abc"])
    spread = np.sqrt((part**2).sum(0))
    assert found == pytest.approx(part.sum(0) / spread)
    possible = [np.tensordot(sign, part, 1) / spread for sign in product([-1, 1], repeat=3)]
    assert set(near(null, possible)) == set(range(8))


def test_renamed_draws_all_names_among_genes_of_one_role_and_no_other():
    # Genes 0 and 1 regulate and are targets, 2, 3 and 4 are targets only, 5 regulates only; none is its own target.
    edges = [(t, g) for t in range(5) for g in (0, 1, 5) if t != g]
    target, regulator = map(np.array, zip(*edges, strict=True))
    r, s = rng.normal(size=(len(edges), 1)), rng.normal(size=(len(edges), 2))
    found, null = renamed(target, regulator, 0)(r, s, 400)
    assert found == pytest.approx(r.T @ s)
    known = dict(zip(edges, r[:, 0], strict=True))
    possible = []
    for both in permutations([0, 1]):
        for only in permutations([2, 3, 4]):
            name = [*both, *only, 5]
            moved = np.array([known.get((name[t], name[g]), 0.0) for t, g in edges])[:, None]
            possible.append(moved.T @ s)
    assert set(near(null, possible)) == set(range(12))


def test_what_was_no_candidate_has_no_label_under_other_names():
    target, regulator = np.array([1, 2, 0]), np.array([0, 1, 2])  # a circle: half of the names turn it round
    null = renamed(target, regulator, 0)(np.ones((3, 1)), np.ones((3, 1)), 200)[1]
    assert set(np.unique(null)) == {0.0, 3.0}


@pytest.mark.parametrize("moves", [
    turned([np.arange(6), np.arange(6, 12)], [0, 1], 4), exchanged(np.arange(12) // 4, 4), flipped(np.arange(12), 4),
    renamed(np.repeat(np.arange(4), 3), np.tile([0, 1, 2], 4), 4),
])  # fmt: skip
def test_same_seed_same_draws_whatever_else_is_looked_at(moves):
    r, s = rng.normal(size=(12, 2)), rng.normal(size=(12, 5))
    assert np.array_equal(moves(r, s, 20)[1], moves(r, s, 20)[1])
    assert moves(r, s, 20)[1][:, 1:, 2:4] == pytest.approx(moves(r[:, 1:], s[:, 2:4], 20)[1])
