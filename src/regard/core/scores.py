"""Scores (this matters) and annotations (this is known), in the same shape so that they can meet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd

from regard.core.tokens import laid_on_units
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
class _Scores(_Samples):
    """Scores of tokens know where their tokens stand.

    notes : what a reader should know. places : for each sample and each axis start and end of every token in units,
    int, (tokens, 2), −1 for special tokens; None where each position is a unit already. unit : what they count.
    """

    notes: tuple[str, ...] = ()
    places: list[tuple[np.ndarray, ...]] | None = None
    unit: str = ""

    def on(self, unit: str) -> Self:
        """The scores laid on bases, residues, bins or genes: a unit has the mean of the tokens that cover it.

        Raises InputError where tokens count another unit.

        Examples
        --------
        Two tokens of three bases:

        >>> import numpy as np
        >>> from regard import PositionScores
        >>> places = [(np.array([[0, 3], [3, 6]]),)]
        >>> PositionScores(["a"], [np.array([1.0, 2.0])], "k-mers", places=places, unit="base").on("base").values
        [array([1., 1., 1., 2., 2., 2.])]
        """
        if self.unit and unit != self.unit:
            raise InputError(f"{self.name}: its tokens count {self.unit}s, so that it cannot be laid on {unit}s")
        if self.places is None:
            return replace(self, unit=unit)
        values = [laid_on_units(v, *place) for v, place in zip(self.values, self.places, strict=True)]
        return replace(self, values=values, places=None, unit=unit)


@dataclass(frozen=True)
class PositionScores(_Scores):
    """How much each position matters: ids, one array (length,) a sample, and the method's name.

    NaN marks a position without a score (a special token, say); it is left out of comparisons.
    """

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
class PairScores(_Scores):
    """How much each pair matters: one array (query, key) a sample; row = query, column = key."""

    ndim = 2


@dataclass(frozen=True)
class Annotations(_Samples):
    """What is known of each position: one boolean array (length,) a sample, and its name."""


@dataclass(frozen=True)
class PairAnnotations(_Samples):
    """What is known of each pair: one boolean array (query, key) a sample, and its name."""

    ndim = 2
