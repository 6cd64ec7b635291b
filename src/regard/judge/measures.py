"""A figure of agreement, and what it would be without each group: what the intervals are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from regard.errors import InputError
from regard.judge.interval import Replicates
from regard.judge.metrics import METRICS, Ranking, auroc, average_precision, precision_of_resamples

Figure = Callable[[np.ndarray, np.ndarray], float]  # from scores and labels of all items
PARTS, NODES = 24, 100  # how many are left out in turn; of more, some together
PRECISIONS = {"P@L": 1, "P@L/2": 2, "P@L/5": 5}


@dataclass(frozen=True)
class Measure:
    """A metric; and the metric together with the same figure with one group left out each.

    ranks : whether only the order of scores counts, so that they may be added to a prediction of the labels; else the
    figure is in the scores' own unit. chance : of labels, what random rankings reach on average, where that is not
    `chance_of` all of them together.
    """

    metric: str
    value: Figure
    replicated: Callable[[np.ndarray, np.ndarray], tuple[float, Replicates]]
    ranks: bool = True
    chance: Callable[[np.ndarray], float] | None = None

    def by_chance(self, labels: np.ndarray) -> float:
        """What random rankings reach on average; 0 of a figure that is a difference."""
        if not self.ranks:
            return 0.0
        return self.chance(labels) if self.chance else chance_of(self.metric, int(labels.sum()), len(labels))


def chance_of(metric: str, positives: int, n: int) -> float:
    """What random rankings reach on average; of average precision exactly (Bestgen 2015), not the prevalence."""
    if not positives or not n:
        return float("nan")
    if metric == "auprc":
        harmonic = np.sum(1 / np.arange(1, n + 1)) / n
        return float((positives - 1) / max(n - 1, 1) * (1 - harmonic) + harmonic)
    return {"auroc": 0.5, "enrichment": 1.0}.get(metric, positives / n)


def pooled(metric: str, group: np.ndarray) -> Measure:
    """A metric over all items together; groups, int, (items,), are left out in turn."""
    if metric not in METRICS:
        raise InputError(f"metric {metric!r} is unknown; choose one of {', '.join(METRICS)}")
    measure, code = METRICS[metric], parts(group, PARTS)
    times = 1 - np.eye(code.max() + 1, dtype=int)

    def replicated(scores: np.ndarray, labels: np.ndarray) -> tuple[float, Replicates]:
        ranking = Ranking(scores)
        if measure is average_precision:
            return average_precision(ranking, labels), (precision_of_resamples(ranking, labels, code, times),)
        return measure(ranking, labels), (np.array([measure(ranking, labels, one[code]) for one in times]),)

    return Measure(metric, lambda scores, labels: measure(Ranking(scores), labels), replicated)


def within(metric: str, blocks: Sequence[slice], lengths: Sequence[int], groups: np.ndarray) -> Measure:
    """The mean over proteins of a metric within each, as the field does it; groups of proteins are left out in turn.

    metric : "P@L", "P@L/2", "P@L/5" (share of positives among the best L, L/2, L/5 places, where L is the protein's
        length), "auroc" or "auprc". Proteins without a positive place are left out of the mean.
    """
    if metric not in (*PRECISIONS, "auroc", "auprc"):
        raise InputError(f"metric {metric!r} is unknown; choose one of {', '.join(PRECISIONS)}, auroc, auprc")
    code = np.unique(groups, return_inverse=True)[1]

    def one(scores: np.ndarray, labels: np.ndarray, length: int) -> float:
        if not labels.any():
            return np.nan
        if metric in PRECISIONS:
            part = top_share(scores, max(1, length // PRECISIONS[metric]))
            return float(part @ labels / part.sum())
        return (auroc if metric == "auroc" else average_precision)(Ranking(scores), labels)

    def each(scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
        return np.array([one(scores[b], labels[b], n) for b, n in zip(blocks, lengths, strict=True)])

    def value(scores: np.ndarray, labels: np.ndarray) -> float:
        values = each(scores, labels)
        return float(np.nanmean(values)) if (~np.isnan(values)).any() else np.nan

    def replicated(scores: np.ndarray, labels: np.ndarray) -> tuple[float, Replicates]:
        values = each(scores, labels)
        there = ~np.isnan(values)
        total = np.bincount(code[there], values[there], minlength=code.max() + 1)
        count = np.bincount(code[there], minlength=code.max() + 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            without = np.where(count, (total.sum() - total) / (count.sum() - count), np.nan)
            return total.sum() / count.sum(), (without,)

    def chance(labels: np.ndarray) -> float:
        of_each = [chance_of(metric, int(labels[b].sum()), b.stop - b.start) for b in blocks if labels[b].any()]
        return float(np.mean(of_each)) if of_each else np.nan

    return Measure(metric, value, replicated, chance=chance)


def top_share(scores: np.ndarray, count: int) -> np.ndarray:
    """How much of each place is among the best `count`, (n,): 1, 0, or for ties at the cut an equal part."""
    count = min(count, len(scores))
    cut = -np.partition(-scores, count - 1)[count - 1]
    above, at = scores > cut, scores == cut
    return above + at * (count - above.sum()) / at.sum()


def of_edges(metric: str, target: np.ndarray, regulator: np.ndarray) -> Measure:
    """A metric over candidate edges; targets, regulators and, for average precision, edges are left out in turn."""
    measure = METRICS[metric]

    def replicated(scores: np.ndarray, labels: np.ndarray) -> tuple[float, Replicates]:
        ranking = Ranking(scores)
        out = [
            np.array([measure(ranking, labels, (part != one).astype(int)) for one in range(part.max() + 1)])
            for part in (parts(target, NODES), parts(regulator, NODES))
        ]
        cells = without_each(ranking, labels) if measure is average_precision else np.empty(0)
        return measure(ranking, labels), (*out, cells)

    return Measure(metric, lambda scores, labels: measure(Ranking(scores), labels), replicated)


def parts(group: np.ndarray, most: int) -> np.ndarray:
    """A number for each item by its group, int, (items,); of more than `most` groups some are left out together."""
    code = np.unique(group, return_inverse=True)[1]
    return np.random.default_rng(0).permutation(code.max() + 1)[code] % most


def without_each(ranking: Ranking, labels: np.ndarray) -> np.ndarray:
    """Average precision with one item left out each, (items,); ties are taken in their order."""
    hit = np.asarray(labels, dtype=bool)[ranking.order]
    rank = np.flatnonzero(hit) + 1
    count, nth = len(rank), np.arange(1, len(rank) + 1)
    full, later, fewer = nth / rank, nth / np.maximum(rank - 1, 1), (nth - 1) / np.maximum(rank - 1, 1)
    before = np.concatenate([[0], np.cumsum(full)])
    after, after_hit = (np.concatenate([np.cumsum(x[::-1])[::-1], [0]]) for x in (later, fewer))
    above = np.cumsum(hit) - hit
    out = (before[above] + after[above]) / max(count, 1)
    out[rank - 1] = (before[nth - 1] + after_hit[nth]) / (count - 1) if count > 1 else np.nan
    return out


def mean_difference(metric: str, chains: np.ndarray | None = None) -> Measure:
    """Mean of first − second over pairs, all first numbers before all second ones; pairs are left out in turn.

    chains : int, (pairs,), of pairs that are left out together, such as those whose windows overlap.
    """

    def replicated(scores: np.ndarray, labels: np.ndarray) -> tuple[float, Replicates]:
        first, second = np.split(scores, 2)
        return mean_without(first - second, np.arange(len(first)) if chains is None else chains)

    return Measure(metric, lambda scores, labels: replicated(scores, labels)[0], replicated, ranks=False)


def mean_of(group: np.ndarray) -> Measure:
    """The mean of the scores themselves, whatever the labels; groups, int, (items,), are left out in turn."""
    return Measure(
        "mean", lambda scores, labels: float(scores.mean()), lambda scores, labels: mean_without(scores, group), False
    )


def mean_without(values: np.ndarray, group: np.ndarray) -> tuple[float, Replicates]:
    """The mean, and what it is without each group."""
    code = np.unique(group, return_inverse=True)[1]
    total, count = np.bincount(code, values), np.bincount(code)
    return float(values.mean()), ((total.sum() - total) / np.maximum(len(values) - count, 1),)
