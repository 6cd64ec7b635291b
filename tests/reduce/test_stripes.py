"""Attention to a boundary and across it, from maps whose numbers are known."""

import numpy as np
import pytest

from regard.reduce.inside import InHeads
from regard.reduce.stripes import stripe_and_block


def scores(attention, width=1, causal=False):
    """Of maps relative to uniform ones."""
    read = InHeads("causal" if causal else "uniform")(attention.reshape(-1, *attention.shape[-2:]))
    return [one[0] if attention.ndim == 2 else one for one in stripe_and_block(read, width=width, causal=causal)]


def test_uniform_attention_is_one_and_a_half():
    n = 8
    uniform = np.full((2, n, n), 1 / n)
    np.testing.assert_allclose(scores(uniform), [[1, 1], [0.5, 0.5]])
    causal = np.tril(np.ones((n, n)))
    causal /= causal.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(np.nan_to_num(InHeads("causal")(causal[None])[0]), np.tril(np.ones((n, n))))
    np.testing.assert_allclose(scores(causal, causal=True), [1, 0.5])


def test_a_stripe_and_two_blocks_give_their_numbers():
    n = 8
    stripe = np.zeros((n, n))
    stripe[:, 3:5] = 0.5  # all attention to the two middle bins: 4 times uniform
    np.testing.assert_allclose(scores(stripe), [4, 0.5])  # nothing crosses, and nothing stays
    blocks = np.kron(np.eye(2), np.full((4, 4), 0.25))  # each half looks at itself
    np.testing.assert_allclose(scores(blocks), [1, 0], atol=1e-3)  # one of the two middle bins is in each half
    # Row = query: attention of the middle queries to everything is no stripe.
    assert scores(stripe.T / stripe.T.sum(axis=1).max())[0] < 1


def test_width_takes_bins_out_of_both_sides():
    n = 12
    attention = np.full((n, n), 1 / n)
    attention[8, 3] += 1  # bins 4 to 7 are the boundary of width 2, so that 3 and 8 are on two sides
    _, block = scores(attention, width=2)
    across = 1 + n * 1 / (2 * 16)
    assert block == pytest.approx(across / (across + 1), abs=1e-3)
    _, block = scores(attention, width=3)
    assert block == pytest.approx(0.5)
