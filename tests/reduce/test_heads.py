"""What is asked of every head by itself equals the pipeline, or plain sums over all pairs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regard.core.maps import attention_maps
from regard.core.tokens import token_table
from regard.reduce.heads import best_places, by_distance, corrected_upper


def a_map(length, seed=0):
    """A view with a border cut away, as attention without special tokens is."""
    return np.random.default_rng(seed).random((length + 2, length + 2), dtype=np.float32)[1:-1, 1:-1]


@pytest.mark.parametrize("length", [1, 2, 127, 128, 300])
def test_a_corrected_head_is_that_of_the_pipeline(length):
    one = a_map(length)
    found = corrected_upper(one, np.full((length, length), np.nan, dtype=np.float32))
    whole = attention_maps([one[None, None]], ["one"], [token_table(["A"] * length)])
    wanted = whole.reduce("symmetrise | apc | mean(layer, head)").values[0]
    upper = np.triu_indices(length)
    np.testing.assert_allclose(found[upper], wanted[upper], atol=1e-6)


def test_an_empty_head_stays_empty():
    nothing = np.zeros((5, 5), dtype=np.float32)
    assert (np.triu(corrected_upper(nothing, np.ones_like(nothing))) == 0).all()


@given(st.integers(0, 400), st.integers(1, 60), st.booleans(), st.integers(0, 9))
def test_the_best_places_are_those_of_sorting(length, count, ties, seed):
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 4, (20, 40)).astype(float) if ties else rng.normal(size=(20, 40))
    allowed = np.sort(rng.choice(800, length, replace=False))
    found = best_places(values, allowed, count)
    assert len({*found}) == len(found) == min(count, length) and {*found} <= {*allowed}
    best = np.sort(values.ravel()[allowed])[::-1][:count]
    np.testing.assert_array_equal(np.sort(values.ravel()[found])[::-1], best)


def test_the_best_are_found_where_the_sample_misleads():
    values = np.zeros(100_000)
    allowed = np.arange(100_000)
    values[::24] = 1  # the sample sees nothing but these
    values[1:1001:24] = 2
    found = best_places(values, allowed, 5000)
    assert values[found].sum() == np.sort(values)[-5000:].sum()


@given(st.integers(1, 30), st.integers(1, 12))
def test_sums_by_distance_are_those_over_all_pairs(length, farthest):
    one = a_map(length, seed=length)
    away = np.minimum(np.abs(np.subtract.outer(np.arange(length), np.arange(length))), farthest)
    wanted = np.bincount(away.ravel(), one.ravel(), minlength=farthest + 1)
    np.testing.assert_allclose(by_distance(one, farthest), wanted, atol=1e-5)
