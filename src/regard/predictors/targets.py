"""One regression for each target gene, shared out among processes or a cluster, each finished one kept on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from regard.core.fanout import each_piece
from regard.data.expression import Expression

Fit = Callable[[np.ndarray, np.ndarray, int], np.ndarray]


def each_target(
    fit: Fit,
    expression: Expression,
    regulators: np.ndarray,
    *,
    seed: int = 0,
    threads: int = 1,
    scheduler: str | None = None,
    targets: Sequence[int] | None = None,
    kept: Path | None = None,
    advance: Callable[[int], object] = lambda done: None,
) -> np.ndarray:
    """Importance of each regulator for each target, float32, shape (genes, regulators), row = target.

    Parameters
    ----------
    fit : takes X, shape (samples, regulators without the target), y, shape (samples,), both of mean 0
        and variance 1, and a seed; gives an importance, shape (regulators without the target,).
    scheduler : address of a Dask scheduler whose workers do the work; see `core.fanout.each_piece`.
    targets : places of the genes to fit; all if left out. The rows of others are 0.
    kept : folder for finished targets; those found there are not fitted again.
    """
    values = expression.values - expression.values.mean(axis=0)
    values /= values.std(axis=0)
    scores = np.zeros((len(expression.genes), len(regulators)), dtype=np.float32)
    shared = fit, np.ascontiguousarray(values[:, regulators]), regulators
    numbers = range(len(scores)) if targets is None else [int(target) for target in targets]

    def told(target: int) -> tuple[int, np.ndarray, int]:
        return target, np.ascontiguousarray(values[:, target]), seed_of(seed, expression.genes[target])

    for target, importance in each_piece(one, shared, numbers, told, kept=kept, threads=threads, scheduler=scheduler):
        scores[target, regulators != target] = importance
        advance(1)
    return scores


def one(shared: tuple[Fit, np.ndarray, np.ndarray], target: int, y: np.ndarray, seed: int) -> np.ndarray:
    """The importances of one target."""
    fit, x, regulators = shared
    others = regulators != target
    with threadpool_limits(1, "blas"):  # else the threads that joblib leaves it decide how long sums are rounded
        return fit(x if others.all() else x[:, others], y, seed) if others.any() else np.zeros(0)


def seed_of(seed: int, name: str) -> int:
    """A seed for one gene that depends on its name, not on its place."""
    return int.from_bytes(hashlib.blake2b(f"{seed} {name}".encode(), digest_size=4).digest(), "little")
