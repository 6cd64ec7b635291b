"""The evidence table: what was compared with what, against which null, and what follows."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

COLUMNS = [
    "study",
    "item",
    "method",
    "annotation",
    "n",
    "positives",
    "prevalence",
    "metric",
    "value",
    "ci_low",
    "ci_high",
    "null",
    "null_mean",
    "baseline",
    "baseline_value",
    "p_value",
    "q_value",
    "verdict",
    "reason",
    "adds",
    "adds_low",
    "adds_high",
    "needed",
]

SUPPORTED, NOT_SUPPORTED, TOO_FEW, CANNOT_TELL = "supported", "not supported", "too few labels", "cannot be told"
VERDICTS = (SUPPORTED, NOT_SUPPORTED, TOO_FEW, CANNOT_TELL)
JUDGED = (SUPPORTED, NOT_SUPPORTED)  # what sentences count
RANDOM = "random weights"  # how the reason begins where models with random weights reach as much
SEEN = "seen in training"  # how the reason begins where no label is left that a method has not learned from


def evidence(rows: list[dict]) -> pd.DataFrame:
    """A table with exactly the columns of `evidence.tsv`; a missing value is empty."""
    return pd.DataFrame(rows, columns=COLUMNS)


def stacked(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Tables of evidence one below the other; without those that have no row, which would turn numbers to objects.

    Examples
    --------
    >>> stacked([evidence([]), evidence([{"n": 3}]), evidence([{"n": 4}])]).n.tolist()
    [3, 4]
    """
    some = [one for one in tables if len(one)]
    return pd.concat(some, ignore_index=True) if some else evidence([])


def write_evidence(table: pd.DataFrame, path: Path) -> None:
    """Write `evidence.tsv`, six significant digits."""
    table.to_csv(path, sep="\t", index=False, float_format="%.6g")
