"""What a comparison would have given if the labels meant nothing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np


def circular_shift(labels: list[np.ndarray], rng: np.random.Generator) -> list[np.ndarray]:
    """Each sample's labels turned by a random distance: their clustering stays, their place goes."""
    by = rng.integers(1, [max(len(one), 2) for one in labels]).tolist()
    # As np.roll does it, in a fifth of its time.
    return [np.concatenate((one[-k:], one[:-k])) if len(one) > 1 else one for one, k in zip(labels, by, strict=True)]


def of_other_samples(labels: list[np.ndarray], rng: np.random.Generator) -> list[np.ndarray]:
    """Each sample gets the labels of a sample drawn without replacement: their place stays, what is there goes.

    Labels begin where they began; those of a longer sample are cut, of a shorter one filled up with False.
    """
    out = []
    for one, other in zip(labels, rng.permutation(len(labels)), strict=True):
        given = labels[other][tuple(slice(n) for n in one.shape)]
        if given.shape != one.shape:
            given = np.pad(given, [(0, n - m) for n, m in zip(one.shape, given.shape, strict=True)])
        out.append(given)
    return out


def p_value(value: float, null: np.ndarray) -> float:
    """(b + 1) / (n + 1), where b of n null values are at least as large (Phipson & Smyth 2010)."""
    return float((np.sum(null >= value) + 1) / (len(null) + 1))


def random_rankings(n: int, positives: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Places, 1 to n, of the positives in random rankings, rising, shape (draws, positives)."""
    places = [rng.choice(n, positives, replace=False) for _ in range(draws)]
    return np.sort(places, axis=1) + 1


def rewired(gold: np.ndarray, draws: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Networks with the degrees of a known one and other edges (Maslov & Sneppen 2002).

    gold : bool, shape (genes, genes), row = target, column = regulator. Two edges swap their targets
        where that makes two new edges of different genes; ten tries an edge before the first network
        and as many between two. Every regulator keeps the number of its targets, and the reverse.
    """
    target, regulator = np.nonzero(gold)
    ends, there = list(zip(target.tolist(), regulator.tolist(), strict=True)), set()
    there.update(ends)
    for _ in range(draws):
        for i, j in rng.integers(0, len(ends), (10 * len(ends), 2)).tolist():
            (a, p), (b, q) = ends[i], ends[j]
            if a != q and b != p and (b, p) not in there and (a, q) not in there:
                there -= {(a, p), (b, q)}
                there |= {(b, p), (a, q)}
                ends[i], ends[j] = (b, p), (a, q)
        network = np.zeros_like(gold)
        network[tuple(np.transpose(ends))] = True
        yield network
