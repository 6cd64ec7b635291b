"""Shapley values by sampling: what each column adds to a prediction, in the mean over all orders of adding columns."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def shapley(
    predict: Callable[[np.ndarray], np.ndarray], x: np.ndarray, *, samples: int = 8, seed: int = 0
) -> np.ndarray:
    """What each column adds to each row's prediction over that of rows drawn at random, signed.

    Each sample draws one order of the columns for all rows, and for each row another row of `x`. Its columns take the
    row's own values one after the other; each step's change is the column's (Štrumbelj & Kononenko 2014, alg. 1).

    Parameters
    ----------
    predict : one number a row, shape (rows,), from a table, shape (rows, columns).
    x : shape (rows, columns); also what is drawn from.
    samples : orders to draw; each costs `columns` + 1 predictions of the table.

    Returns
    -------
    shape (rows, columns), the mean over samples.
    """
    rng, found = np.random.default_rng(seed), np.zeros(x.shape)
    for _ in range(samples):
        table = x[rng.permutation(len(x))]
        before = predict(table)
        for column in rng.permutation(x.shape[1]):
            table[:, column] = x[:, column]
            after = predict(table)
            found[:, column] += (after - before) / samples
            before = after
    return found
