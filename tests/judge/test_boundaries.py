import numpy as np
import pytest

from regard.core.evidence import COLUMNS, NOT_SUPPORTED, SUPPORTED, TOO_FEW
from regard.judge.boundaries import boundary_evidence, relative, sign_flips, stripe_and_block


def test_uniform_attention_is_one_and_one():
    n = 8
    uniform = np.full((2, n, n), 1 / n)
    np.testing.assert_allclose(stripe_and_block(uniform), np.ones((2, 2)))
    causal = np.tril(np.ones((n, n)))
    causal /= causal.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(relative(causal, causal=True), np.tril(np.ones((n, n))))
    np.testing.assert_allclose(stripe_and_block(causal, causal=True), [1, 1])


def test_a_stripe_and_two_blocks_give_their_numbers():
    n = 8
    stripe = np.zeros((n, n))
    stripe[:, 3:5] = 0.5  # all attention to the two middle bins: 4 times uniform
    np.testing.assert_allclose(stripe_and_block(stripe), [4, 0])
    blocks = np.kron(np.eye(2), np.full((4, 4), 0.25))  # each half looks at itself
    np.testing.assert_allclose(stripe_and_block(blocks), [1, 0])  # one of the two middle bins is in each half
    # Row = query: attention of the middle queries to everything is no stripe.
    assert stripe_and_block(stripe.T / stripe.T.sum(axis=1).max())[0] < 1


def test_width_takes_bins_out_of_both_sides():
    n = 12
    attention = np.full((n, n), 1 / n)
    attention[8, 3] += 1  # bins 4 to 7 are the boundary of width 2, so that 3 and 8 are on two sides
    _, block = stripe_and_block(attention, width=2)
    assert block == pytest.approx(1 + n * 1 / (2 * 16))
    _, block = stripe_and_block(attention, width=3)
    assert block == pytest.approx(1)


def test_p_counts_exchanges_of_pairs():
    # Four pairs, all positive: only the one of 16 exchanges that changes nothing does as well.
    p = sign_flips(np.array([[1.0], [2.0], [3.0], [4.0]]), 1, draws=4999)
    assert p[0] == pytest.approx(1 / 16, abs=0.012)
    assert sign_flips(np.array([[1.0], [2.0], [3.0], [4.0]]), -1)[0] == 1
    assert sign_flips(np.zeros((5, 1)), 1)[0] == 1


def test_p_is_uniform_where_nothing_is_planted():
    difference = np.random.default_rng(0).normal(size=(20, 400))
    p = sign_flips(difference, 1, draws=999)
    assert 0.02 < (p <= 0.05).mean() < 0.09
    assert 0.42 < (p <= 0.5).mean() < 0.58


def scores(shift_stripe=0.0, shift_block=0.0, pairs=20, seed=0):
    rng = np.random.default_rng(seed)
    shape = (pairs, 2, 3)
    both = {"stripe": rng.normal(1, 0.1, shape), "block": rng.normal(1, 0.1, shape)}
    both["stripe"][:, 0, 1] += shift_stripe
    both["block"][:, 1, 2] += shift_block
    return both


STRIPES = {"attention to the boundary, layer 1, head 2", "attention to the boundary, mean of heads"}
BLOCKS = {"attention across the boundary, layer 2, head 3", "attention across the boundary, mean of heads"}


def test_the_planted_heads_are_found_and_few_others():
    others = 0
    for seed in range(20):
        table = boundary_evidence(scores(1, -0.5, seed=seed), scores(seed=100 + seed))
        verdicts = table.set_index("method").verdict
        supported = set(verdicts[verdicts == SUPPORTED].index)
        assert supported >= STRIPES | BLOCKS
        others += len(supported - STRIPES - BLOCKS)
    assert list(table.columns) == COLUMNS and len(table) == 2 * 7
    assert others / (20 * 4 + others) < 0.1  # false discoveries; .05 is what q promises at most


def test_the_other_direction_is_not_supported():
    verdicts = boundary_evidence(scores(-1, 0.5), scores(seed=1)).set_index("method").verdict
    assert set(verdicts[list(STRIPES | BLOCKS)]) == {NOT_SUPPORTED}


def test_what_random_weights_do_as_well_is_not_supported():
    untrained = {"stripe": np.ones((3, 2, 3)), "block": np.zeros((3, 2, 3))}
    table = boundary_evidence(scores(0.8, -0.5), scores(seed=1), untrained=untrained).set_index("method")
    stripe = table.loc["attention to the boundary, layer 1, head 2"]
    assert stripe.verdict == NOT_SUPPORTED and "random weights" in stripe.reason
    assert table.verdict["attention across the boundary, layer 2, head 3"] == SUPPORTED


def test_few_pairs_are_too_few():
    assert set(boundary_evidence(scores(1, -1, 9), scores(pairs=9, seed=1)).verdict) == {TOO_FEW}
