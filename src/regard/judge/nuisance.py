"""What needs no model: predicted from it across groups, or taken out exactly, labels and scores alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import BSpline
from scipy.sparse import csr_array

RIDGES = np.array([0.3, 3.0, 30.0, 300.0, 3000.0])
PRODUCTS = 150  # smooth products of features
SMALL = 0.3  # the products' size beside the features', so that a ridge takes them last
Features = Callable[[int], tuple[np.ndarray, np.ndarray]]  # of one block: those multiplied and those only added up


@dataclass(frozen=True)
class Nuisance:
    """What needs no model, of items that stand in blocks (sequences, proteins, genes), one block after another.

    Attributes
    ----------
    features : of a block's number, float arrays (items, a) and (items, b): features of which smooth products are made
        as well, and features that are only added up. Called again and again, so that not all are in memory.
    kinds : int, (items,) each: few kinds, such as letters or separations. Their means are taken out exactly, because a
        ridge shrinks them and smooth features miss a spike at one place.
    exact : float, (items, c): features whose sum is taken out exactly, or None.
    bent : whether smooth functions of the sum that was taken out go as well, as levels of genes or residues that
        multiply (Tukey 1949: one degree of freedom for non-additivity).
    """

    features: Features
    kinds: Sequence[np.ndarray] = ()
    exact: np.ndarray | None = None
    bent: bool = False


def freed(values: np.ndarray, nuisance: Nuisance, within: np.ndarray | None = None) -> np.ndarray:
    """Values (items, k) less the means of their kinds and the best sum of exact features, by least squares.

    What is left is orthogonal to both, so that no error in a prediction of the labels by them can be picked up
    (Frisch & Waugh 1933).
    """
    codes = [np.unique(one, return_inverse=True)[1] for one in nuisance.kinds]
    codes = [code for k, code in enumerate(codes) if not any(np.array_equal(code, one) for one in codes[:k])]
    left = without_kinds(values, codes)
    if nuisance.exact is not None and nuisance.exact.shape[1]:
        left = without_features(left, nuisance.exact, codes)
    return unbent(values - left, left, codes) if nuisance.bent else left


def without_features(left: np.ndarray, exact: np.ndarray, codes: Sequence[np.ndarray]) -> np.ndarray:
    """Values that are free of kinds less their best sum of features."""
    x = without_kinds((exact - exact.mean(0)) / (exact.std(0) + 1e-9), codes)
    size, axes = np.linalg.eigh(x.T @ x)
    use = size > 1e-6 * max(size[-1], 1e-9)
    basis = (x @ (axes[:, use] / np.sqrt(size[use]))).astype(left.dtype)
    return left - basis @ (basis.T @ left)


def unbent(fit: np.ndarray, left: np.ndarray, codes: Sequence[np.ndarray]) -> np.ndarray:
    """What is left less the part that follows the square and the cube of what was taken out, column by column."""
    for power in (2, 3):
        scaled = (fit - fit.mean(0)) / (fit.std(0) + 1e-9)
        curve = without_kinds(scaled**power, codes)
        left = left - curve * ((curve * left).sum(0) / ((curve**2).sum(0) + 1e-9))
    return left


def without_kinds(values: np.ndarray, codes: Sequence[np.ndarray]) -> np.ndarray:
    """Values less the means of their kinds, one way of telling kinds after the other, to convergence."""
    left = values.copy()
    for _ in range(1 if len(codes) < 2 else 8):
        for code in codes:
            left -= means(left, code)[code]
    return left


def means(values: np.ndarray, code: np.ndarray) -> np.ndarray:
    """Mean of values (items, k) of each kind, (kinds, k)."""
    kinds = csr_array((np.ones(len(code), values.dtype), (code, np.arange(len(code)))))
    return (kinds @ values) / np.bincount(code).astype(values.dtype)[:, None]


def predicted(
    nuisance: Nuisance, targets: np.ndarray, blocks: Sequence[slice], fold: np.ndarray, seed: int
) -> np.ndarray:
    """Each target (items, k) from the features, by ridge regression on the other folds; the penalty that errs least.

    blocks : where each block's items are. fold : int, (blocks,). Only sums of products are kept, so that tables of ten
    million items need no more memory than their targets.
    """
    count = fold.max() + 1
    if count == 1:  # nothing to learn from
        return np.tile(targets.mean(0), (len(targets), 1))
    expand = expansion(nuisance.features, blocks, seed)
    size = expand(0).shape[1]
    grams, crosses = np.zeros((count, size, size)), np.zeros((count, size, targets.shape[1]))
    sums, totals = np.zeros((count, size)), np.zeros((count, targets.shape[1]))
    squares, items = np.zeros((count, targets.shape[1])), np.zeros(count)
    for b, block in enumerate(blocks):
        x, y, k = expand(b), targets[block], fold[b]
        grams[k] += x.T @ x
        crosses[k] += x.T @ y
        sums[k] += x.sum(0)
        totals[k] += y.sum(0)
        squares[k] += (y**2).sum(0)
        items[k] += len(x)
    every = [each.sum(0) for each in (grams, crosses, sums, totals, items)]
    error, fits = np.zeros((len(RIDGES), targets.shape[1])), []
    for k in range(count):
        gram, cross, total, target, n = (
            a - b[k] for a, b in zip(every, (grams, crosses, sums, totals, items), strict=True)
        )
        centre, mean = total / max(n, 1), target / max(n, 1)  # of one group alone nothing is known
        spread, axes = np.linalg.eigh(gram - n * np.outer(centre, centre))
        along = axes.T @ (cross - np.outer(total, mean))
        fits.append((centre, mean, np.maximum(spread, 0), axes, along))
        # The error on the fold left out, from its sums alone.
        out = (
            axes.T
            @ (grams[k] - np.outer(centre, sums[k]) - np.outer(sums[k], centre) + items[k] * np.outer(centre, centre))
            @ axes
        )
        with_y = axes.T @ (
            crosses[k] - np.outer(sums[k], mean) - np.outer(centre, totals[k]) + items[k] * np.outer(centre, mean)
        )
        own = squares[k] - 2 * mean * totals[k] + items[k] * mean**2
        for r, ridge in enumerate(RIDGES):
            w = along / (fits[-1][2] + ridge)[:, None]
            error[r] += own - 2 * (w * with_y).sum(0) + (w * (out @ w)).sum(0)
    ridge = RIDGES[error.argmin(0)]
    weights = [axes @ (along / (spread[:, None] + ridge)) for _, _, spread, axes, along in fits]
    found = np.empty_like(targets)
    for b, block in enumerate(blocks):
        centre, mean = fits[fold[b]][:2]
        found[block] = (expand(b) - centre.astype(np.float32)) @ weights[fold[b]].astype(targets.dtype) + mean
    return found


def expansion(features: Features, blocks: Sequence[slice], seed: int) -> Callable[[int], np.ndarray]:
    """Features of a block, standardised over all, and smooth products of the first kind (Rahimi & Recht 2007)."""
    rng = np.random.default_rng(seed)
    total, squares, items = [0.0, 0.0], [0.0, 0.0], 0
    for b in range(len(blocks)):
        for i, part in enumerate(features(b)):
            total[i], squares[i] = total[i] + part.sum(0), squares[i] + (part**2).sum(0)
        items += len(part)
    mean = [t / items for t in total]
    spread = [np.sqrt(np.maximum(s / items - m**2, 0)) for s, m in zip(squares, mean, strict=True)]
    use = [s > 1e-6 * (1 + np.abs(m)) for s, m in zip(spread, mean, strict=True)]
    k = int(use[0].sum())
    products = PRODUCTS if k else 0
    ways = rng.normal(size=(k, products)) * rng.choice([0.05, 0.1, 0.2], products) * np.sqrt(30 / max(k, 1))
    turn = rng.uniform(0, 2 * np.pi, products)

    def expand(b: int) -> np.ndarray:
        x, more = ((part[:, u] - m[u]) / s[u] for part, m, s, u in zip(features(b), mean, spread, use, strict=True))
        return np.hstack(
            [x, more, SMALL * np.cos(x @ ways + turn), np.zeros((len(x), 0 if k + more.shape[1] else 1))]
        ).astype(np.float32)

    return expand


def folds(groups: np.ndarray, seed: int, count: int = 8) -> np.ndarray:
    """A fold for each block, whole groups together, int, (blocks,)."""
    _, code = np.unique(groups, return_inverse=True)
    order = np.random.default_rng(seed).permutation(code.max() + 1)
    return order[code] % min(count, code.max() + 1)


def share(hit: np.ndarray, before: int, after: int) -> np.ndarray:
    """Mean of hit (length, k) from `before` positions ahead to `after` behind, cut at the ends."""
    total = np.vstack([np.zeros((1, hit.shape[1])), np.cumsum(hit, axis=0)])
    at = np.arange(len(hit))
    low, high = np.maximum(at - before, 0), np.minimum(at + after + 1, len(hit))
    return (total[high] - total[low]) / (high - low)[:, None]


def bumps(x: np.ndarray, top: float, count: int) -> np.ndarray:
    """Cubic B-splines of x on 0 to top, (items, count)."""
    knots = np.concatenate([[0] * 3, np.linspace(0, top, count - 2), [top] * 3])
    if not len(x):  # a block without items
        return np.empty((0, len(knots) - 4))
    return BSpline.design_matrix(np.clip(x, 0, top * (1 - 1e-9)), knots, 3).toarray()
