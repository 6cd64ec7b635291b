"""The tables that a ranking leaves beside its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from regard.judge.operating import operating_points
from regard.studies.enhancer.rank_result import ABC_THRESHOLD, PLACES, Result


def write_tables(result: Result, folder: Path) -> pd.DataFrame:
    """Write `pairs.tsv`, every pair with its bin and scores, which is given back, and the other tables.

    These are `comparisons.tsv`, `operating_points.tsv`, `datasets.tsv` where there are several, `elements.tsv` where a
    model was asked, and `left_out.tsv`.

    The last has the rows of predictions that cannot be read, too, with the name of their file before the reason.
    """
    table = result.pairs.table.assign(bin=names_of(result.bins, result.distance_bins)).drop(columns="activity")
    empty = [name for name in ("id", "cell", "dataset") if (table[name] == "").all()]
    table = table.drop(columns=empty + ["weight"] * bool(table.weight.isna().all()))
    table = table.rename(columns={"id": "gene_id", "cell": "cell_type"})
    if result.datasets is not None:
        result.datasets.to_csv(folder / "datasets.tsv", sep="\t", index=False, float_format="%.4g")
    table = table.assign(**result.scores).assign(distance=result.pairs.table.distance)
    if result.elements is not None:
        result.elements.to_csv(folder / "elements.tsv", sep="\t", index=False, float_format="%.6g")
    points = operating_points(
        result.scores, result.pairs.table.regulated.to_numpy(), result.bins, thresholds_of(result)
    )
    points.to_csv(folder / "operating_points.tsv", sep="\t", index=False, float_format="%.6g")
    result.between.to_csv(folder / "comparisons.tsv", sep="\t", index=False, float_format="%.4g")
    table.to_csv(folder / "pairs.tsv", sep="\t", index=False, float_format="%.6g")
    unread = [rows.assign(reason=f"{name}: " + rows.reason) for name, rows in result.unread.items() if len(rows)]
    left_out = pd.concat([result.pairs.left_out, *unread], ignore_index=True) if unread else result.pairs.left_out
    left_out.to_csv(folder / "left_out.tsv", sep="\t", index=False)
    return table


def thresholds_of(result: Result) -> dict[str, float]:
    """From which score on a pair is called, of the methods of which that is known; as the scores are turned."""
    given = {
        name: -column.threshold if column.inverse else column.threshold
        for name, column in result.columns.items()
        if not np.isnan(column.threshold)
    }
    near = {name: 1.0 for name in PLACES if name in result.scores}
    return ({"ABC": ABC_THRESHOLD} if result.called is not None else {}) | near | given


def names_of(bins: dict[str, np.ndarray], names: Sequence[str]) -> np.ndarray:
    """The bin of distance of each pair."""
    return np.select([bins[name] for name in names], list(names), default="")
