"""Scores of element–gene pairs from those of all elements that overlap them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from regard.annotate.prediction_columns import Column
from regard.annotate.predictions import Predictions
from regard.data.regions import other_spelling


def join(pairs: pd.DataFrame, predictions: Predictions) -> tuple[pd.DataFrame, np.ndarray]:
    """Scores of each pair from all elements of the same gene, in the same cell type, that overlap by a base or more.

    Each is aggregated as its column says; over no element of a known gene it is the column's `empty`, of an unknown one
    its `fill`; NaN where that is none. Less is turned to more where less is better.

    Returns
    -------
    One column a score, one row a pair, in the order of `pairs`; and how many elements overlap each, shape (pairs,).
    """
    found = pd.DataFrame({one.name: one.fill for one in predictions.columns}, index=pairs.index, dtype=float)
    overlapping = pd.Series(0, index=pairs.index)
    theirs = set(pairs.chrom)
    spelt = {name: name if name in theirs else other_spelling(str(name)) for name in predictions.table.chrom.unique()}
    rows = predictions.table.assign(chrom=predictions.table.chrom.map(spelt))
    several = bool((rows.cell != "").any())
    groups: dict = dict(list(rows.groupby(["gene", "chrom"])))
    none = rows.iloc[:0]
    genes = set(rows.gene)
    cells = pairs["cell"] if "cell" in pairs else pd.Series("", index=pairs.index)
    keyed = pd.DataFrame({"gene": pairs.gene, "chrom": pairs.chrom, "cell": cells})
    for key, some in pairs.groupby([keyed.gene, keyed.chrom, keyed.cell]):
        gene, chrom, cell = map(str, key if isinstance(key, tuple) else (key,))
        if gene not in genes:
            continue
        there: pd.DataFrame = groups.get((gene, chrom), none)
        if several:
            there = there.loc[there.cell.isin(["", cell])]
        start, end = some.start.to_numpy()[:, None], some.end.to_numpy()[:, None]
        overlap = (there.start.to_numpy() < end) & (there.end.to_numpy() > start)  # (pairs, elements)
        overlapping[some.index] = overlap.sum(axis=1)
        for column in predictions.columns:
            values = np.where(overlap, there[column.name].to_numpy(float), np.nan)
            found.loc[some.index, column.name] = aggregated(values, column)
    for column in predictions.columns:
        if column.inverse:
            found[column.name] = -found[column.name]
    return found, overlapping.to_numpy()


def aggregated(values: np.ndarray, column: Column) -> np.ndarray:
    """One score a pair of those of the elements that overlap it, (pairs, elements), NaN where one does not."""
    there = ~np.isnan(values)
    some = there.any(axis=1)
    least = {"max": -np.inf, "min": np.inf}.get(column.aggregate, 0.0)
    filled = np.where(there, values, least)
    if column.aggregate == "max":
        out = filled.max(axis=1, initial=-np.inf)  # a score may be −Inf itself, so that only `some` tells
    elif column.aggregate == "min":
        out = filled.min(axis=1, initial=np.inf)
    else:
        out = filled.sum(axis=1)
        if column.aggregate == "mean":
            out = out / np.maximum(there.sum(axis=1), 1)
    empty = column.fill if not np.isnan(column.fill) else column.empty
    return np.where(some, out, empty)
