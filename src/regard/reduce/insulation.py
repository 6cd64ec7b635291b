"""How much attention crosses a place in the middle of a map, as a share that no stripe can make."""

from __future__ import annotations

import numpy as np

FLOOR = 1e-3  # of the mean of a map: less is no attention
OFFSETS = 128  # places at most at which the profile is taken


def crossing(across: np.ndarray, within: np.ndarray, mean: float, negative: bool = False) -> np.ndarray:
    """Across ÷ (across + within): .5 where both are alike, 0 where nothing crosses.

    mean : of the whole map. Where neither is a thousandth of it, as in a head that looks elsewhere, there is nothing to
        compare, and the share goes to .5. negative : the values are logarithms, or corrected so that some are below 0;
        then the same share of their exponentials, 1 ÷ (1 + exp(within − across)).
    """
    if negative:
        return 1 / (1 + np.exp(np.clip(within - across, -50, 50)))
    least = FLOOR * mean if mean > 0 else 1.0
    return (across + least) / (across + within + 2 * least)


def insulation(maps: np.ndarray, *, width: int = 1, causal: bool = False) -> np.ndarray:
    """The share of attention that crosses the middle, shape (...).

    Of what queries outside the middle's own bins pay to keys outside them, so that attention to the boundary itself
    counts on neither side: the mean over pairs on two sides, against the mean over pairs on one.

    maps : shape (..., query, key), NaN where a query cannot see. A causal model crosses from right to left only.
    """
    n = maps.shape[-1]
    return profile(maps, width=width, causal=causal, offsets=np.zeros(1, dtype=int), reach=n // 2)[..., 0]


def offsets_of(n: int) -> np.ndarray:
    """Places, in bins from the middle, at which a profile of a map of n bins is taken; 0 is one of them."""
    reach = n // 4
    step = max(1, -(-2 * reach // OFFSETS))
    return np.arange(-(reach // step), reach // step + 1) * step


def profile(
    maps: np.ndarray,
    *,
    width: int = 1,
    causal: bool = False,
    offsets: np.ndarray | None = None,
    reach: int | None = None,
) -> np.ndarray:
    """Insulation at places along the diagonal, shape (..., offsets): a square slid along it as in Hi-C (Crane 2015).

    At every place the `width` bins on each of its sides are left out, and the middle's everywhere. reach : bins on each
    side of a place that are looked at; a quarter of the map where None.

    Examples
    --------
    >>> blocks = np.kron(np.eye(2), np.full((8, 8), 1 / 8))
    >>> at = offsets_of(16)
    >>> int(at[profile(blocks[None])[0].argmin()])
    0
    """
    n = maps.shape[-1]
    offsets = offsets_of(n) if offsets is None else offsets
    reach = n // 4 if reach is None else reach
    kept = np.ones(n, dtype=bool)
    kept[n // 2 - width : n // 2 + width] = False
    out = np.empty((*maps.shape[:-2], len(offsets)))
    cut = n // 2 + offsets
    left, right = (cut - reach, cut - width), (cut + width, cut + reach)
    for at in np.ndindex(maps.shape[:-2]):
        seen = ~np.isnan(maps[at]) & kept & kept[:, None]
        total, count = summed(np.where(seen, maps[at], 0)), summed(seen)
        crossed = [(right, left)] if causal else [(right, left), (left, right)]

        def mean(pairs, total=total, count=count) -> np.ndarray:
            pieces = [(inside(total, *pair), inside(count, *pair)) for pair in pairs]
            return sum(a for a, _ in pieces) / np.maximum(sum(b for _, b in pieces), 1)

        every = maps[at][~np.isnan(maps[at])]
        out[at] = crossing(
            mean(crossed), mean([(left, left), (right, right)]), float(every.mean()), bool((every < 0).any())
        )
    return out


def summed(values: np.ndarray) -> np.ndarray:
    """Sums of all that stands above and to the left, with a row and a column of 0 before."""
    return np.pad(values.astype(float).cumsum(0).cumsum(1), ((1, 0), (1, 0)))


def inside(sums: np.ndarray, rows: tuple, columns: tuple) -> np.ndarray:
    """Sums over rectangles, from rows[0] to rows[1] and columns[0] to columns[1], an array of each."""
    (a, b), (c, d) = rows, columns
    return sums[b, d] - sums[a, d] - sums[b, c] + sums[a, c]


def dip(along: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """How far a profile lies below its surroundings in the middle, negative where it does, shape (...).

    Its surroundings are the outer half of the places on each side; where the profile is least is another question.
    """
    outer = np.abs(offsets) * 2 >= np.abs(offsets).max()
    return along[..., np.flatnonzero(offsets == 0)[0]] - along[..., outer].mean(axis=-1)
