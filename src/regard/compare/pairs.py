"""Lay scores of element–gene pairs beside what CRISPRi found, by distance, and against distance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control

from regard.compare.metrics import Ranking, average_precision
from regard.compare.nulls import p_value
from regard.compare.verdict import LEAD, decide_pairs
from regard.core.evidence import evidence

NULL, RECALL = "labels within genes", 0.7


def precision_at_recall(
    ranking: Ranking, labels: np.ndarray, weights: np.ndarray | None = None, *, recall: float = RECALL
) -> float:
    """Precision at the highest score at which at least this share of positives is reached."""
    hit, miss = ranking.counts(labels, weights)
    if hit[-1] == 0:
        return float("nan")
    at = int(np.searchsorted(hit, recall * hit[-1] - 1e-9))
    return float(hit[at] / (hit[at] + miss[at]))


def recall_at(ranking: Ranking, labels: np.ndarray, weights: np.ndarray | None = None, *, called: np.ndarray) -> float:
    """Share of positives among as many best pairs as another method calls, equal scores in proportion.

    called : bool, shape (pairs,), those that the other calls.
    """
    hit, miss = ranking.counts(labels, weights)
    if hit[-1] == 0:
        return float("nan")
    k = float(called.sum() if weights is None else weights @ called)
    return float(np.interp(k, np.append(0, hit + miss), np.append(0, hit)) / hit[-1])


@dataclass(frozen=True)
class Resamples:
    """Genes drawn with replacement: how often each pair is in each draw, shape (draws, pairs)."""

    weights: np.ndarray

    @classmethod
    def of(cls, genes: np.ndarray, draws: int, seed: int) -> Resamples:
        """Pairs of one gene are drawn together, because they are not independent."""
        _, gene = np.unique(genes, return_inverse=True)
        n, rng = gene.max() + 1, np.random.default_rng(seed)
        return cls(
            np.stack([np.bincount(rng.integers(0, n, n), minlength=n)[gene].astype(np.int32) for _ in range(draws)])
        )

    def values(self, measure: Callable, ranking: Ranking, labels: np.ndarray, inside: np.ndarray) -> np.ndarray:
        """A figure in each draw, NaN where a draw has no positive, shape (draws,)."""
        return np.array([measure(ranking, labels, weight) for weight in self.weights[:, inside]])


def interval(values: np.ndarray) -> tuple[float, float]:
    """2.5 and 97.5 % of the draws that have a value."""
    known = values[~np.isnan(values)]
    return tuple(np.percentile(known, [2.5, 97.5])) if len(known) else (np.nan, np.nan)


def within_groups(labels: np.ndarray, groups: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Labels exchanged among the pairs of one gene, bool, shape (draws, pairs): each keeps its number of positives."""
    order = np.argsort(groups, kind="stable")
    _, start = np.unique(groups[order], return_index=True)
    mixed = np.zeros((draws, len(labels)), dtype=bool)
    for one in np.split(order, start[1:]):
        if 0 < labels[one].sum() < len(one):
            mixed[:, one] = rng.permuted(np.tile(labels[one], (draws, 1)), axis=1)
        else:
            mixed[:, one] = labels[one]
    return mixed


def compare_pairs(
    scores: Mapping[str, np.ndarray],
    regulated: np.ndarray,
    genes: np.ndarray,
    bins: Mapping[str, np.ndarray],
    *,
    baseline: str = "distance",
    called: np.ndarray | None = None,
    annotation: str = "regulated in CRISPRi",
    draws: int = 999,
    seed: int = 0,
) -> pd.DataFrame:
    """Evidence that scores find the elements that regulate a gene, and that they do so beyond distance.

    Parameters
    ----------
    scores : one array a method, shape (pairs,), no NaN; bigger is likelier. `baseline` is one of them.
    regulated : bool, shape (pairs,); genes : names, shape (pairs,).
    bins : name and bool, shape (pairs,): which pairs are ranked together; a row of evidence for each.
    called : bool, shape (pairs,): pairs above the threshold of ABC, for recall at as many calls; None for no such row.

    Returns
    -------
    For each bin and method: AUPRC against labels exchanged within genes (scores that only know which genes have many
    enhancers do as well there); for all but the baseline, the lead in AUPRC on it, its interval and p from the same
    resamples; precision at recall .7, and recall at as many calls as ABC's threshold makes. Intervals are
    a bootstrap over genes (2.5 and 97.5 %). q is corrected over methods and bins (Benjamini & Hochberg 1995). The
    verdict is of the method in the bin and so the same in its rows.
    """
    resamples, rng, rows = Resamples.of(genes, draws, seed), np.random.default_rng([seed, 1]), []
    for item, inside in bins.items():
        labels, gene = regulated[inside], genes[inside]
        if not labels.any():
            continue
        common = {"study": "enhancer", "item": item, "annotation": annotation, "n": len(labels)}
        common |= {"positives": int(labels.sum()), "prevalence": labels.mean()}
        mixed = within_groups(labels, gene, draws, rng)
        rankings = {name: Ranking(values[inside]) for name, values in scores.items()}
        value = {name: average_precision(ranking, labels) for name, ranking in rankings.items()}
        drawn = {name: resamples.values(average_precision, one, labels, inside) for name, one in rankings.items()}
        for name, ranking in rankings.items():
            null = np.array([average_precision(ranking, one) for one in mixed])
            beside = {} if name == baseline else {"baseline": baseline, "baseline_value": value[baseline]}
            row = common | {"method": name} | beside
            rows.append(row | figure("auprc", value[name], drawn[name]) | {
                "null": NULL, "null_mean": null.mean(), "p_value": p_value(value[name], null)})  # fmt: skip
            if name != baseline:
                lead = drawn[name] - drawn[baseline]
                rows.append(row | figure(LEAD, value[name] - value[baseline], lead) | {
                    "null": "no lead", "null_mean": 0.0, "p_value": p_value(0.0, -lead[~np.isnan(lead)])})  # fmt: skip
            measures = {f"precision at recall {RECALL:g}": precision_at_recall}
            if called is not None:
                measures["recall at ABC's calls"] = lambda *a, k=called[inside]: recall_at(*a, called=k)
            for metric, measure in measures.items():
                some = resamples.values(measure, ranking, labels, inside)
                rows.append(
                    row | {"baseline_value": np.nan, "baseline": ""} | figure(metric, measure(ranking, labels), some)
                )
    return judged(evidence(rows).astype({"verdict": object, "reason": object}), regulated, genes, bins)


def figure(metric: str, value: float, drawn: np.ndarray) -> dict:
    low, high = interval(drawn)
    return {"metric": metric, "value": value, "ci_low": low, "ci_high": high}


def judged(
    table: pd.DataFrame, regulated: np.ndarray, genes: np.ndarray, bins: Mapping[str, np.ndarray]
) -> pd.DataFrame:
    """The table with q and verdicts."""
    for metric in ("auprc", LEAD):
        of = table.metric == metric
        if of.any():
            table.loc[of, "q_value"] = false_discovery_control(table.loc[of, "p_value"].to_numpy(float))
    for (item, _), rows in table.groupby(["item", "method"], sort=False):
        inside = bins[item]
        verdict, reason = decide_pairs(rows, len(np.unique(genes[inside & regulated])))
        table.loc[rows.index, "verdict"] = verdict
        table.loc[rows.index, "reason"] = reason
    return table
