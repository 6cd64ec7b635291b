"""Attention as it left the model: one array with named axes, nothing averaged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from regard.errors import InputError

DIMS = ("sample", "layer", "head", "query", "key")


@dataclass(frozen=True)
class AttentionMaps:
    """Attention of a batch of samples.

    Attributes
    ----------
    array : xarray.DataArray, dims (sample, layer, head, query, key); row = query, column = key.
        Each row of a map sums to 1. Samples shorter than the longest end in NaN. Coordinates:
        `sample` (ids), `length` (sample), and `query_token`, `query_start`, `query_end`,
        `query_special` (sample × axis), the same of `key`. Attribute `unit`: what start and end count.

    See Also
    --------
    regard.attention_maps : make them of arrays. regard.attention : read them from a model. regard.load : of a run.

    Examples
    --------
    >>> import numpy as np, regard
    >>> one = np.full((1, 2, 3, 3), 1 / 3)  # a layer, two heads, three tokens
    >>> maps = regard.attention_maps([one], ["p1"], [regard.token_table(list("MKH"))])
    >>> maps["p1"].shape, maps[0][0][1].sum(axis=1).round(3).tolist()
    ((1, 2, 3, 3), [1.0, 1.0, 1.0])
    >>> scores = maps.reduce("received | mean(layer, head)")
    >>> scores.name, scores.values[0].shape
    ('received | mean(layer, head)', (3,))
    """

    array: xr.DataArray

    def __getitem__(self, sample: int | str) -> np.ndarray:
        """Maps of one sample, shape (layer, head, query, key), without padding."""
        one = self.array.sel(sample=sample) if isinstance(sample, str) else self.array[sample]
        queries = int((one.query_token != "").sum())
        keys = int((one.key_token != "").sum())
        return np.asarray(one)[:, :, :queries, :keys]

    def __len__(self) -> int:
        return self.array.sizes["sample"]

    def __iter__(self) -> Iterator[np.ndarray]:
        return (self[i] for i in range(len(self)))

    @property
    def ids(self) -> list[str]:
        return [str(name) for name in self.array.sample.values]

    def reduce(self, pipeline: str, **how):
        """Scores by a named pipeline, such as ``"causal | received | mean(layer, head)"``."""
        from regard.reduce.pipeline import reduce  # the one upward import: a verb for notebooks

        return reduce(self, pipeline, **how)


def attention_maps(
    maps: list[np.ndarray],
    ids: list[str],
    query_tokens: list[pd.DataFrame],
    key_tokens: list[pd.DataFrame] | None = None,
    *,
    unit: str = "",
) -> AttentionMaps:
    """Put maps of samples of any length into one padded array.

    Parameters
    ----------
    maps : one array a sample, shape (layer, head, query, key).
    ids : names of the samples, all different.
    query_tokens, key_tokens : what stands on each axis, a table a sample as `token_table` makes them; the keys' are
        the queries' if None.
    unit : what their start and end count: base, residue, gene.

    Returns
    -------
    AttentionMaps

    Raises
    ------
    InputError
        Maps, ids and tokens that do not fit together.

    Examples
    --------
    >>> import numpy as np, regard
    >>> tokens = [regard.token_table(list("ACG")), regard.token_table(list("AC"))]
    >>> arrays = [np.full((1, 1, 3, 3), 1 / 3), np.full((1, 1, 2, 2), 1 / 2)]
    >>> maps = regard.attention_maps(arrays, ["long", "short"], tokens)
    >>> dict(maps.array.sizes)
    {'sample': 2, 'layer': 1, 'head': 1, 'query': 3, 'key': 3}
    >>> maps["short"].shape
    (1, 1, 2, 2)
    """
    key_tokens = query_tokens if key_tokens is None else key_tokens
    if not maps:
        raise InputError("no attention maps: the list is empty")
    if len(set(ids)) != len(ids) or not len(maps) == len(ids) == len(query_tokens) == len(key_tokens):
        raise InputError(
            f"{len(maps)} maps, {len(set(ids))} distinct of {len(ids)} ids, {len(query_tokens)} query and "
            f"{len(key_tokens)} key token tables; there must be one of each for every sample"
        )
    for name, one, q, k in zip(ids, maps, query_tokens, key_tokens, strict=True):
        if one.shape != (*maps[0].shape[:2], len(q), len(k)):
            raise InputError(
                f"sample {name!r}: attention of shape {one.shape}, but {len(q)} query and {len(k)} key tokens "
                f"and {maps[0].shape[:2]} layers and heads"
            )
    longest_query, longest_key = max(map(len, query_tokens)), max(map(len, key_tokens))
    padded = np.full((len(maps), *maps[0].shape[:2], longest_query, longest_key), np.nan, dtype=np.float32)
    for place, one in zip(padded, maps, strict=True):
        place[:, :, : one.shape[2], : one.shape[3]] = one

    coords = coordinates(ids, query_tokens, key_tokens)
    attrs = {"unit": unit} if unit else {}
    return AttentionMaps(xr.DataArray(padded, dims=DIMS, name="attention", coords=coords, attrs=attrs))


def coordinates(ids: list[str], query_tokens: list[pd.DataFrame], key_tokens: list[pd.DataFrame]) -> dict:
    """Names of samples and tokens, for an array whose axes have the names in DIMS."""

    def column(tables, name, blank):
        longest = max(map(len, tables))
        return np.array([[*t[name], *[blank] * (longest - len(t))] for t in tables])

    return {"sample": list(ids), "length": ("sample", [len(t) for t in query_tokens])} | {
        f"{axis}_{name}": (("sample", axis), column(tables, name, blank))
        for axis, tables in (("query", query_tokens), ("key", key_tokens))
        for name, blank in (("token", ""), ("start", -1), ("end", -1), ("special", False))
    }
