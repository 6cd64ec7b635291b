"""Each reduction against a value found by hand, an oracle, or a property it must have."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import entropy as scipy_entropy

from regard.core.maps import attention_maps
from regard.core.tokens import token_table
from regard.errors import PipelineError
from regard.reduce.operations import OPERATIONS

run = {name: operation.run for name, operation in OPERATIONS.items()}


def array(values) -> xr.DataArray:
    """Maps of one sample, one layer and one head, or with these axes in front."""
    values = np.asarray(values, dtype=float)
    values = values.reshape((1,) * (5 - values.ndim) + values.shape)
    return xr.DataArray(values, dims=("sample", "layer", "head", "query", "key"))


def matrix(result) -> np.ndarray:
    return np.asarray(result).squeeze()


def causal_uniform(n: int) -> np.ndarray:
    return np.tril(np.ones((n, n))) / np.arange(1, n + 1)[:, None]


def batch_of(*maps: np.ndarray) -> xr.DataArray:
    """Samples (layer, head, n, n) of different length in one padded array."""
    maps = [m if m.ndim == 4 else m[None, None] for m in maps]
    tables = [token_table(["A"] * m.shape[2]) for m in maps]
    return attention_maps(maps, [str(i) for i in range(len(maps))], tables).array


sides = st.integers(2, 7)
finite = st.floats(0, 1, width=32)
squares = sides.flatmap(lambda n: arrays(float, (n, n), elements=finite))


@st.composite
def attention(draw, causal=False, layers=1):
    """Maps (layer, 1 head, n, n) whose rows sum to 1."""
    n = draw(sides)
    weights = draw(arrays(int, (layers, 1, n, n), elements=st.integers(1, 100)))
    weights = np.tril(weights) if causal else weights
    return weights / weights.sum(axis=-1, keepdims=True)


# ---- drop_self


def test_drop_self_leaves_out_the_diagonal_alone():
    result = matrix(run["drop_self"](array(causal_uniform(3))))
    assert np.isnan(np.diag(result)).all()
    off = ~np.eye(3, dtype=bool)
    np.testing.assert_array_equal(result[off], causal_uniform(3)[off])
    with pytest.raises(PipelineError, match="square"):
        run["drop_self"](array(np.ones((2, 3))))


# ---- drop_special


def test_drop_special_leaves_out_rows_and_columns():
    table = token_table(["<cls>", "M", "K"], [True, False, False])
    maps = attention_maps([np.full((1, 1, 3, 3), 1 / 3)], ["a"], [table]).array
    found = matrix(run["drop_special"](maps))
    assert np.isnan(found[0]).all()
    assert np.isnan(found[:, 0]).all()
    np.testing.assert_allclose(found[1:, 1:], 1 / 3)


# ---- from, pool


def test_from_leaves_other_queries_missing():
    values = np.random.default_rng(0).random((2, 1, 2, 4, 4))
    found = run["from"](array(values), range(3, 4), range(0, 2))
    np.testing.assert_array_equal(found[..., [0, 1, 3], :], values[..., [0, 1, 3], :])
    assert np.isnan(found[..., 2, :]).all()


def test_pool_by_hand():
    values = np.array([[0.1, 0.3, 0.6], [0.5, 0.5, 0.0], [0.2, 0.0, 0.8]])
    np.testing.assert_allclose(matrix(run["pool"](array(values), 2)), [[0.7, 0.3], [0.2, 0.8]])
    values[1] = np.nan  # the mean is over queries that are there
    values[2, 2] = np.nan
    np.testing.assert_allclose(matrix(run["pool"](array(values), 2)), [[0.4, 0.6], [0.2, np.nan]])


@given(attention(layers=2), st.integers(1, 8))
def test_rows_of_blocks_sum_to_what_they_did(values, size):
    found = run["pool"](array(values), size)
    n = -(-values.shape[-1] // size)
    assert found.shape == (1, 2, 1, n, n)
    np.testing.assert_allclose(found.sum("key"), 1, atol=1e-9)
    starts = np.arange(0, values.shape[-1], size)
    given_to = np.add.reduceat(values.sum(axis=-2), starts, axis=-1)
    many = np.minimum(size, values.shape[-1] - starts)
    np.testing.assert_allclose((found * many[:, None]).sum("query")[0], given_to, atol=1e-9)


def test_blocks_are_called_by_their_tokens():
    table = token_table(["<cls>", "M", "K", "L", "<eos>"], [True, False, False, False, True])
    maps = attention_maps(
        [np.full((1, 1, 5, 5), 0.2), np.full((1, 1, 2, 2), 0.5)], ["a", "b"], [table, table[:2]]
    ).array
    blocks = run["pool"](maps, 2)
    assert blocks.query_token.values.tolist() == [["<cls>M", "KL", "<eos>"], ["<cls>M", "", ""]]
    assert blocks.key_special.values.tolist() == [[True, False, True], [True, False, False]]


# ---- symmetrise


def test_symmetrise_by_hand():
    found = run["symmetrise"](array([[0.2, 0.8], [0.4, 0.6]]))
    np.testing.assert_allclose(matrix(found), [[0.2, 0.6], [0.6, 0.6]])


@given(squares)
def test_symmetrise_is_symmetric_and_idempotent(values):
    once = run["symmetrise"](array(values))
    np.testing.assert_array_equal(matrix(once), matrix(once).T)
    np.testing.assert_array_equal(matrix(run["symmetrise"](once)), matrix(once))


@pytest.mark.parametrize("dims", [("query", "key", "head"), ("key", "query"), ("key", "head", "query")])
def test_symmetrise_in_any_order_of_axes(dims):
    maps = xr.DataArray(np.random.default_rng(0).random((2, 3, 3)), dims=("head", "query", "key"))
    maps = maps if "head" in dims else maps[0]
    found = run["symmetrise"](maps.transpose(*dims)).transpose(..., "query", "key")
    np.testing.assert_allclose(found, (maps.values + maps.values.swapaxes(-1, -2)) / 2)


def test_symmetrise_keeps_layers_heads_and_samples_apart():
    values = np.random.default_rng(0).random((2, 2, 3, 4, 4))
    found = run["symmetrise"](array(values))
    np.testing.assert_allclose(found, (values + np.swapaxes(values, 3, 4)) / 2)


# ---- apc


def test_apc_by_hand():
    # row sums 3 and 7, column sums 4 and 6, total 10
    found = matrix(run["apc"](array([[1, 2], [3, 4]])))
    np.testing.assert_allclose(found, [[1 - 1.2, 2 - 1.8], [3 - 2.8, 4 - 4.2]])


def test_apc_against_the_form_used_for_esm():
    x = np.random.default_rng(0).random((2, 3, 5, 5))
    a1, a2, a12 = x.sum(-1, keepdims=True), x.sum(-2, keepdims=True), x.sum((-1, -2), keepdims=True)
    np.testing.assert_allclose(run["apc"](array(x))[0], x - a1 * a2 / a12)


@given(st.data(), sides, sides)
def test_apc_of_a_rank_one_matrix_is_zero(data, n, m):
    positive = st.floats(0.1, 10)
    rows, columns = data.draw(arrays(float, n, elements=positive)), data.draw(arrays(float, m, elements=positive))
    np.testing.assert_allclose(matrix(run["apc"](array(np.outer(rows, columns)))), 0, atol=1e-9)


def test_apc_of_an_empty_map_is_empty():
    np.testing.assert_array_equal(matrix(run["apc"](array(np.zeros((3, 3))))), np.zeros((3, 3)))


# ---- causal


@pytest.mark.parametrize("n", [1, 2, 5, 40])
def test_causal_makes_uniform_attention_one_where_a_query_may_look(n):
    found = run["causal"](array(causal_uniform(n))).values[0, 0, 0]
    np.testing.assert_allclose(found[np.tril_indices(n)], 1)
    assert np.isnan(found[np.triu_indices(n, 1)]).all()


def test_causal_by_hand():
    found = matrix(run["causal"](array([[1, 0, 0], [0.25, 0.75, 0], [0.5, 0.25, 0.25]])))
    np.testing.assert_allclose(found, [[1, np.nan, np.nan], [0.5, 1.5, np.nan], [1.5, 0.75, 0.75]])


def test_received_of_corrected_uniform_attention_is_one():
    found = run["received"](run["causal"](batch_of(causal_uniform(6), causal_uniform(4))))
    np.testing.assert_allclose(found[0], np.ones((1, 1, 6)), rtol=1e-6)
    np.testing.assert_allclose(found[1], [[[1, 1, 1, 1, np.nan, np.nan]]], rtol=1e-6)


def test_causal_refuses_maps_that_look_ahead():
    with pytest.raises(PipelineError, match=r"causal models, but some query.*later key \(by up to 0.5\)"):
        run["causal"](array([[0.5, 0.5], [0.5, 0.5]]))


# ---- log


def test_log_by_hand():
    found = matrix(run["log"](array([[1, 2, 0.25], [0, 4, np.nan], [1e-3, 1e-9, 8]])))
    low = np.log2(1e-3)
    np.testing.assert_allclose(found, [[0, 1, -2], [low, 2, np.nan], [low, low, 3]])
    np.testing.assert_allclose(matrix(run["log"](array([[0.25, 0], [1, 1]]), floor=0.5)), [[-1, -1], [0, 0]])


def test_log_of_corrected_uniform_attention_is_zero():
    found = run["log"](run["causal"](array(causal_uniform(5)))).values[0, 0, 0]
    np.testing.assert_allclose(found[np.tril_indices(5)], 0, atol=1e-9)


# ---- remove_sinks


def test_remove_sinks_by_hand():
    values = np.array([[0.6, 0.2, 0.2], [0.8, 0.1, 0.1], [0.7, 0.0, 0.3]])
    found = run["remove_sinks"](array(values))
    np.testing.assert_allclose(matrix(found), [[0, 0.5, 0.5], [0, 0.5, 0.5], [0, 0, 1]])
    assert tuple(map(str, found.attrs["notes"])) == ("remove_sinks took away 70.0% of the attention (share > 0.3)",)


def test_remove_sinks_takes_nothing_from_uniform_maps():
    found = run["remove_sinks"](array(causal_uniform(8)))
    np.testing.assert_allclose(matrix(found), causal_uniform(8))
    assert "took away 0.0%" in str(found.attrs["notes"][0])


def test_share_says_what_a_sink_is():
    values = np.full((4, 4), 0.2) + np.array([0.2, 0, 0, 0])
    np.testing.assert_allclose(matrix(run["remove_sinks"](array(values), share=0.5)), values)
    assert (matrix(run["remove_sinks"](array(values), share=0.39))[:, 0] == 0).all()


def test_queries_that_saw_only_a_sink_are_missing():
    values = causal_uniform(6) * 0.1
    values[:, 0] += 0.9
    found = matrix(run["remove_sinks"](array(values)))
    assert np.isnan(found[0]).all()
    np.testing.assert_allclose(found[1:].sum(axis=1), 1)


def test_remove_sinks_twice_notes_both():
    once = run["remove_sinks"](array(np.full((4, 4), 0.25)))
    assert len(run["remove_sinks"](once, share=0.2).attrs["notes"]) == 2


# ---- detrend


def test_detrend_by_hand():
    # distance 0: mean 1; distance 1: mean of 2, 4, 4, 6 = 4; distance 2: mean of 3, 5 = 4
    found = matrix(run["detrend"](array([[0, 2, 3], [4, 1, 4], [5, 6, 2]])))
    np.testing.assert_allclose(found, [[-1, -2, -1], [0, 0, 0], [1, 2, 1]])


@given(squares)
def test_detrend_leaves_zero_mean_at_each_distance(values):
    found = matrix(run["detrend"](array(values)))
    n = len(values)
    distance = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    for d in range(n):
        assert abs(found[distance == d].mean()) < 1e-9


def test_detrend_keeps_layers_heads_and_samples_apart():
    values = np.random.default_rng(0).random((2, 2, 2, 3, 3))
    found = run["detrend"](array(values))
    np.testing.assert_allclose(found[1, 0, 1], matrix(run["detrend"](array(values[1, 0, 1]))))


# ---- rollout


def test_rollout_by_hand():
    first, second = np.array([[1, 0], [0.5, 0.5]]), np.array([[0, 1], [1, 0]])
    found = run["rollout"](array(np.stack([first, second])[:, None]), residual=0.5)
    # (I / 2 + second / 2) (I / 2 + first / 2)
    np.testing.assert_allclose(matrix(found), [[0.625, 0.375], [0.625, 0.375]])
    assert found.dims == ("sample", "query", "key")


def test_rollout_averages_heads_first():
    values = np.random.default_rng(0).dirichlet(np.ones(4), (3, 2, 4))  # 3 layers, 2 heads
    expected = np.linalg.multi_dot([0.3 * np.eye(4) + 0.7 * m for m in values.mean(axis=1)[::-1]])
    np.testing.assert_allclose(matrix(run["rollout"](array(values), residual=0.3)), expected)


@given(attention(layers=3))
def test_rollout_of_the_residual_alone_is_the_identity(values):
    found = matrix(run["rollout"](array(values), residual=1.0))
    np.testing.assert_array_equal(found, np.eye(values.shape[-1]))


@given(attention(layers=3), st.floats(0, 1))
def test_rows_of_rollout_sum_to_one(values, residual):
    found = matrix(run["rollout"](array(values), residual=residual))
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-6)
    assert (found >= 0).all()


# ---- entropy


@pytest.mark.parametrize("n", [2, 5, 30])
def test_entropy_of_uniform_attention_is_one(n):
    np.testing.assert_allclose(matrix(run["entropy"](array(np.full((n, n), 1 / n)))), 1)
    causal = matrix(run["entropy"](array(causal_uniform(n))))
    assert np.isnan(causal[0])  # sees one key only: neither focused nor spread
    np.testing.assert_allclose(causal[1:], 1)


@pytest.mark.parametrize("key", [0, 2, 3])
def test_entropy_of_one_hot_attention_is_zero(key):
    values = np.zeros((4, 4))
    values[:, key] = 1
    np.testing.assert_allclose(matrix(run["entropy"](array(values)))[1:], 0, atol=1e-12)


def test_entropy_of_causal_one_hot_attention_is_zero():
    values = np.eye(5, k=-1)
    values[0, 0] = 1
    np.testing.assert_allclose(matrix(run["entropy"](array(values)))[1:], 0, atol=1e-12)


def test_entropy_counts_keys_that_were_seen_and_not_looked_at():
    values = np.tile([0.5, 0.5, 0, 0], (4, 1))
    np.testing.assert_allclose(matrix(run["entropy"](array(values))), 0.5)


def test_entropy_with_samples_of_different_length():
    found = run["entropy"](batch_of(np.full((5, 5), 1 / 5), np.full((3, 3), 1 / 3), np.eye(4)[::-1]))
    np.testing.assert_allclose(found[0, 0, 0], [1] * 5, rtol=1e-6)
    np.testing.assert_allclose(found[1, 0, 0], [1] * 3 + [np.nan] * 2, rtol=1e-6)
    np.testing.assert_allclose(found[2, 0, 0], [0] * 4 + [np.nan], atol=1e-12)


def test_entropy_of_what_is_left_without_special_tokens():
    table = token_table(["<cls>", "M", "K", "L", "<eos>"], [True, False, False, False, True])
    maps = attention_maps([np.full((1, 1, 5, 5), 0.2)], ["a"], [table]).array
    found = matrix(run["entropy"](run["drop_special"](maps)))
    np.testing.assert_allclose(found, [np.nan, 1, 1, 1, np.nan], rtol=1e-6)


@given(attention())
def test_entropy_against_scipy(values):
    expected = scipy_entropy(values[0, 0], axis=1) / np.log(values.shape[-1])
    np.testing.assert_allclose(matrix(run["entropy"](array(values))), expected, atol=1e-9)


# ---- received, given, mean, max, last, select


def test_received_and_given_by_hand():
    values = array([[0.1, 0.9, 0.0], [0.3, 0.3, 0.4], [0.2, 0.0, 0.8]])
    np.testing.assert_allclose(matrix(run["received"](values)), [0.2, 0.4, 0.4])
    np.testing.assert_allclose(matrix(run["given"](values)), [0.9, 0.7, 0.2])
    np.testing.assert_allclose(matrix(run["distance"](values)), [0.9, 0.7, 0.4])
    np.testing.assert_allclose(matrix(run["distance"](array(causal_uniform(5)))), np.arange(5) / 2)
    assert run["received"](values).dims == run["given"](values).dims == ("sample", "layer", "head", "position")


def test_uniform_counts_the_keys_that_are_there():
    values = array([[0.5, 0.5, 0.0], [1.0, 0.0, 0.0], [0.2, 0.2, 0.6]])
    np.testing.assert_allclose(matrix(run["uniform"](values)), 3 * matrix(values))
    values[..., 2] = np.nan  # a special token that was dropped
    np.testing.assert_allclose(matrix(run["uniform"](values))[:, :2], 2 * matrix(values)[:, :2])


def test_mean_max_last_and_select_against_numpy():
    values = np.random.default_rng(0).random((2, 3, 4, 5, 5))
    maps = array(values)
    np.testing.assert_allclose(run["mean"](maps, "layer", "head"), values.mean(axis=(1, 2)))
    np.testing.assert_allclose(run["max"](maps, "head"), values.max(axis=2))
    np.testing.assert_array_equal(run["last"](maps), values[:, -1])
    np.testing.assert_array_equal(run["last"](maps, "head"), values[:, :, -1])
    np.testing.assert_array_equal(run["select"](maps, layer=2, head=0), values[:, 2, 0])


@pytest.mark.parametrize("index", [{"layer": 1}, {"head": -1}, {"head": 0.5}, {"head": float("nan")}])
def test_select_what_is_not_there(index):
    ((dim, i),) = index.items()
    with pytest.raises(PipelineError, match=rf"select\({dim}={i:g}\): there are {1}, counted from 0"):
        run["select"](array(np.eye(2)), **index)


def test_select_and_last_pick_layers_and_heads_only():
    for step in (lambda m: run["select"](m, sample=0), lambda m: run["last"](m, "query")):
        with pytest.raises(PipelineError, match=r"(select|last) takes a layer or head.*left: sample, layer"):
            step(array(np.eye(2)))
    with pytest.raises(PipelineError, match="last takes a layer or head that is still there, got 'layer'"):
        run["last"](run["last"](array(np.eye(2))))


def test_weights_by_hand():
    values = np.stack([np.eye(2), np.ones((2, 2)), np.zeros((2, 2)), [[0, 1], [1, np.nan]]]).reshape(2, 2, 2, 2)
    found = run["weights"](array(values), np.array([1, 10, 100, 1000]))
    np.testing.assert_allclose(matrix(found), [[11, 1010], [1010, 11]])
    with pytest.raises(PipelineError, match=r"weights are \(3,\) numbers, but there are 2 layers × 2 heads"):
        run["weights"](array(values), np.ones(3))
    with pytest.raises(PipelineError, match="must come before either is reduced"):
        run["weights"](run["last"](array(values)), np.ones(2))


# ---- all of them


NEEDS_MAPS = [
    "drop_special", "drop_self", "from", "pool", "symmetrise", "apc", "causal", "remove_sinks", "detrend", "rollout",
    "entropy", "received", "given", "distance", "uniform",
]  # fmt: skip
NEEDS_SQUARES = ["symmetrise", "causal", "detrend", "rollout", "given", "distance"]
ARGUMENTS = {
    "mean": ["head"], "max": ["head"], "from": [range(1, 2)], "pool": [2], "weights": [np.array([0.5, -2])],
}  # fmt: skip


def test_every_operation_has_a_record():
    for name, operation in OPERATIONS.items():
        assert operation.name == name
        assert operation.summary
        assert operation.equation


def test_every_operation_is_tested_here():
    assert {*NEEDS_MAPS, "log", "mean", "max", "last", "select", "weights"} == set(OPERATIONS)


@pytest.mark.parametrize("name", NEEDS_MAPS)
def test_positions_are_no_maps(name):
    positions = xr.DataArray(np.zeros((1, 3)), dims=("sample", "position"))
    with pytest.raises(PipelineError, match=f"{name} needs maps with query and key.*sample, position"):
        run[name](positions, *ARGUMENTS.get(name, []))


@pytest.mark.parametrize("name", NEEDS_SQUARES)
def test_some_need_as_many_keys_as_queries(name):
    with pytest.raises(PipelineError, match=f"{name} needs square maps, got 2 × 3"):
        run[name](array(np.full((2, 3), 1 / 3)))


def test_rollout_needs_layers():
    with pytest.raises(PipelineError, match="rollout multiplies layers: it must come before"):
        run["rollout"](run["last"](array(np.eye(2))))


@pytest.mark.parametrize("name", list(OPERATIONS))
@settings(max_examples=5)
@given(short=attention(causal=True, layers=2), long=attention(causal=True, layers=2))
def test_padding_never_changes_a_sample(name, short, long):
    """In one batch, each sample gets what it gets alone, and the padding stays missing."""
    arguments = ARGUMENTS.get(name, [])
    together = run[name](batch_of(short, long), *arguments)
    for i, one in enumerate((short, long)):
        alone = run[name](batch_of(one), *arguments)[0]
        here = together[i].isel({d: slice(n) for d, n in alone.sizes.items()})
        np.testing.assert_allclose(here, alone, atol=1e-6)
        assert int(together[i].notnull().sum()) == int(alone.notnull().sum())


@pytest.mark.parametrize("name", list(OPERATIONS))
def test_no_operation_changes_its_input(name):
    maps = batch_of(np.stack([causal_uniform(4)] * 2)[:, None], np.stack([causal_uniform(3)] * 2)[:, None])
    before = maps.copy(deep=True)
    run[name](maps, *ARGUMENTS.get(name, []))
    xr.testing.assert_identical(maps, before)
