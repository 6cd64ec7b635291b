"""Which of two rankings of element–gene pairs is better: their difference under the same draws of genes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pandas as pd

from regard.judge.metrics import Ranking
from regard.judge.pairs import figures

COLUMNS = ["item", "method", "other", "metric", "difference", "ci_low", "ci_high", "p_value", "q_value", "genes"]


def between(
    scores: Mapping[str, np.ndarray],
    regulated: np.ndarray,
    genes: np.ndarray,
    bins: Mapping[str, np.ndarray],
    *,
    draws: int = 999,
    seed: int = 0,
) -> pd.DataFrame:
    """AUPRC of each method less that of each other one, with the interval and p of a bootstrap over genes.

    All methods are measured on the same draws (paired), whole genes are drawn with all their pairs, and p is two-sided:
    twice the share of draws in which the sign of the difference turns. It says which ranking is better, not whether
    either knows more than distance; that is judged elsewhere.

    Parameters
    ----------
    scores, regulated, genes, bins : as in `compare_pairs`.
    draws : more are taken where so few could not bring a p that is corrected for all pairs of methods down to .01.

    Returns
    -------
    A row for each bin and two methods, p corrected for all pairs of methods in the bin together (Holm): each bin is a
    question of its own, and who looks at all of them should ask for less than .05.
    """
    rows, pairs = [], math.comb(len(scores), 2)
    draws = max(draws, 2 * pairs * 100 - 1)  # of two sides, the least p is 2 / (1 + draws)
    for item, inside in bins.items():
        labels = np.asarray(regulated, dtype=bool)[inside]
        if not labels.any() or labels.all():
            continue
        gene = np.unique(np.asarray(genes)[inside], return_inverse=True)[1]
        count = int(gene.max()) + 1
        times = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), draws)
        weights = np.vstack([np.ones(len(labels), np.int32), times.astype(np.int32)[:, gene]])
        found = {name: figures(Ranking(values[inside]), labels, weights)["auprc"] for name, values in scores.items()}
        of_bin = [
            {"item": item, "method": one, "other": other} | compared(found[one] - found[other], count)
            for one, other in combinations(found, 2)
        ]
        corrected = holm(np.array([row["p_value"] for row in of_bin]))
        rows += [row | {"q_value": q} for row, q in zip(of_bin, corrected, strict=True)]
    return pd.DataFrame(rows, columns=COLUMNS)


def compared(difference: np.ndarray, genes: int) -> dict:
    """What a difference and its draws say; the first is that of all genes."""
    drawn = difference[1:][~np.isnan(difference[1:])]
    low, high = np.quantile(drawn, [0.025, 0.975]) if len(drawn) else (np.nan, np.nan)
    turned = min((drawn <= 0).sum(), (drawn >= 0).sum())
    p = min(2 * (1 + turned) / (1 + len(drawn)), 1.0)
    return {
        "metric": "auprc", "difference": difference[0], "ci_low": low, "ci_high": high, "p_value": p, "genes": genes,
    }  # fmt: skip


def holm(p: np.ndarray) -> np.ndarray:
    """p corrected for having looked at all of them (Holm 1979), shape (tests,)."""
    order = np.argsort(p, kind="stable")
    corrected = np.maximum.accumulate(p[order] * (len(p) - np.arange(len(p)))) if len(p) else p
    out = np.empty(len(p))
    out[order] = np.minimum(corrected, 1)
    return out
