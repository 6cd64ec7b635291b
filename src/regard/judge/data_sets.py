"""The same rankings in each of several data sets, and in all of them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from regard.judge.metrics import Ranking
from regard.judge.pairs import figures, told

POOLED = "pooled"
COLUMNS = ["dataset", "method", "genes", "n", "positives", "prevalence", "auprc", "ci_low", "ci_high", "lead",
           "lead_low", "lead_high", "weighted"]  # fmt: skip


def by_data_set(
    scores: Mapping[str, np.ndarray],
    regulated: np.ndarray,
    genes: np.ndarray,
    datasets: np.ndarray,
    names: Sequence[str],
    *,
    baseline: str = "distance",
    weights: np.ndarray | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """AUPRC of each method, and its lead on the baseline, in each data set and pooled, with intervals for other genes.

    Parameters
    ----------
    scores, regulated, genes, weights : as in `compare_pairs`.
    datasets : names, (pairs,). names : those to tell, in order.

    Returns
    -------
    A row for each data set and method, pooled last; NaN where a data set has no regulated pair, or no other. `weighted`
    is AUPRC with the weights, NaN without. No verdicts: these are of all pairs.
    """
    rows = []
    for name in [*names, POOLED]:
        inside = np.ones(len(regulated), dtype=bool) if name == POOLED else np.asarray(datasets) == name
        labels, gene = regulated[inside], np.unique(genes[inside], return_inverse=True)[1]
        common = {"dataset": name, "genes": int(gene.max()) + 1, "n": len(labels), "positives": int(labels.sum()),
                  "prevalence": labels.mean()}  # fmt: skip
        if not labels.any() or labels.all():
            rows += [common | {"method": method} for method in scores]
            continue
        draws = np.vstack([np.ones(len(labels), np.int32), 1 - np.eye(gene.max() + 1, dtype=np.int32)[:, gene]])
        found = {method: figures(Ranking(values[inside]), labels, draws)["auprc"] for method, values in scores.items()}
        for method, values in found.items():
            row = told("", values, True, seed)
            row = common | {"method": method, "auprc": row["value"], "ci_low": row["ci_low"], "ci_high": row["ci_high"]}
            if method != baseline:
                lead = told("", values - found[baseline], False, seed)
                row |= {"lead": lead["value"], "lead_low": lead["ci_low"], "lead_high": lead["ci_high"]}
            if weights is not None and (weights[inside] * labels).any():
                counts = weights[inside][None]
                row["weighted"] = figures(Ranking(scores[method][inside]), labels, counts)["auprc"][0]
            rows.append(row)
    return pd.DataFrame(rows).reindex(columns=COLUMNS)
