"""Scores (this matters) and annotations (this is known), in the same shape so that they can meet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from regard.errors import InputError


@dataclass(frozen=True)
class _Samples:
    """A value for each position or pair of some named samples."""

    ids: list[str]
    values: list[np.ndarray]
    name: str

    ndim = 1

    def __post_init__(self):
        if len(self.ids) != len(self.values) or len(set(self.ids)) != len(self.ids):
            raise InputError(
                f"{self.name}: {len(self.ids)} ids ({len(set(self.ids))} distinct) for {len(self.values)} samples"
            )
        for i, value in zip(self.ids, self.values, strict=True):
            if np.ndim(value) != self.ndim:
                raise InputError(f"{self.name}, {i!r}: {np.ndim(value)} axes, expected {self.ndim}")

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class PositionScores(_Samples):
    """How much each position matters: ids, one array (length,) a sample, and the method's name.

    NaN marks a position without a score (a special token, say); it is left out of comparisons.
    """

    notes: tuple[str, ...] = ()

    def table(self) -> pd.DataFrame:
        """Columns id, position (0-based), score, method."""
        return pd.concat(
            [
                pd.DataFrame({"id": i, "position": range(len(v)), "score": v, "method": self.name})
                for i, v in zip(self.ids, self.values, strict=True)
            ],
            ignore_index=True,
        )


@dataclass(frozen=True)
class PairScores(_Samples):
    """How much each pair matters: one array (query, key) a sample; row = query, column = key."""

    notes: tuple[str, ...] = ()
    ndim = 2


@dataclass(frozen=True)
class Annotations(_Samples):
    """What is known of each position: one boolean array (length,) a sample, and its name."""


@dataclass(frozen=True)
class PairAnnotations(_Samples):
    """What is known of each pair: one boolean array (query, key) a sample, and its name."""

    ndim = 2
