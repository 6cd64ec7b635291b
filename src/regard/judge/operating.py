"""Where a ranking is cut: precision at a recall, recall at a precision, and both at a method's threshold."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

POINTS = (0.3, 0.5, 0.7)  # recalls and precisions that are asked for
COLUMNS = ["item", "method", "fixed", "at", "score", "called", "precision", "recall"]


def operating_points(
    scores: Mapping[str, np.ndarray],
    regulated: np.ndarray,
    bins: Mapping[str, np.ndarray],
    thresholds: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Precision and recall of each method in each bin, where its ranking is cut.

    Parameters
    ----------
    scores : one array a method, shape (pairs,), bigger is likelier, no NaN.
    regulated : bool, shape (pairs,). bins : name and bool, shape (pairs,).
    thresholds : of methods that have one: pairs with that score or more are called.

    Returns
    -------
    Columns `item` (the bin), `method`, `fixed` (recall, precision or threshold), `at` (its value), `score` from which
    on pairs are called, how many are (`called`), `precision`, `recall`. At a fixed recall: the highest score that
    reaches it. At a fixed precision: the most recall with at least that; NaN where it is never reached. Equal scores
    are called together. Bins without regulated pairs have no rows.
    """
    rows = []
    for item, inside in bins.items():
        labels = np.asarray(regulated, dtype=bool)[inside]
        if not labels.any():
            continue
        for method, all_of_them in scores.items():
            values, precision, recall, called = curve(np.asarray(all_of_them, dtype=float)[inside], labels)
            at: list[tuple[str, float, int | None]] = []
            for point in POINTS:
                at.append(("recall", point, int((recall >= point - 1e-12).argmax())))
            for point in POINTS:
                reached = np.flatnonzero(precision >= point - 1e-12)
                at.append(("precision", point, int(reached[-1]) if len(reached) else None))
            if thresholds and method in thresholds:
                reached = np.flatnonzero(values >= thresholds[method])
                at.append(("threshold", thresholds[method], int(reached[-1]) if len(reached) else None))
            for fixed, point, i in at:
                told = (np.nan, 0, np.nan, 0.0) if i is None else (values[i], called[i], precision[i], recall[i])
                rows.append((item, method, fixed, point, *told))
    return pd.DataFrame(rows, columns=COLUMNS)


def curve(scores: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Distinct scores from the highest, and precision, recall and how many are called from each on, (scores,) each."""
    order = np.argsort(-scores, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    hit, called = labels[order].cumsum()[ends], ends + 1
    return scores[order][ends], hit / called, hit / labels.sum(), called
