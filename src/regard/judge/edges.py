"""Lay scored edges beside a known network and get evidence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control

from regard.judge.compare import flatten
from regard.judge.metrics import METRICS, Ranking, average_precision
from regard.judge.nulls import p_value, random_rankings, rewired
from regard.judge.verdict import decide_edges
from regard.core.evidence import evidence
from regard.core.scores import PairAnnotations, PairScores
from regard.errors import InputError

FIGURES = ("auprc", "auroc", "early precision", "auprc / prevalence")


def chance(n: int, positives: int, *, draws: int = 999, seed: int = 0) -> pd.DataFrame:
    """What random rankings of n candidate edges, some of them positives, reach.

    Returns
    -------
    One row a draw, one column for each of FIGURES. Not the prevalence: the mean AUPRC of random
    rankings is above it, far above where positives are few.
    """
    places = random_rankings(n, positives, draws, np.random.default_rng(seed))
    hits = np.arange(1, positives + 1)
    auprc = (hits / places).mean(axis=1)
    above = (places - hits).sum(axis=1) / positives  # negatives before a positive, mean
    table = {
        "auprc": auprc,
        "auroc": 1 - above / max(n - positives, 1),
        "early precision": (places <= positives).mean(axis=1),
        "auprc / prevalence": auprc * n / positives,
    }
    return pd.DataFrame(table)


def compare_edges(
    scores: Sequence[PairScores],
    gold: PairAnnotations,
    *,
    models: Sequence[str] = (),
    item: str = "network",
    draws: int = 999,
    rewirings: int = 199,
    resamples: int = 200,
    seed: int = 0,
) -> pd.DataFrame:
    """Evidence that scored edges are those of a known network.

    Parameters
    ----------
    scores : one network a method, W[target, regulator]; NaN is no candidate, the same in every method.
    gold : which edges are known, of the same shape.
    models : names of the methods that read a trained model; their baseline is the best of the others.

    Returns
    -------
    Rows for each method: AUPRC against two nulls, "random ranking" (of exactly these candidates) and
    "rewired gold" (the known network with its degrees kept), then the other FIGURES against random
    rankings. The interval is a bootstrap over targets (2.5 and 97.5 %). q is corrected over methods
    (Benjamini & Hochberg 1995). The verdict is of the method and so the same in all its rows.

    Raises
    ------
    InputError
        Where methods differ in their candidates, or no known edge is among them.
    """
    rng = np.random.default_rng(seed)
    there = ~np.isnan(scores[0].values[0])
    for one in scores:
        if not np.array_equal(~np.isnan(one.values[0]), there):
            raise InputError(f"{one.name} and {scores[0].name} do not score the same edges; they cannot be compared")
    known = gold.values[0]
    labels = known[there].astype(bool)
    n, positives = len(labels), int(labels.sum())
    if not positives:
        raise InputError(f"{gold.name}: none of its edges starts at a gene that may regulate here")
    random = chance(n, positives, seed=seed, draws=draws)
    rewirings_labels = [one[there] for one in rewired(known & there, rewirings, rng)]
    target = np.nonzero(there)[0]
    genes = len(known)
    resampled = [np.bincount(draw, minlength=genes)[target] for draw in rng.integers(0, genes, (resamples, genes))]
    rankings = {one.name: Ranking(flatten(one, gold)[0]) for one in scores}
    auprc = {name: average_precision(ranking, labels) for name, ranking in rankings.items()}
    best = max((name for name in auprc if name not in models), key=auprc.__getitem__, default="")
    rows = []
    for name, ranking in rankings.items():
        baseline = best if name in models else ""
        for figure in FIGURES:
            measure = METRICS[figure.partition(" /")[0]]
            scale = n / positives if figure.endswith("prevalence") else 1.0
            found = measure(ranking, labels) * scale
            drawn = [measure(ranking, labels, weight) * scale for weight in resampled]
            low, high = np.nanpercentile(drawn, [2.5, 97.5])
            nulls = {"random ranking": random[figure].to_numpy()}
            if figure == "auprc":
                nulls["rewired gold"] = np.array([average_precision(ranking, one) for one in rewirings_labels])
            for null, values in nulls.items():
                rows.append({
                    "study": "network", "item": item, "method": name, "annotation": gold.name,
                    "n": n, "positives": positives, "prevalence": positives / n,
                    "metric": figure, "value": found, "ci_low": low, "ci_high": high,
                    "null": null, "null_mean": values.mean(),
                    "baseline": baseline if figure == "auprc" else "",
                    "baseline_value": auprc[best] if baseline and figure == "auprc" else np.nan,
                    "p_value": p_value(found, values),
                })  # fmt: skip
    table = evidence(rows)
    for _, part in table.groupby(["metric", "null"]):
        table.loc[part.index, "q_value"] = false_discovery_control(part.p_value.to_numpy(float))
    targets = int((known & there).any(axis=1).sum())
    judged = table[table.metric == "auprc"]
    decided = {name: decide_edges(part, targets) for name, part in judged.groupby("method", sort=False)}
    table["verdict"] = [decided[name][0] for name in table.method]
    table["reason"] = [decided[name][1] for name in table.method]
    return table
