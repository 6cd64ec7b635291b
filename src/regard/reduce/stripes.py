"""A boundary in the middle of a map: attention to it and across it, numbers of a head, so that no map is kept."""

from __future__ import annotations

import numpy as np

from regard.reduce.insulation import insulation


def stripe_and_block(maps: np.ndarray, *, width: int = 1, causal: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """The two scores of a boundary that stands in the middle of both axes.

    Parameters
    ----------
    maps : shape (..., query, key), row = query, as a pipeline inside heads leaves them, such as `uniform` or `causal`,
        after which 1 is uniform; the boundary lies between bins n // 2 − 1 and n // 2.
    width : bins on each side that are the boundary itself.

    Returns
    -------
    stripe : mean attention to the boundary's bins of the queries outside them.
    block : the share of attention that crosses the boundary, see `insulation`: .5 where it is as much as stays on a
        side. What a stripe takes from the rest, it takes from both sides alike. A causal model looks only from right
        to left.
    """
    n = maps.shape[-1]
    left, right = slice(0, n // 2 - width), slice(n // 2 + width, n)
    middle = slice(n // 2 - width, n // 2 + width)
    block = insulation(maps, width=width, causal=causal)
    if causal:
        return maps[..., right, middle].mean(axis=(-2, -1)), block
    outside = np.concatenate([maps[..., left, middle], maps[..., right, middle]], axis=-2)
    return outside.mean(axis=(-2, -1)), block
