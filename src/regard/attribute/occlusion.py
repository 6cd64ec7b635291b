"""Occlusion by permutation: how far predictions move when one column is shuffled among the rows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def occlusion(
    predict: Callable[[np.ndarray], np.ndarray], x: np.ndarray, *, repeats: int = 3, seed: int = 0
) -> np.ndarray:
    """Mean squared change of the prediction when a column's values change places.

    Parameters
    ----------
    predict : one number a row, shape (rows,), from a table, shape (rows, columns).
    x : shape (rows, columns).

    Returns
    -------
    shape (columns,), at least 0: the mean over rows and `repeats` shuffles. As in Breiman 2001 (section 10), but
    against the prediction itself and not the truth, so that it tells what the model reads and not how well.
    """
    rng, before = np.random.default_rng(seed), predict(x)
    moved = np.zeros(x.shape[1])
    for column in range(x.shape[1]):
        for _ in range(repeats):
            shuffled = x.copy()
            shuffled[:, column] = rng.permutation(x[:, column])
            moved[column] += np.square(predict(shuffled) - before).mean() / repeats
    return moved
