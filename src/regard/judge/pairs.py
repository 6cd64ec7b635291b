"""Lay scores of element–gene pairs beside what CRISPRi found, by distance, and against distance."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control

from regard.judge.metrics import Ranking, average_precision
from regard.judge.nulls import p_value
from regard.judge.verdict import LEAD, decide_pairs
from regard.core.evidence import evidence

NULL, RECALL = "labels within genes", 0.7
PRECISION, CALLS = f"precision at recall {RECALL:g}", "recall at ABC's calls"
BLOCK = 1 << 21  # values worked on at once


def figures(
    ranking: Ranking, labels: np.ndarray, weights: np.ndarray, called: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """Figures of one ranking under many weights of its pairs, each shape (draws,); NaN where no positive has weight.

    Parameters
    ----------
    labels : bool, shape (pairs,).
    weights : int, shape (draws, pairs).
    called : bool, shape (pairs,): what another method calls.

    Returns
    -------
    "auprc": average precision, as `metrics.average_precision`; precision at the highest score that reaches a recall of
    .7; with `called`, recall among as many best pairs as the other calls, equal scores in proportion.
    """
    found: dict[str, list[np.ndarray]] = {}
    for some in np.array_split(weights, max(weights.size // BLOCK, 1)):
        total = some[:, ranking.order].cumsum(axis=1)[:, ranking.ends]  # pairs at or above each distinct score
        hit = (some * labels)[:, ranking.order].cumsum(axis=1)[:, ranking.ends]
        every = hit[:, -1:].astype(float)
        every[every == 0] = np.nan
        precision = hit / np.maximum(total, 1)
        found.setdefault("auprc", []).append((np.diff(hit, axis=1, prepend=0) * precision).sum(axis=1) / every[:, 0])
        reached = (hit >= RECALL * np.nan_to_num(every) - 1e-9).argmax(axis=1)
        at = np.take_along_axis(precision, reached[:, None], axis=1)[:, 0]
        found.setdefault(PRECISION, []).append(np.where(np.isnan(every[:, 0]), np.nan, at))
        if called is not None:
            k = some @ called.astype(some.dtype)
            share = [np.interp(n, np.append(0, t), np.append(0, h)) for n, t, h in zip(k, total, hit, strict=True)]
            found.setdefault(CALLS, []).append(np.array(share) / every[:, 0])
    return {name: np.concatenate(parts) for name, parts in found.items()}


def resampled(genes: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """How often each pair is in each draw of genes with replacement, int32, shape (draws, pairs).

    Pairs of one gene are drawn together, because they are not independent.
    """
    _, gene = np.unique(genes, return_inverse=True)
    n = gene.max() + 1
    return np.stack([np.bincount(rng.integers(0, n, n), minlength=n).astype(np.int32)[gene] for _ in range(draws)])


def within_genes(labels: np.ndarray, genes: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Labels exchanged among the pairs of one gene, bool, shape (draws, pairs): each keeps its number of positives."""
    mixed = np.tile(labels, (draws, 1))
    for gene in np.unique(genes[labels]):
        one = np.flatnonzero(genes == gene)
        mixed[:, one] = rng.permuted(mixed[:, one], axis=1)
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
    regulated : bool, shape (pairs,).
    genes : names, shape (pairs,).
    bins : name and bool, shape (pairs,): which pairs are ranked together. A bin without regulated pairs has no rows.
    called : bool, shape (pairs,): pairs above the threshold of ABC, for recall at as many calls; None for no such row.

    Returns
    -------
    For each bin and method: AUPRC against labels exchanged within genes (scores that only know which genes have many
    enhancers do as well there); for all but the baseline, its lead in AUPRC on that, with interval and p from the same
    resamples; the other figures of `figures`. Intervals: bootstrap over genes (2.5 and 97.5 %). q is corrected over
    methods and bins (Benjamini & Hochberg 1995). The verdict is of the method in the bin, the same in all its rows.
    """
    rng, rows = np.random.default_rng(seed), []
    weights = resampled(genes, draws, rng)
    for item, inside in bins.items():
        labels = regulated[inside]
        if not labels.any():
            continue
        common = {"study": "enhancer", "item": item, "annotation": annotation, "n": len(labels)}
        common |= {"positives": int(labels.sum()), "prevalence": labels.mean()}
        mixed = within_genes(labels, genes[inside], draws, rng)
        whole, some = np.ones((1, len(labels)), dtype=np.int32), weights[:, inside]
        by_name = None if called is None else called[inside]
        rankings = {name: Ranking(values[inside]) for name, values in scores.items()}
        value = {name: figures(one, labels, whole, by_name) for name, one in rankings.items()}
        drawn = {name: figures(one, labels, some, by_name) for name, one in rankings.items()}
        for name, ranking in rankings.items():
            row = common | {"method": name}
            null = np.array([average_precision(ranking, one) for one in mixed])
            found = float(value[name]["auprc"][0])
            beside = {"null": NULL, "null_mean": null.mean(), "p_value": p_value(found, null)}
            if name != baseline:
                base = float(value[baseline]["auprc"][0])
                lead = drawn[name]["auprc"] - drawn[baseline]["auprc"]
                row |= {"baseline": baseline, "baseline_value": base}
            rows.append(row | beside | told("auprc", found, drawn[name]["auprc"]))
            if name != baseline:
                beside = {"null": "no lead", "null_mean": 0.0, "p_value": p_value(0.0, -lead[~np.isnan(lead)])}
                rows.append(row | beside | told(LEAD, found - base, lead))
            for metric in (m for m in value[name] if m != "auprc"):
                rows.append(common | {"method": name} | told(metric, value[name][metric][0], drawn[name][metric]))
    return judged(rows, regulated, genes, bins)


def told(metric: str, value: float, drawn: np.ndarray) -> dict:
    known = drawn[~np.isnan(drawn)]
    low, high = np.percentile(known, [2.5, 97.5]) if len(known) else (np.nan, np.nan)
    return {"metric": metric, "value": value, "ci_low": low, "ci_high": high}


def judged(rows: list[dict], regulated: np.ndarray, genes: np.ndarray, bins: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """The table with q and verdicts."""
    table = evidence(rows).astype({"verdict": object, "reason": object})
    for metric in ("auprc", LEAD):
        of = table.metric == metric
        if of.any():
            table.loc[of, "q_value"] = false_discovery_control(table.loc[of, "p_value"].to_numpy(float))
    for _, part in table.groupby(["item", "method"], sort=False):
        verdict, reason = decide_pairs(part, len(np.unique(genes[bins[part.item.iloc[0]] & regulated])))
        table.loc[part.index, "verdict"] = verdict
        table.loc[part.index, "reason"] = reason
    return table
