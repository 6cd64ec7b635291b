"""Figures of agreement between scores and labels, fast enough for thousands of nulls.

scikit-learn's `average_precision_score` and `roc_auc_score` give the same values (the tests hold
them against each other); here the scores are sorted once and many label vectors or weights are
counted along that order.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import norm, rankdata


def normal_scores(values: np.ndarray) -> np.ndarray:
    """Ranks as quantiles of a normal distribution: scores in any unit, or logarithms of them, are judged alike."""
    return norm.ppf((rankdata(values) - 0.5) / len(values))


def exponential_scores(values: np.ndarray) -> np.ndarray:
    """Ranks as quantiles of an exponential distribution (Savage 1956): where labels are rare, what is best counts most.

    >>> exponential_scores(np.array([3.0, 1.0, 2.0])).round(2).tolist()
    [1.79, 0.18, 0.69]
    """
    return -np.log((rankdata(-values) - 0.5) / len(values))


def random_rankings(n: int, positives: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Places, 1 to n, of the positives in random rankings, rising, shape (draws, positives)."""
    places = [rng.choice(n, positives, replace=False) for _ in range(draws)]
    return np.sort(places, axis=1) + 1


class Ranking:
    """Positions in falling order of score, equal scores taken together."""

    def __init__(self, scores: np.ndarray):
        self.order = np.argsort(-scores, kind="stable")
        ordered = scores[self.order]
        self.ends = np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1)
        # For each position, the rank of the last that has the same score.
        self.last = np.empty(len(ordered), dtype=int)
        self.last[self.order] = self.ends[np.searchsorted(self.ends, np.arange(len(ordered)))]

    def counts(self, labels: np.ndarray, weights: np.ndarray | None = None):
        """Positives and negatives at or above each distinct score, each shape (distinct,)."""
        labels = labels[self.order].astype(float)
        weight = np.ones(len(labels)) if weights is None else weights[self.order].astype(float)
        positives = np.cumsum(labels * weight)[self.ends]
        return positives, np.cumsum(weight)[self.ends] - positives


def average_precision(ranking: Ranking, labels: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Area under precision and recall as a step function (never trapezoid).

    The mean, over positives, of precision at each one's score: only positives need be gone through.
    """
    positives = np.flatnonzero(labels)
    positives = positives[np.argsort(ranking.last[positives], kind="stable")]
    last = ranking.last[positives]
    upto = np.searchsorted(last, last, side="right")  # positives at or above each one's score
    if weights is None:
        return float((upto / (last + 1)).mean()) if len(last) else float("nan")
    weight = weights[positives].astype(float)
    if not weight.any():
        return float("nan")
    hit, all_of_them = np.cumsum(weight)[upto - 1], np.cumsum(weights[ranking.order])[last]
    return float((weight * hit / np.maximum(all_of_them, 1e-12)).sum() / weight.sum())


def precision_of_resamples(ranking: Ranking, labels: np.ndarray, sample: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Average precision where each sample counts several times, as in a bootstrap, shape (draws,).

    sample : the number of the sample that each place is of; times, shape (draws, samples).
    """
    positives = np.flatnonzero(labels)
    positives = positives[np.argsort(ranking.last[positives], kind="stable")]
    last, of = ranking.last[positives], sample[positives]
    upto = np.searchsorted(last, last, side="right")
    # Positives and places at or above each positive's score, by sample: (samples, positives).
    hit = cumulated(of, times.shape[1])[upto - 1].T
    above = cumulated(sample[ranking.order], times.shape[1])[last].T
    weight, times = times[:, of], times.astype(float)
    precision = (times @ hit) / np.maximum(times @ above, 1)
    with np.errstate(invalid="ignore"):  # NaN where no positive was drawn
        return (weight * precision).sum(axis=1) / weight.sum(axis=1)


def cumulated(sample: np.ndarray, count: int) -> np.ndarray:
    """How many of each sample stand up to each place, float32, (places, samples)."""
    one = np.zeros((len(sample), count), dtype=np.float32)
    one[np.arange(len(sample)), sample] = 1
    return np.cumsum(one, axis=0, out=one)


def auroc(ranking: Ranking, labels: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Probability that a positive scores above a negative, ties counting one half."""
    hit, miss = ranking.counts(labels, weights)
    if hit[-1] == 0 or miss[-1] == 0:
        return float("nan")
    return float(np.trapezoid(np.append(0, hit), np.append(0, miss)) / (hit[-1] * miss[-1]))


def enrichment(
    ranking: Ranking, labels: np.ndarray, weights: np.ndarray | None = None, *, share: float = 0.05
) -> float:
    """Prevalence among the best `share` of positions over prevalence in all; 1 = none.

    Where equal scores straddle the cut, they count in proportion.
    """
    hit, miss = ranking.counts(labels, weights)
    total = hit + miss
    if hit[-1] == 0:
        return float("nan")
    k = share * total[-1]
    return float(np.interp(k, np.append(0, total), np.append(0, hit)) / k / (hit[-1] / total[-1]))


def early_precision(ranking: Ranking, labels: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Share of positives among the best k, where k is the number of positives (Pratapa et al. 2020).

    Where equal scores straddle the cut, they count in proportion.
    """
    hit, miss = ranking.counts(labels, weights)
    if hit[-1] == 0:
        return float("nan")
    return float(np.interp(hit[-1], np.append(0, hit + miss), np.append(0, hit)) / hit[-1])


METRICS = {
    "auprc": average_precision,
    "auroc": auroc,
    "enrichment": enrichment,
    "early precision": early_precision,
}
