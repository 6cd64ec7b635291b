"""Lay scores beside annotations, with nulls and baselines passed in, and get evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control

from regard.compare.metrics import (
    METRICS,
    Ranking,
    average_precision,
    precision_of_labellings,
    precision_of_resamples,
)
from regard.compare.nulls import circular_shift, of_other_samples, p_value
from regard.compare.verdict import decide
from regard.core.evidence import evidence
from regard.core.scores import Annotations, PairAnnotations, PairScores, PositionScores
from regard.errors import InputError

Scores = PositionScores | PairScores


def compare(
    scores: Scores | Sequence[Scores],
    annotations: Annotations | PairAnnotations,
    *,
    random_weights: Mapping[str, Sequence[Scores]] | None = None,
    baselines: Sequence[Scores] = (),
    metric: str = "auprc",
    study: str = "",
    item: str = "all",
    draws: int = 199,
    resamples: int = 200,
    seed: int = 0,
) -> pd.DataFrame:
    """Evidence that scores agree with what is known.

    Parameters
    ----------
    scores : one or several methods' scores. All are held against the same annotations and corrected
        together for their number (Benjamini & Hochberg 1995).
    annotations : labels of the same samples; samples without any label count, too.
    random_weights : for a method's name, the scores that the same architecture gives with random
        weights, several draws.
    baselines : scores that need no model; the best of them stands in the table.
    metric : "auprc" (average precision), "auroc" or "enrichment" (in the best 5 %).

    Returns
    -------
    A row for each method and null: "circular shift" (labels of each sample turned by a random distance),
    "other samples" (labels of another sample, where there are several: scores that know a place and not
    what is there agree with these as well) and, where given, "random weights". The interval is a
    bootstrap over samples (2.5 and 97.5 %). The verdict is of the method and so the same in its rows.
    """
    methods = [scores] if isinstance(scores, PositionScores | PairScores) else list(scores)
    if metric not in METRICS:
        raise InputError(f"metric {metric!r} is unknown; choose one of {', '.join(METRICS)}")
    measure = METRICS[metric]
    weights = random_weights or {}
    rng = np.random.default_rng(seed)
    samples = rng.integers(0, len(annotations), (resamples, len(annotations)))  # the same for every method
    times = np.stack([np.bincount(draw, minlength=len(annotations)) for draw in samples])  # that each one is drawn
    best = max(
        ((base.name, value(measure, base, annotations)) for base in baselines),
        key=lambda b: b[1],
        default=None,
    )
    flattened = [x.ravel() for x in annotations.values]
    known, several = places(flattened), len(annotations) > 1
    turned = [places(circular_shift(flattened, rng)) for _ in range(draws)]
    exchanged = [places(of_other_samples(annotations.values, rng)) for _ in range(draws if several else 0)]
    rows = []
    for method in methods:
        flat, sample, there = flatten(method, annotations)
        labels = np.concatenate(flattened)[there].astype(bool)
        ranking = Ranking(flat)
        found = relabelled(measure, ranking, [known], there)[0]  # as the nulls, so that ties stay ties
        resampled = reweighted(measure, ranking, labels, sample, times)
        low, high = np.nanpercentile(resampled, [2.5, 97.5]) if labels.any() else (np.nan, np.nan)
        nulls = {"circular shift": relabelled(measure, ranking, turned, there)}
        if exchanged:
            nulls["other samples"] = relabelled(measure, ranking, exchanged, there)
        if method.name in weights:
            nulls["random weights"] = np.array([value(measure, w, annotations) for w in weights[method.name]])
        for null, values in nulls.items():
            rows.append({
                "study": study, "item": item, "method": method.name, "annotation": annotations.name,
                "n": len(labels), "positives": int(labels.sum()), "prevalence": labels.mean(),
                "metric": metric, "value": found, "ci_low": low, "ci_high": high,
                "null": null, "null_mean": np.mean(values),
                "baseline": best[0] if best else "", "baseline_value": best[1] if best else np.nan,
                "p_value": p_value(found, values) if labels.any() else np.nan,
            })  # fmt: skip
    table = evidence(rows)
    for null in ("circular shift", "other samples"):  # of random weights there are too few draws for a p to correct
        of_null = table.null == null
        if of_null.any() and table.loc[of_null, "p_value"].notna().all():
            table.loc[of_null, "q_value"] = false_discovery_control(table.loc[of_null, "p_value"].to_numpy(float))
    labelled = sum(bool(np.any(x)) for x in annotations.values)
    decided = {name: decide(rows, labelled) for name, rows in table.groupby("method", sort=False)}
    table["verdict"] = [decided[name][0] for name in table.method]
    table["reason"] = [decided[name][1] for name in table.method]
    return table


def flatten(scores: Scores, annotations) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All scores in one row, the sample of each, and which places have a score at all.

    Raises InputError where scores and annotations are not of the same samples and shapes.
    """
    if scores.ids != annotations.ids:
        raise InputError(
            f"{scores.name} has {len(scores)} samples ({', '.join(scores.ids[:3])} …), {annotations.name} "
            f"{len(annotations)} ({', '.join(annotations.ids[:3])} …); they must be the same, in the same order"
        )
    for i, s, a in zip(scores.ids, scores.values, annotations.values, strict=True):
        if s.shape != a.shape:
            raise InputError(f"sample {i!r}: {scores.name} has shape {s.shape}, {annotations.name} {a.shape}")
    flat = np.concatenate([x.ravel() for x in scores.values]).astype(float)
    there = ~np.isnan(flat)
    sample = np.repeat(np.arange(len(scores)), [x.size for x in scores.values])
    return flat[there], sample[there], there


def value(measure, scores: Scores, annotations) -> float:
    """The metric of scores against annotations, over all samples together."""
    flat, _, there = flatten(scores, annotations)
    return measure(Ranking(flat), np.concatenate([x.ravel() for x in annotations.values])[there])


def places(labels: list[np.ndarray]) -> np.ndarray:
    """Where the positives of all samples are, when the samples stand one after another."""
    return np.flatnonzero(np.concatenate([x.ravel() for x in labels]))


def relabelled(measure, ranking: Ranking, labellings: list[np.ndarray], there: np.ndarray) -> np.ndarray:
    """The metric under each of some labellings, given as places of positives, shape (draws,).

    there : which places have a score, shape (places,).
    """
    number = np.cumsum(there) - 1  # of each place among those with a score
    labellings = [number[one[there[one]]] for one in labellings]
    if measure is average_precision:
        return precision_of_labellings(ranking, labellings)
    return np.array([measure(ranking, np.bincount(one, minlength=there.sum()).astype(bool)) for one in labellings])


def reweighted(measure, ranking: Ranking, labels: np.ndarray, sample: np.ndarray, times: np.ndarray) -> np.ndarray:
    """The metric where each sample counts several times, shape (draws,); times, shape (draws, samples)."""
    if measure is average_precision:
        return precision_of_resamples(ranking, labels, sample, times)
    return np.array([measure(ranking, labels, drawn[sample]) for drawn in times])
