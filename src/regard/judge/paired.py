"""Is a figure another in one run than in another? Both measured on the same items, the same groups left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from regard.judge.interval import Replicates, interval, jackknife
from regard.judge.measures import Measure

FEWEST = 3  # groups


@dataclass(frozen=True)
class Paired:
    """A difference, second less first; its 95 % interval and p, NaN with fewer than three groups."""

    difference: float
    low: float
    high: float
    p: float


def paired(measure: Measure, one: np.ndarray, other: np.ndarray, labels: np.ndarray, *, seed: int = 0) -> Paired:
    """The difference of a figure between two scores of the same labelled items, and whether it may be none.

    Each group that the measure leaves out is left out for both scores at once, so that what makes a group easy or hard
    for both of them drops out of the difference.

    Parameters
    ----------
    one, other : float, (items,). labels : bool, (items,).

    References
    ----------
    The jackknife of the difference (Miller 1974), for pairs of nodes two-way (Cameron, Gelbach & Miller 2011).

    Examples
    --------
    >>> import numpy as np
    >>> from regard.judge.measures import pooled
    >>> labels, group = np.tile([True, False, False, False], 30), np.repeat(np.arange(12), 10)
    >>> rng = np.random.default_rng(0)
    >>> knows = labels + rng.normal(size=120)
    >>> found = paired(pooled("auroc", group), rng.normal(size=120), knows, labels)
    >>> bool(found.difference > 0.1), bool(found.p < 0.05)
    (True, True)
    """
    (value, without), (value_2, without_2) = measure.replicated(one, labels), measure.replicated(other, labels)
    moved = tuple(b - a for a, b in zip(without, without_2, strict=True))
    low, high = interval(value_2 - value, moved, bounded=False, seed=seed)
    return Paired(float(value_2 - value), low, high, p_of(value_2 - value, moved))


def p_of(difference: float, without: Replicates) -> float:
    """Two-sided p by Student's t of the jackknife's spread, over groups or over rows and columns."""
    variance, groups = jackknife(without)
    if groups < FEWEST or np.isnan(difference):
        return np.nan
    if variance <= 1e-24:
        return 1.0 if abs(difference) < 1e-12 else np.nan  # every group says the same: nothing to measure luck by
    return float(2 * student.sf(abs(difference) / np.sqrt(variance), groups - 1))
