"""Are probabilities honest? Expected calibration error and Brier score."""

from __future__ import annotations

import numpy as np

BINS = 10


def bins_of(probability: np.ndarray, true: np.ndarray, *, least: float = 0.0) -> tuple[np.ndarray, ...]:
    """Of ten equal steps from `least` to 1: how many fall there, the mean that was said and the share that is true.

    probability, float (n,), and true, bool (n,). Mean and share are NaN where a step is empty.
    """
    step = np.clip(((probability - least) / (1 - least) * BINS).astype(int), 0, BINS - 1)
    count = np.bincount(step, minlength=BINS)
    with np.errstate(invalid="ignore"):
        mean = np.bincount(step, probability, BINS) / count
        share = np.bincount(step, true, BINS) / count
    return count, mean, share


def calibration_error(probability: np.ndarray, true: np.ndarray, *, least: float = 0.0) -> float:
    """Expected calibration error: |said − true| over the steps of `bins_of`, mean over all n (Naeini et al. 2015).

    Examples
    --------
    >>> import numpy as np
    >>> round(calibration_error(np.full(4, 0.9), np.array([True, True, True, False])), 2)
    0.15
    """
    count, mean, share = bins_of(probability, true, least=least)
    there = count > 0
    return float(np.abs(mean - share)[there] @ count[there] / count.sum())


def brier(probability: np.ndarray, true: np.ndarray) -> float:
    """Mean square of the probability less what came true (Brier 1950)."""
    return float(np.mean((probability - true) ** 2))
