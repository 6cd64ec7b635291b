"""Rows of evidence of two runs, joined by what they are about."""

from __future__ import annotations

import numpy as np
import pandas as pd

KEY = ["item", "method", "annotation", "metric"]
OF_RUN = ["n", "positives", "prevalence", "value", "ci_low", "ci_high", "adds", "adds_low", "adds_high", "verdict"]
COLUMNS = [
    *KEY,
    "item_2",
    *(f"{name}_{run}" for run in (1, 2) for name in OF_RUN),
    "difference",
    "intervals",
    "labels",
]
APART, OVERLAP = "apart", "overlap"
SAME, OTHER = "same count", "other count"


def beside(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """One table of both runs' evidence: a row for each comparison, with the columns of each run numbered.

    Rows belong together when item, method, annotation and metric are the same. Where an item has another name in the
    second run (a mutant's, say) and nothing else can be meant, it is the one of the same method, annotation and metric.

    Parameters
    ----------
    one, other : as `evidence.tsv` has them, shape (rows, columns of evidence).

    Returns
    -------
    Columns `COLUMNS`, in the order of the first run, rows of the second alone last; what a run lacks is empty.
    `difference` is the second value less the first; `intervals` says whether their 95 % intervals overlap; `labels`
    whether both had as many, of which as many were positive.

    Examples
    --------
    >>> rows = {"item": "x", "method": ["a", "b"], "annotation": "sites", "metric": "auprc", "value": [0.2, 0.5]}
    >>> rows |= {name: np.nan for name in OF_RUN if name not in ("value", "verdict")} | {"verdict": "supported"}
    >>> beside(pd.DataFrame(rows), pd.DataFrame(rows | {"value": [0.4, 0.5]})).difference.round(3).tolist()
    [0.2, 0.0]
    """
    first, second = numbered(one), numbered(other)
    second["item_2"] = second["item"]
    alone = [table[~keys(table).isin(set(keys(rest)))] for table, rest in ((first, second), (second, first))]
    for at, item in matched(*alone).items():
        second.loc[at, "item"] = item
    table = first.merge(second, how="outer", on=[*KEY, "again"], suffixes=("_1", "_2"), sort=False)
    order = keys(first).tolist()
    place = {key: at for at, key in enumerate([*order, *(key for key in keys(second) if key not in set(order))])}
    table = table.iloc[np.argsort(keys(table).map(place).to_numpy(), kind="stable")].reset_index(drop=True)
    table["item_2"] = table["item_2"].where(table["item_2"] != table["item"], "").fillna("")
    table["difference"] = table.value_2 - table.value_1
    table["intervals"] = overlap(table)
    counts = [table[f"{name}_1"] == table[f"{name}_2"] for name in ("n", "positives")]
    table["labels"] = np.where(in_both(table), np.where(counts[0] & counts[1], SAME, OTHER), "")
    return table[COLUMNS]


def numbered(table: pd.DataFrame) -> pd.DataFrame:
    """The columns that are needed, and which row of its kind each is."""
    table = table.reindex(columns=[*KEY, *OF_RUN]).reset_index(drop=True)
    return table.assign(again=table.groupby(KEY, dropna=False).cumcount())


def keys(table: pd.DataFrame, names: list[str] = KEY) -> pd.Series:
    return pd.Series(list(table[[*names, "again"]].itertuples(index=False, name=None)), index=table.index, dtype=object)


def matched(one: pd.DataFrame, other: pd.DataFrame) -> dict[int, str]:
    """The item that a row of the second must mean, by its index, where no other row of either can be meant."""
    mine, theirs = keys(one, KEY[1:]), keys(other, KEY[1:])
    items = dict(zip(mine, one["item"], strict=True))
    single = set(mine[~mine.duplicated(keep=False)])
    return {at: items[key] for at, key in theirs[~theirs.duplicated(keep=False)].items() if key in single}


def in_both(table: pd.DataFrame) -> pd.Series:
    return table.verdict_1.notna() & table.verdict_2.notna()


def overlap(table: pd.DataFrame) -> np.ndarray:
    """Whether two intervals have a point in common; empty where a run has none."""
    bounds = table[["ci_low_1", "ci_high_1", "ci_low_2", "ci_high_2"]].to_numpy(float).T
    low, high, other_low, other_high = np.nan_to_num(bounds)
    apart = (high < other_low) | (other_high < low)
    return np.where(np.isnan(bounds).any(axis=0), "", np.where(apart, APART, OVERLAP))
