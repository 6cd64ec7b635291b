"""What is asked of every head by itself, a few rows of its map at a time, so that no second map a head is made.

Each equals a pipeline that ends in ``per_head``, whose maps or rows would be too many to keep.
"""

from __future__ import annotations

import numpy as np

from regard.reduce.corrected import ROWS

SAMPLE = 4096  # values that tell about where the best begin


def corrected_upper(attention: np.ndarray, out: np.ndarray) -> np.ndarray:
    """``"symmetrise | apc"`` of one head where query ≤ key, in its own place in `out`.

    attention, out : float32, (L, L), without missing values. What `out` holds below the diagonal means nothing. An
    empty map stays 0.
    """
    ones = np.ones(len(attention), dtype=attention.dtype)
    sums = (attention @ ones + ones @ attention) / 2
    total = sums.sum()
    share = sums / total if total else sums
    for start in range(0, len(out), ROWS):
        some, on = slice(start, start + ROWS), slice(start, None)
        block = np.add(attention[some, on], attention[on, some].T, out=out[some, on])
        block *= 0.5
        block -= sums[some, None] * share[on]
    return out


def best_places(values: np.ndarray, allowed: np.ndarray, count: int) -> np.ndarray:
    """Where the `count` highest values stand among those allowed, as numbers in the flat array, in no order.

    values : any shape. allowed : int, such numbers, rising; all of them where they are fewer.
    """
    flat = values.ravel()
    if count >= len(allowed):
        return allowed
    # Most values are far below the best: a sample says where these begin, and few are left to be ordered.
    sample = flat[allowed[:: max(1, len(allowed) // SAMPLE)]]
    least = np.quantile(sample, max(0.0, 1 - 2 * count / len(allowed)))
    taken = flat[allowed]
    above = np.flatnonzero(taken >= least)
    if len(above) < count:
        above = np.arange(len(allowed))
    there = taken[above]
    return allowed[above[np.argpartition(there, len(there) - count)[len(there) - count :]]]


def by_distance(attention: np.ndarray, farthest: int) -> np.ndarray:
    """Sums of a head's attention by |query − key|, float64, (farthest + 1,); what is farther away counts as that far.

    attention : (L, L).
    """
    length, found = len(attention), np.zeros(farthest + 1)
    near = min(farthest, length) - 1
    band = np.zeros(2 * near + 1)  # of key − query, from −near
    inner = max(0, length - 2 * near)  # queries whose band lies inside the map: a view of it, row by row
    if inner:
        row, step = attention.strides
        view = np.lib.stride_tricks.as_strided(
            attention[near:], (inner, len(band)), (row + step, step), writeable=False
        )
        band += view.sum(axis=0, dtype=float)
    for query in [*range(min(near, length)), *range(max(near, length - near), length)]:
        first, last = max(0, query - near), min(length, query + near + 1)
        band[first - query + near : last - query + near] += attention[query, first:last]
    found[: near + 1] = band[near:]
    found[1 : near + 1] += band[:near][::-1]
    if length > farthest:
        found[farthest] = attention.sum(dtype=float) - found.sum()
    return found
