"""The same sequences, predicted by two models: which was right where the other was wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binomtest

FILE = "predictions.tsv"


def predicted_by_both(one: Path, other: Path, names: tuple[str, str]) -> list[str]:
    """A sentence with the exact test of McNemar (1947); none where the folders do not hold the same labelled sequences.

    The test counts sequences as independent: near copies count each.
    """
    if not ((one / FILE).is_file() and (other / FILE).is_file()):
        return []
    tables = [pd.read_csv(run / FILE, sep="\t", dtype=str, keep_default_na=False) for run in (one, other)]
    if any("label" not in table or table.id.duplicated().any() for table in tables):
        return ["Predictions were not tested: both runs must hold labels, and each name once."]
    first, second = (table[table.label != ""].set_index("id") for table in tables)
    if set(first.index) != set(second.index) or not (first.label == second.label.reindex(first.index)).all():
        return ["Predictions were not tested: the runs hold other sequences, or other labels of them."]
    right = [np.asarray(table.predicted.reindex(first.index) == first.label) for table in (first, second)]
    alone = int((right[0] & ~right[1]).sum()), int((right[1] & ~right[0]).sum())
    p = binomtest(alone[0], sum(alone)).pvalue if sum(alone) else 1.0
    return [
        f"Of {len(first)} sequences {int((right[0] & right[1]).sum())} are predicted right by both, {alone[0]} by "
        f"{names[0]} alone and {alone[1]} by {names[1]} alone: a fair coin would split these as unevenly with p "
        f"{p:.2g} (McNemar's exact test, each sequence counted as independent)."
    ]
