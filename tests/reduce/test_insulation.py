"""The share of attention that crosses a place: planted domains, planted stripes, and sums by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regard.reduce.insulation import dip, insulation, offsets_of, profile


def domains(n, cut, inside=9.0):
    """A map of two domains that meet at a bin; within them attention is `inside` times that across."""
    side = np.arange(n) < cut
    maps = np.where(side[:, None] == side, inside, 1.0)
    return maps / maps.sum(axis=1, keepdims=True)


def test_domains_are_told_where_they_meet():
    maps, at = domains(32, 16), offsets_of(32)
    assert insulation(maps) == pytest.approx(0.1, abs=1e-3)
    along = profile(maps)
    assert at[along.argmin()] == 0 and along[at == 0] == pytest.approx(0.1, abs=1e-3)
    assert dip(along, at) < -0.2


@pytest.mark.parametrize("cut", [12, 20])
def test_domains_that_meet_elsewhere_are_no_dip_here(cut):
    at = offsets_of(32)
    along = profile(domains(32, cut))
    assert along[at == cut - 16] == pytest.approx(along.min()) and along[at == 0] > along.min() + 0.1
    assert dip(along, at) > -0.1


@pytest.mark.parametrize("share", [0.5, 0.99, 1 - 1e-9])
def test_a_stripe_alone_is_neither_a_block_nor_a_dip(share):
    """A head that looks at the boundary takes from both sides alike: what is left of it crosses as much as it stays."""
    maps = np.full((32, 32), (1 - share) / 30)
    maps[:, 15:17] = share / 2
    assert insulation(maps) == pytest.approx(0.5)
    np.testing.assert_allclose(profile(maps), 0.5)


def test_a_faint_crossing_of_a_head_that_looks_at_the_boundary_is_no_insulation():
    """Of .9999 to the boundary a millionth is left: what crosses of that says nothing."""
    maps = np.full((32, 32), 1e-9)
    maps[:, 15:17] = 0.5
    maps[:16, :16] *= 100
    maps[16:, 16:] *= 100
    assert insulation(maps) == pytest.approx(0.5, abs=0.01)


@given(st.integers(1, 3), st.integers(0, 1000), st.booleans())
def test_insulation_is_the_means_of_its_parts(width, seed, causal):
    n = 16
    maps = np.random.default_rng(seed).random((2, n, n)) + 0.1
    if causal:
        maps[:, np.triu(np.ones((n, n), dtype=bool), 1)] = np.nan
    left, right = slice(0, 8 - width), slice(8 + width, n)
    for one, found in zip(maps, insulation(maps, width=width, causal=causal), strict=True):
        crossed = one[right, left].ravel() if causal else np.concatenate([one[right, left], one[left, right].T]).ravel()
        stayed = np.concatenate([one[left, left].ravel(), one[right, right].ravel()])
        across, within = crossed.mean(), np.nanmean(stayed)
        assert found == pytest.approx(across / (across + within), abs=1e-3)


def test_logarithms_give_a_share_too():
    assert insulation(np.log(domains(32, 16))) == pytest.approx(0.1)
    assert insulation(np.log(np.full((8, 8), 1 / 8))) == pytest.approx(0.5)
