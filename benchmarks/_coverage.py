"""Does a 95 % interval hold the figure of the whole population, of which the groups at hand are drawn?"""

from __future__ import annotations

from functools import cache, partial

import numpy as np

from regard.judge.interval import interval
from regard.judge.measures import Measure, of_edges, pooled, within
from regard.judge.metrics import Ranking, average_precision

DRAWS = 500
POPULATION = 4000  # samples, proteins or networks that stand for all of them


def samples(rng: np.random.Generator, count: int, length: int = 200):
    """Scores, labels and groups of samples that differ in prevalence, level and effect."""
    labels, scores = [], []
    for prevalence, effect, level in zip(rng.beta(3, 22, count), rng.normal(0.8, 0.4, count), rng.normal(0, 0.3, count),
                                         strict=True):  # fmt: skip
        labels.append(rng.random(length) < prevalence)
        scores.append(rng.normal(size=length) + effect * labels[-1] + level)
    return np.concatenate(scores), np.concatenate(labels), np.repeat(np.arange(count), length)


@cache
def of_all_samples() -> float:
    scores, labels, _ = samples(np.random.default_rng(1), POPULATION)
    return average_precision(Ranking(scores), labels)


def positions(count: int, seed: int) -> bool:
    scores, labels, group = samples(np.random.default_rng(seed + 10), count)
    return inside(pooled("auprc", group), scores, labels, of_all_samples())


def measure_of_proteins(group: np.ndarray) -> Measure:
    blocks = [slice(a, a + 200) for a in range(0, len(group), 200)]
    return within("P@L/5", blocks, [200] * len(blocks), np.arange(len(blocks)))


@cache
def of_all_proteins() -> float:
    scores, labels, group = samples(np.random.default_rng(2), POPULATION)
    return measure_of_proteins(group).value(scores, labels)


def proteins(count: int, seed: int) -> bool:
    scores, labels, group = samples(np.random.default_rng(seed + 10), count)
    return inside(measure_of_proteins(group), scores, labels, of_all_proteins())


def one_network(rng: np.random.Generator, genes: int):
    """Scores and labels of all edges, and their ends; regulators and targets differ in everything."""
    rate = 0.18 * np.outer(rng.gamma(2, 0.5, genes), rng.gamma(0.7, 1, genes))
    effect = 0.8 + 0.4 * rng.normal(size=genes) + 0.3 * rng.normal(size=(genes, 1))
    known = rng.random((genes, genes)) < np.clip(rate, 0, 0.9)
    level = 0.3 * rng.normal(size=genes) + 0.3 * rng.normal(size=(genes, 1))
    scores = rng.normal(size=(genes, genes)) + effect * known + level
    target, regulator = np.nonzero(~np.eye(genes, dtype=bool))
    return scores[target, regulator], known[target, regulator], target, regulator


@cache
def of_all_networks(genes: int) -> float:
    drawn = (one_network(np.random.default_rng(10**6 + k), genes) for k in range(POPULATION if genes < 30 else 400))
    return float(np.mean([average_precision(Ranking(s), y) for s, y, *_ in drawn if y.sum() >= 5]))


def edges(genes: int, seed: int) -> bool:
    rng = np.random.default_rng(seed)
    while True:
        scores, labels, *ends = one_network(rng, genes)
        if labels.sum() >= 5:
            return inside(of_edges("auprc", *ends), scores, labels, of_all_networks(genes))


def inside(measure: Measure, scores: np.ndarray, labels: np.ndarray, truth: float) -> bool:
    value, without = measure.replicated(scores, labels)
    low, high = interval(value, without, bounded=True)
    return bool(low <= truth <= high)


CASES = [
    *((f"coverage: AUPRC of positions, {n} samples", range(DRAWS), partial(positions, n)) for n in (8, 12, 20, 50)),
    *((f"coverage: precision in proteins, {n} groups", range(DRAWS), partial(proteins, n)) for n in (8, 12, 20, 50)),
    *((f"coverage: AUPRC of a new network, {n} genes", range(DRAWS), partial(edges, n)) for n in (10, 30)),
]
