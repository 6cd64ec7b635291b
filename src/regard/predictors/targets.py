"""One regression for each target gene, in parallel, each finished one kept on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import cast

import numpy as np
from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits

from regard.core import parts
from regard.data.expression import Expression

Fit = Callable[[np.ndarray, np.ndarray, int], np.ndarray]


def each_target(
    fit: Fit,
    expression: Expression,
    regulators: np.ndarray,
    *,
    seed: int = 0,
    threads: int = 1,
    kept: Path | None = None,
    advance: Callable[[int], object] = lambda done: None,
) -> np.ndarray:
    """Importance of each regulator for each target, shape (genes, genes), row = target.

    Parameters
    ----------
    fit : takes X, shape (samples, regulators without the target), y, shape (samples,), both of mean 0
        and variance 1, and a seed; gives an importance, shape (regulators without the target,).
    kept : folder for finished targets; those found there are not fitted again.
    """
    values = expression.values - expression.values.mean(axis=0)
    values /= values.std(axis=0)
    scores = np.zeros((len(expression.genes), len(expression.genes)))
    waiting = []
    for target in range(len(scores)):
        found = parts.kept(kept / f"{target}.npy") if kept else None
        if found is not None:
            scores[target, regulators[regulators != target]] = found
            advance(1)
        else:
            waiting.append(target)
    x = np.ascontiguousarray(values[:, regulators])
    jobs = (
        delayed(one)(fit, x, values[:, t], np.flatnonzero(regulators != t), seed_of(seed, expression.genes[t]), t)
        for t in waiting
    )
    finished = Parallel(n_jobs=threads, return_as="generator_unordered")(jobs)
    for target, importance in cast(Iterable, finished):
        scores[target, regulators[regulators != target]] = importance
        if kept:
            parts.keep(kept / f"{target}.npy", importance)
        advance(1)
    return scores


def one(fit: Fit, x: np.ndarray, y: np.ndarray, columns: np.ndarray, seed: int, target: int):
    with threadpool_limits(1, "blas"):  # else the threads that joblib leaves it decide how long sums are rounded
        return target, fit(x[:, columns], y, seed) if len(columns) else np.zeros(0)


def seed_of(seed: int, name: str) -> int:
    """A seed for one gene that depends on its name, not on its place."""
    return int.from_bytes(hashlib.blake2b(f"{seed} {name}".encode(), digest_size=4).digest(), "little")
