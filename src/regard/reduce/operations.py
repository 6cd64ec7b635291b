"""The reductions, each with its record: what it does, its equation, where it comes from.

Every operation takes and returns an xarray.DataArray with some of the axes sample, layer, head,
query, key (row = query) and, after a step that leaves one value a position, `position`. NaN is
"not there": padding, a masked pair, a dropped token.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import xarray as xr
from scipy.special import entr

from regard.errors import PipelineError


@dataclass(frozen=True)
class Operation:
    """One reduction and its record, as `regard methods` prints it.

    takes : what may stand in its brackets without a name: axes, queries, (a number of) tokens, or a name of weights.
    """

    name: str
    summary: str
    equation: str
    reference: str
    run: Callable[..., xr.DataArray]
    takes: str = "axes"


OPERATIONS: dict[str, Operation] = {}


def operation(summary: str, equation: str, reference: str = "", takes: str = "axes"):
    """Register a function as the operation of its name (an underscore behind it, as in `from_`, is Python's)."""

    def register(run: Callable[..., xr.DataArray]):
        name = run.__name__.rstrip("_")
        OPERATIONS[name] = Operation(name, summary, equation, reference, run, takes)
        return run

    return register


class Note(NamedTuple):
    """A remark that goes with the scores into the report, and the number in it, a mean over heads."""

    text: str
    value: float

    def __str__(self) -> str:
        return self.text.format(self.value)


def note(array: xr.DataArray, text: str, value: float) -> xr.DataArray:
    return array.assign_attrs(notes=(*array.attrs.get("notes", ()), Note(text, value)))


def need_maps(array: xr.DataArray, name: str) -> None:
    if not {"query", "key"} <= set(array.dims):
        raise PipelineError(f"{name} needs maps with query and key; only {', '.join(map(str, array.dims))} are left")


def need_square(array: xr.DataArray, name: str) -> None:
    need_maps(array, name)
    if array.sizes["query"] != array.sizes["key"]:
        raise PipelineError(f"{name} needs square maps, got {array.sizes['query']} × {array.sizes['key']}")


def need_axis(array: xr.DataArray, name: str, dim: str) -> None:
    if dim not in ("layer", "head") or dim not in array.dims:
        left = ", ".join(map(str, array.dims))
        raise PipelineError(f"{name} takes a layer or head that is still there, got {dim!r}; left: {left}")


def flip(array: xr.DataArray) -> xr.DataArray:
    """Query and key exchanged, values only."""
    array = array.transpose(..., "query", "key")
    return array.copy(data=array.transpose(..., "key", "query").values)


def past(array: xr.DataArray) -> xr.DataArray:
    """Which keys a causal query sees: those up to itself."""
    rank = np.arange(array.sizes["query"])
    return xr.DataArray(rank[:, None] >= rank, dims=("query", "key"))


def looks_ahead(array: xr.DataArray) -> bool:
    """Whether any query attends to a later key."""
    values = array.transpose(..., "query", "key").values
    return bool(np.fmax.reduce(values, axis=None, where=~past(array).values, initial=0) > 0)


@operation("leave out special tokens, as query and as key", "A[special, :] = A[:, special] = missing")
def drop_special(array: xr.DataArray) -> xr.DataArray:
    need_maps(array, "drop_special")
    return array.where(~array.query_special & ~array.key_special)


@operation("leave out what a token attends to in itself", "A_ii = missing")
def drop_self(array: xr.DataArray) -> xr.DataArray:
    need_square(array, "drop_self")
    return array.where(xr.DataArray(~np.eye(array.sizes["query"], dtype=bool), dims=("query", "key")))


@operation(
    "only what some queries attend to", "from(3, 12:30): A_i·, i = 3 or 12 ≤ i < 30; others missing", takes="queries"
)
def from_(array: xr.DataArray, first: range, /, *more: range) -> xr.DataArray:
    """Queries are counted from 0 along the axis as it is; their maps stay square."""
    need_maps(array, "from")
    chosen, count = [i for some in (first, *more) for i in some], array.sizes["query"]
    if not all(i < count for i in chosen):
        raise PipelineError(f"from({sorted(chosen)[-1]}): there are {count} queries, counted from 0")
    return array.where(xr.DataArray(np.isin(np.arange(count), chosen), dims="query"))


@operation(
    "blocks of tokens in place of tokens",
    "pool(n): mean over i ∈ I of Σ_{j ∈ J} A_ij, n tokens a block",
    takes="tokens",
)
def pool(array: xr.DataArray, size: int, /) -> xr.DataArray:
    """Rows sum to what they did; the last block may be shorter. What is missing is left out, not counted as 0."""
    need_maps(array, "pool")
    data = array.transpose(..., "query", "key")
    queries, keys = (np.arange(0, data.sizes[axis], size) for axis in ("query", "key"))
    there = data.notnull().values
    values = np.add.reduceat(np.where(there, data.values, 0), keys, axis=-1)
    there = np.logical_or.reduceat(there, keys, axis=-1)
    count = np.add.reduceat(there, queries, axis=-2, dtype=int)
    values = np.add.reduceat(values, queries, axis=-2) / np.where(count > 0, count, np.nan)
    blocks = xr.DataArray(values.astype(data.dtype), dims=data.dims, attrs=array.attrs)
    return blocks.assign_coords(coordinates_of_blocks(data, {"query": queries, "key": keys})).transpose(*array.dims)


def first_start(starts: np.ndarray, at: np.ndarray, axis: int) -> np.ndarray:
    """The lowest start of each block; −1 where it holds special tokens alone."""
    none = np.iinfo(starts.dtype).max
    lowest = np.minimum.reduceat(np.where(starts < 0, none, starts), at, axis=axis)
    return np.where(lowest == none, -1, lowest)


# How the coordinates of a block are made of those of its tokens.
BLOCKS = {"token": np.add.reduceat, "special": np.logical_or.reduceat, "start": first_start, "end": np.maximum.reduceat}


def coordinates_of_blocks(data: xr.DataArray, starts: dict[str, np.ndarray]) -> dict[str, xr.DataArray]:
    """A block is called by its tokens together, stands where they do, and is special where one of them is."""
    kept = {str(name): one for name, one in data.coords.items() if not {"query", "key"} & set(one.dims)}
    for axis, first in starts.items():
        for name, join in BLOCKS.items():
            if f"{axis}_{name}" in data.coords:
                one = data[f"{axis}_{name}"]
                values = one.values.astype(object) if name == "token" else one.values
                kept[f"{axis}_{name}"] = xr.DataArray(join(values, first, axis=-1), dims=one.dims)
    return kept


@operation("mean of a map and its transpose", "(A + Aᵀ) / 2", "Rao et al. 2021")
def symmetrise(array: xr.DataArray) -> xr.DataArray:
    need_square(array, "symmetrise")
    return (array + flip(array)) / 2


@operation("average product correction", "A_ij − A_i· A_·j / A_··", "Dunn et al. 2008")
def apc(array: xr.DataArray) -> xr.DataArray:
    need_maps(array, "apc")
    total = array.sum(["query", "key"])
    expected = array.sum("key") * array.sum("query") / total.where(total != 0, 1)  # an empty map stays empty
    return array - expected.transpose(*array.dims)


@operation("times what a uniform causal map would be", "A_ij × (i + 1), j ≤ i; 1 = uniform", "this project")
def causal(array: xr.DataArray) -> xr.DataArray:
    """Correct for the mask: early keys are visible to more queries, early queries see fewer keys."""
    need_square(array, "causal")
    visible = past(array).values
    values = array.transpose(..., "query", "key").values
    later = float(np.fmax.reduce(values, axis=None, where=~visible, initial=0))
    if later > 1e-6:
        raise PipelineError(
            f"causal is for causal models, but some query here attends to a later key (by up to {later:.3g})"
        )
    # Missing above the diagonal, in one pass: these maps are large.
    times = np.where(visible, visible.sum(axis=1, keepdims=True), np.nan).astype(values.dtype)
    return array.transpose(..., "query", "key").copy(data=values * times).transpose(*array.dims)


@operation("times what a uniform map would be", "A_ij × number of keys; 1 = uniform", "this project")
def uniform(array: xr.DataArray) -> xr.DataArray:
    """For models that look both ways; `causal` is for those that look back."""
    need_maps(array, "uniform")
    return array * array.notnull().sum("key")


@operation("log2, so that near and far weigh alike", "log₂ max(A_ij, floor)", "this project")
def log(array: xr.DataArray, *, floor: float = 1e-3) -> xr.DataArray:
    """After `causal`, 0 is uniform and 1 is twice uniform; a head that only looks at its neighbours
    then gives late queries hardly more weight than early ones."""
    values = np.maximum(array.values, np.asarray(floor, dtype=array.dtype))
    return array.copy(data=np.log2(values, out=values))


@operation("leave out keys that soak up attention", "key j out where mean_i A_ij > share", "Xiao et al. 2024")
def remove_sinks(array: xr.DataArray, *, share: float = 0.3) -> xr.DataArray:
    """Rows are rescaled to sum to 1 again; the mass taken away is noted."""
    need_maps(array, "remove_sinks")
    total = array.sum("key")
    there = array.notnull().any("key")
    second_half = there.cumsum("query") > there.sum("query") // 2  # early causal queries have few keys
    later = array.where(second_half)
    kept = array.where(later.mean("query") <= share, 0.0).where(array.notnull())
    left = kept.sum("key")
    removed = float((1 - left.sum("query") / total.sum("query")).mean())
    rescaled = (kept / left * total).where(left > 1e-6)
    text = f"remove_sinks took away {{:.1%}} of the attention (share > {share:g})"
    return note(rescaled.assign_attrs(array.attrs), text, removed)


@operation("minus the mean at the same distance", "A_ij − mean of A over |i − j|", "")
def detrend(array: xr.DataArray) -> xr.DataArray:
    need_square(array, "detrend")
    data = array.transpose(..., "query", "key")
    values = data.values.astype(float)
    n = values.shape[-1]
    distance = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    out = np.empty_like(values)
    for index in np.ndindex(values.shape[:-2]):
        one = values[index]
        there = ~np.isnan(one)
        total = np.bincount(distance[there], one[there], minlength=n)
        count = np.bincount(distance[there], minlength=n)
        out[index] = one - (total / np.maximum(count, 1))[distance]
    return data.copy(data=out)


@operation("attention carried through all layers", "Π_l (w I + (1 − w) mean_h A_l)", "Abnar & Zuidema 2020")
def rollout(array: xr.DataArray, *, residual: float = 0.5) -> xr.DataArray:
    """`residual` is the weight w of the skip connection; heads are averaged first."""
    need_square(array, "rollout")
    if "layer" not in array.dims:
        raise PipelineError("rollout multiplies layers: it must come before layers are reduced")
    layers = array.mean("head") if "head" in array.dims else array
    layers = layers.transpose("layer", ..., "query", "key")
    total = None
    for layer in layers.values:
        total = carried(total, layer, residual)
    first = layers.isel(layer=0, drop=True)
    return first.copy(data=total).where(first.notnull())


def carried(total: np.ndarray | None, layer: np.ndarray, residual: float) -> np.ndarray:
    """Attention up to this layer, (…, query, key), from that up to the one before, None for the first."""
    mixed = residual * np.eye(layer.shape[-1]) + (1 - residual) * np.nan_to_num(layer.astype(float))
    return mixed if total is None else mixed @ total


@operation("entropy of a query's attention, 0 focused to 1 uniform", "−Σ_j A_ij ln A_ij / ln (keys i sees)")
def entropy(array: xr.DataArray) -> xr.DataArray:
    need_maps(array, "entropy")
    total = array.sum("key")
    share = array / total.where(total > 0)
    bits = share.copy(data=entr(share.values)).sum("key")
    seen = array.notnull()
    if array.sizes["query"] == array.sizes["key"] and not looks_ahead(array):
        seen &= past(array)  # a causal map holds zeros where a query may not look
    visible = seen.sum("key")
    value = bits / np.log(visible.where(visible > 1))
    return value.where(array.notnull().any("key")).rename(query="position")


@operation("mean distance from a query to what it looks at, in tokens", "Σ_j A_ij |i − j|", "Vig & Belinkov 2019")
def distance(array: xr.DataArray) -> xr.DataArray:
    """0 looks at itself; a uniform causal query at index i has i / 2."""
    need_square(array, "distance")
    rank = np.arange(array.sizes["query"])
    away = xr.DataArray(np.abs(rank[:, None] - rank), dims=("query", "key"))
    return (array * away).sum("key", min_count=1).rename(query="position")


@operation(
    "attention a position receives",
    "mean_i A_ij over queries i with a value; after `causal`, those that see j",
    "",
)
def received(array: xr.DataArray) -> xr.DataArray:
    need_maps(array, "received")
    return array.mean("query").rename(key="position")


@operation("attention a position gives to the others", "Σ_{j ≠ i} A_ij", "")
def given(array: xr.DataArray) -> xr.DataArray:
    need_square(array, "given")
    rank = np.arange(array.sizes["query"])
    other = xr.DataArray(rank[:, None] != rank, dims=("query", "key"))
    return array.where(other).sum("key", min_count=1).rename(query="position")


@operation("mean over axes", "mean(layer, head)", "Avsec et al. 2021 (over layers and heads)")
def mean(array: xr.DataArray, *dims: str) -> xr.DataArray:
    return array.mean(list(dims))


@operation("maximum over axes", "max(layer, head)", "")
def max(array: xr.DataArray, *dims: str) -> xr.DataArray:
    return array.max(list(dims))


@operation("the last layer (or head) only", "A[layer = −1]", "")
def last(array: xr.DataArray, dim: str = "layer", /) -> xr.DataArray:
    need_axis(array, "last", dim)
    return array.isel({dim: -1}, drop=True)


@operation("one layer, one head, or both; counted from 0", "select(layer=2, head=1)", "")
def select(array: xr.DataArray, **index: float) -> xr.DataArray:
    for dim, i in index.items():
        need_axis(array, "select", dim)
        if not 0 <= i < array.sizes[dim] or i != int(i):
            raise PipelineError(f"select({dim}={i:g}): there are {array.sizes[dim]}, counted from 0")
    return array.isel({dim: int(i) for dim, i in index.items()}, drop=True)


@operation("weighted sum over layers and heads", "weights(name): Σ_lh w_lh A_lh", "Rao et al. 2021", takes="weights")
def weights(array: xr.DataArray, vector: np.ndarray, /) -> xr.DataArray:
    """vector : shape (layers × heads,), layer by layer; the caller says what vectors there are."""
    if not {"layer", "head"} <= set(array.dims):
        raise PipelineError("weights are of layers and heads: they must come before either is reduced")
    layers, heads = array.sizes["layer"], array.sizes["head"]
    if vector.shape != (layers * heads,):
        raise PipelineError(f"weights are {vector.shape} numbers, but there are {layers} layers × {heads} heads")
    by_head = xr.DataArray(vector.reshape(layers, heads).astype(array.dtype), dims=("layer", "head"))
    there = array.notnull().any(["layer", "head"])
    return xr.dot(array.fillna(0), by_head, dim=["layer", "head"]).where(there)
