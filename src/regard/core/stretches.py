"""Where labels stand one after another."""

from __future__ import annotations

import numpy as np


def stretches(labels: np.ndarray) -> list[tuple[int, int]]:
    """Start and end (not included) of each stretch of True; labels : bool, (L,).

    Examples
    --------
    >>> stretches(np.array([True, True, False, True]))
    [(0, 2), (3, 4)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], labels, [False]]).astype(np.int8))).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))
