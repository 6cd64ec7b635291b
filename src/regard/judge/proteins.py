"""Lay scores of proteins beside annotations, a protein at a time, and get evidence.

A figure is computed within each protein and averaged over proteins, as the field does it, so that long
proteins do not drown short ones. `compare` pools positions of all samples instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control

from regard.core.evidence import evidence
from regard.core.scores import Annotations, PairAnnotations, PairScores, PositionScores
from regard.errors import InputError
from regard.judge.metrics import Ranking, auroc, average_precision
from regard.judge.nulls import of_other_samples, p_value
from regard.judge.verdict import decide

Scores = PositionScores | PairScores
Evaluate = Callable[[np.ndarray], float]  # labels of a protein's places → figure
PRECISIONS = {"P@L": 1, "P@L/2": 2, "P@L/5": 5}


def top_share(scores: np.ndarray, count: int) -> np.ndarray:
    """How much of each place is among the best `count`, (n,): 1, 0, or for ties at the cut an equal part."""
    count = min(count, len(scores))
    cut = -np.partition(-scores, count - 1)[count - 1]
    above, at = scores > cut, scores == cut
    return above + at * (count - above.sum()) / at.sum()


def evaluator(metric: str, scores: np.ndarray, length: int) -> Evaluate:
    """A figure of one protein's scores as a function of its labels.

    metric : "P@L", "P@L/2", "P@L/5" (share of positives among the best L, L/2, L/5 places, where L is
        the protein's length), "auroc" or "auprc".
    """
    if metric in PRECISIONS:
        share = top_share(scores, max(1, length // PRECISIONS[metric]))
        best = np.flatnonzero(share)
        return lambda labels: float(share[best] @ labels[best] / share.sum())
    if metric not in ("auroc", "auprc"):
        raise InputError(f"metric {metric!r} is unknown; choose one of {', '.join(PRECISIONS)}, auroc, auprc")
    ranking, measure = Ranking(scores), auroc if metric == "auroc" else average_precision
    return lambda labels: measure(ranking, labels)


def shifted(labels: np.ndarray, by: int) -> np.ndarray:
    """Labels moved along the chain, those of pairs along both axes, so that |i − j| stays (but where it wraps)."""
    return np.roll(labels, (by,) * labels.ndim, axis=tuple(range(labels.ndim)))


@dataclass(frozen=True)
class Places:
    """Where a comparison is made: for each protein which positions or pairs count, and its length L."""

    there: list[np.ndarray]
    lengths: list[int]
    groups: list[int]  # proteins of one group are drawn together and count once


def compare_proteins(
    methods: Sequence[Scores],
    annotations: Annotations | PairAnnotations,
    places: Places,
    metric: str,
    *,
    random_weights: Mapping[str, Sequence[Scores]] | None = None,
    baselines: Sequence[str] = (),
    study: str = "protein",
    item: str = "all",
    draws: int = 199,
    resamples: int = 500,
    seed: int = 0,
) -> pd.DataFrame:
    """Evidence that scores agree with what is known of proteins.

    Parameters
    ----------
    methods : scores of the same proteins; NaN at a place that counts is an error.
    metric : see `evaluator`; proteins without a positive place are left out of the mean.
    random_weights : for a method's name, the same scores of random weights, several draws.
    baselines : names of the methods that read no attention; the best of them is what others must beat.

    Returns
    -------
    A row for each method and null: "circular shift" (labels moved along each chain by one random distance),
    "other samples" (labels of another protein, where there are several groups) and, where given, "random
    weights". The interval is a bootstrap over groups; empty with one group. q over the methods.
    """
    rng = np.random.default_rng(seed)
    groups = np.unique(places.groups, return_inverse=True)[1]
    labels = [one.astype(bool) for one in annotations.values]
    labelled = np.array([bool(x[t].any()) for x, t in zip(labels, places.there, strict=True)])
    moved = [[shifted(x, int(rng.integers(1, max(len(x), 2)))) for x in labels] for _ in range(draws)]
    exchanged = [of_other_samples(labels, rng) for _ in range(draws)] if groups.max(initial=0) else []
    size = int(groups.max(initial=0)) + 1
    resampled = np.stack([np.bincount(one, minlength=size) for one in rng.integers(0, size, (resamples, size))])
    nulls = {"circular shift": at_places(moved, places), "other samples": at_places(exchanged, places)}
    truth = at_places([labels], places)[0]
    found: dict[str, np.ndarray] = {}
    figures: dict[str, dict[str, np.ndarray]] = {}
    for method in methods:
        evaluators = evaluators_of(method, annotations, places, metric)
        found[method.name] = per_protein(evaluators, truth)
        figures[method.name] = {
            null: means(np.array([per_protein(evaluators, one) for one in drawn]))
            for null, drawn in nulls.items()
            if drawn
        }
        twins = (random_weights or {}).get(method.name, ())
        if twins:
            figures[method.name]["random weights"] = np.array(
                [mean(per_protein(evaluators_of(t, annotations, places, metric), truth)) for t in twins]
            )
    best = max((name for name in baselines if name in found), key=lambda name: mean(found[name]), default="")
    n, positives = sum(map(len, truth)), int(sum(x.sum() for x in truth))
    share = mean(np.array([x.mean() if len(x) and x.any() else np.nan for x in truth]))
    rows = []
    for name, values in found.items():
        low, high = interval(values, resampled[:, groups])
        against = best if name not in baselines else ""
        for null, null_values in figures[name].items():
            rows.append({
                "study": study, "item": item, "method": name, "annotation": annotations.name,
                "n": n, "positives": positives, "prevalence": share,
                "metric": metric, "value": mean(values), "ci_low": low, "ci_high": high,
                "null": null, "null_mean": mean(null_values),
                "baseline": against, "baseline_value": mean(found[best]) if against else np.nan,
                "p_value": p_value(mean(values), null_values[~np.isnan(null_values)]) if positives else np.nan,
            })  # fmt: skip
    table = evidence(rows)
    for null in nulls:
        part = table.index[(table.null == null) & table.p_value.notna()]
        if len(part):
            table.loc[part, "q_value"] = false_discovery_control(table.loc[part, "p_value"].to_numpy(float))
    count = len(np.unique(groups[labelled]))
    decided = {name: decide(part, count) for name, part in table.groupby("method", sort=False)}
    table["verdict"] = [decided[name][0] for name in table.method]
    table["reason"] = [decided[name][1] for name in table.method]
    return table


def at_places(drawn: list[list[np.ndarray]], places: Places) -> list[list[np.ndarray]]:
    return [[x[t] for x, t in zip(one, places.there, strict=True)] for one in drawn]


def evaluators_of(method: Scores, annotations, places: Places, metric: str) -> list[Evaluate]:
    """One evaluator a protein; raises InputError where proteins, shapes or places do not fit."""
    if method.ids != annotations.ids:
        raise InputError(f"{method.name} and {annotations.name} are not of the same proteins, in the same order")
    out = []
    for name, scores, there, length in zip(method.ids, method.values, places.there, places.lengths, strict=True):
        if scores.shape != there.shape:
            raise InputError(f"protein {name!r}: {method.name} has shape {scores.shape}, expected {there.shape}")
        values = scores[there].astype(float)
        if np.isnan(values).any():
            raise InputError(f"protein {name!r}: {method.name} has no score at {np.isnan(values).sum()} places")
        out.append(evaluator(metric, values, length) if len(values) else lambda labels: np.nan)
    return out


def per_protein(evaluators: list[Evaluate], labels: list[np.ndarray]) -> np.ndarray:
    """The figure of each protein, NaN where it has no positive place."""
    return np.array([e(x) if x.any() else np.nan for e, x in zip(evaluators, labels, strict=True)])


def interval(values: np.ndarray, times: np.ndarray) -> tuple[float, float]:
    """2.5 and 97.5 % of the mean over proteins; times, (resamples, proteins): how often each was drawn.

    NaN where only one group has a figure: there is nothing to draw from.
    """
    there = ~np.isnan(values)
    if len(np.unique(times[:, there], axis=1).T) < 2:
        return float("nan"), float("nan")
    total = times[:, there].sum(axis=1)
    drawn = (times[:, there] @ values[there])[total > 0] / total[total > 0]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(low), float(high)


def means(values: np.ndarray) -> np.ndarray:
    """Mean over proteins of each draw, (draws,); values, (draws, proteins), NaN left out."""
    there = ~np.isnan(values)
    count = there.sum(axis=1)
    return np.where(count, np.where(there, values, 0).sum(axis=1) / np.maximum(count, 1), np.nan)


def mean(values: np.ndarray) -> float:
    return float(means(values[None])[0])
