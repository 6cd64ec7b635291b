"""Whether a figure differs between two runs, where both folders hold what a paired test takes; else why there is none.

A test is made of the items that lie in the folders. It stands only where the figure of `evidence.tsv` comes out of them
again: what was judged on other items than those that were kept is not tested.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from regard.core.recorded import Recorded
from regard.judge.between import holm
from regard.judge.paired import Paired, paired
from regard.studies.beside.held import Held, held_by
from regard.studies.beside.rows import in_both

COLUMNS = ["test_low", "test_high", "p_value", "q_value", "test"]
LEVEL = 0.05  # of p, corrected for all rows that are tested
DIFFER, ALIKE = "another figure", "no difference shown"
NO_MODEL = "none: not the model's"
SUMMARY = "none: summary figures only"
OTHER = "none: other items or labels"
NOT_AGAIN = "none: not all items were kept"
FEW = "none: fewer than three groups"
WITHIN = {"rtol": 1e-3, "atol": 1e-4}  # scores have six digits, older evidence four


def with_tests(table: pd.DataFrame, runs: tuple[Recorded, Recorded]) -> pd.DataFrame:
    """The rows of `with_free` with `COLUMNS`: interval of the difference, p, p corrected (Holm), and what follows.

    Rows of one run alone stay empty.
    """
    holders = [held_by(run.folder, run.study) for run in runs]
    found: dict[int, Paired] = {}
    said = dict.fromkeys(table.index, "")
    for at, row in table[in_both(table)].iterrows():
        if row.free:
            said[at] = NO_MODEL
            continue
        one, other = holders[0](row), holders[1](of_second(row))
        if one is None or other is None:
            said[at] = SUMMARY
            continue
        if why := lacking(row, one, other):
            said[at] = why
            continue
        result = paired(one.measure, one.scores, ordered_as(one, other), one.labels)
        if np.isnan(result.p):
            said[at] = FEW
        else:
            found[at] = result
    corrected = dict(zip(found, holm(np.array([one.p for one in found.values()])), strict=True))
    for at, one in found.items():
        apart = corrected[at] <= LEVEL and not one.low <= 0 <= one.high
        said[at] = DIFFER if apart else ALIKE
    nan = Paired(np.nan, np.nan, np.nan, np.nan)
    each = [(*ends(found.get(at, nan)), corrected.get(at, np.nan)) for at in table.index]
    added = pd.DataFrame(each, columns=COLUMNS[:-1], index=table.index, dtype=float)
    return table.assign(**added, test=pd.Series(said, dtype=object))


def ends(one: Paired) -> tuple[float, float, float]:
    return one.low, one.high, one.p


def of_second(row: pd.Series) -> pd.Series:
    """The row as the second run names it."""
    return pd.Series({**row, "item": str(row["item_2"]) or row["item"]})


def lacking(row: pd.Series, one: Held, other: Held) -> str:
    """Why the row cannot be tested; empty where it can."""
    if not same(one, other):
        return OTHER
    for run, held in enumerate((one, other), 1):
        again = held.measure.value(held.scores, held.labels)
        if held.n != row[f"n_{run}"] or not np.isclose(again, row[f"value_{run}"], **WITHIN):
            return NOT_AGAIN
    return ""


def same(one: Held, other: Held) -> bool:
    """Whether both are of the same items, each once, with the same labels."""
    return len(set(one.items)) == len(one.items) and dict(zip(one.items, one.labels, strict=True)) == dict(
        zip(other.items, other.labels, strict=True)
    )


def ordered_as(one: Held, other: Held) -> np.ndarray:
    """The scores of the other in the order of the first's items."""
    place = {item: at for at, item in enumerate(other.items)}
    return other.scores[[place[item] for item in one.items]]
