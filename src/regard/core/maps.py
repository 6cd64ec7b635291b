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
        `sample` (ids), `length` (sample), and `query_token`, `query_special`, `key_token`,
        `key_special` (sample × axis).
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
) -> AttentionMaps:
    """Put maps of samples of any length, each (layer, head, query, key), into one padded array.

    Token tables, as `token_table` makes them, say what stands on each axis; the keys' are the
    queries' where not given. Raises InputError where maps, ids and tokens do not fit together.
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
    return AttentionMaps(xr.DataArray(padded, dims=DIMS, name="attention", coords=coords))


def coordinates(ids: list[str], query_tokens: list[pd.DataFrame], key_tokens: list[pd.DataFrame]) -> dict:
    """Names of samples and tokens, for an array whose axes have the names in DIMS."""

    def column(tables, name, blank):
        longest = max(map(len, tables))
        return np.array([[*t[name], *[blank] * (longest - len(t))] for t in tables])

    return {
        "sample": list(ids),
        "length": ("sample", [len(t) for t in query_tokens]),
        "query_token": (("sample", "query"), column(query_tokens, "token", "")),
        "key_token": (("sample", "key"), column(key_tokens, "token", "")),
        "query_special": (("sample", "query"), column(query_tokens, "special", False)),
        "key_special": (("sample", "key"), column(key_tokens, "special", False)),
    }
