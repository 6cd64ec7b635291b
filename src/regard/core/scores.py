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
    """How much each position matters.

    Parameters
    ----------
    ids : names of the samples, all different.
    values : one array a sample, float, shape (length,). NaN marks a position without a score (a special token, say);
        it is left out of comparisons.
    name : of the method, as it stands in `evidence.tsv`.
    notes : remarks that go into the report.
    places, unit : where tokens stand and in what they count, for `on`; None and "" where each position is a unit.

    Raises
    ------
    InputError
        Ids that stand twice or are not as many as the arrays, or an array of another number of axes.

    Examples
    --------
    >>> import numpy as np, regard
    >>> scores = regard.PositionScores(["p1"], [np.array([0.5, np.nan])], "attention")
    >>> scores.table()
       id  position  score     method
    0  p1         0    0.5  attention
    1  p1         1    NaN  attention
    >>> regard.PositionScores(["p1"], [np.zeros((2, 2))], "attention")
    Traceback (most recent call last):
    regard.errors.InputError: attention, 'p1': 2 axes, expected 1
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
    """How much each pair matters.

    Parameters
    ----------
    ids, name, notes : as of `PositionScores`.
    values : one array a sample, float, shape (query, key): row = query, column = key. NaN where there is no score.

    Raises
    ------
    InputError
        As `PositionScores`.

    Examples
    --------
    >>> import numpy as np, regard
    >>> scores = regard.PairScores(["p1"], [np.eye(3)], "attention")
    >>> len(scores), scores.values[0].shape
    (1, (3, 3))
    """

    ndim = 2


@dataclass(frozen=True)
class Annotations(_Samples):
    """What is known of each position.

    Parameters
    ----------
    ids : names of the samples, the same and in the same order as of the scores they are compared with.
    values : one array a sample, bool, shape (length,).
    name : of what is known, as it stands in `evidence.tsv`.

    Raises
    ------
    InputError
        As `PositionScores`.

    Examples
    --------
    >>> import numpy as np, regard
    >>> site = regard.Annotations(["p1"], [np.array([False, True])], "active site")
    >>> site.ids, int(site.values[0].sum())
    (['p1'], 1)
    """


@dataclass(frozen=True)
class PairAnnotations(_Samples):
    """What is known of each pair.

    Parameters
    ----------
    ids, name : as of `Annotations`.
    values : one array a sample, bool, shape (query, key): contacts of residues, or known edges, row = target.

    Raises
    ------
    InputError
        As `PositionScores`.

    Examples
    --------
    >>> import numpy as np, regard
    >>> contacts = regard.PairAnnotations(["p1"], [np.eye(4, k=2, dtype=bool)], "contacts")
    >>> contacts.values[0].nonzero()[1].tolist()
    [2, 3]
    """

    ndim = 2
