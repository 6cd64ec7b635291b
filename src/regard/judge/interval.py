"""Intervals that cover as often as they say, also with few groups."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.special import expit, logit
from scipy.stats import t as student

DRAWS = 999
COVER = (2.5, 97.5)
LEAST = 0.05  # of the spread: draws with less hold groups that are as good as equal, and their t says nothing
INSIDE = 0.001  # shares nearer to 0 or 1 than that are left on their own scale
Replicates = tuple[np.ndarray, ...]  # of one figure: with one group left out each; or one row, one column, one cell


def interval(
    value: float, without: Replicates, *, bounded: bool, most: float = np.inf, seed: int = 0
) -> tuple[float, float]:
    """Low and high end of the 95 % interval of a figure; NaN where fewer than three groups have it.

    Parameters
    ----------
    without : the figure with one group left out each, (groups,); for pairs of nodes three arrays, with one row, one
        column and one cell left out each. NaN where nothing is left.
    bounded : whether the figure lies between 0 and 1; then the interval is made on the log odds.
    most : no such figure is larger in size; of a difference of two shares 1.
    """
    every = np.concatenate([[value], *without])
    every = every[~np.isnan(every)]
    odds = bounded and len(every) and every.min() > INSIDE and every.max() < 1 - INSIDE
    if odds:
        value, without = logit(value), tuple(logit(one) for one in without)
    low, high = (one_way if len(without) == 1 else two_way)(value, *without, seed=seed)
    if odds:
        return float(expit(low)), float(expit(high))
    least, most = (0.0, 1.0) if bounded else (-most, most)
    return float(np.clip(low, least, most)), float(np.clip(high, least, most))


def one_way(value: float, without: np.ndarray, *, seed: int = 0) -> tuple[float, float]:
    """Bootstrap-t over groups (Cameron, Gelbach & Miller 2008), or Student's t where that is wider.

    A group's influence is its jackknife pseudo-value. Groups are drawn again, and the t of each draw gives the
    interval, so that skewness and few degrees of freedom are in it.
    """
    without = without[~np.isnan(without)]
    count = len(without)
    if count < 3 or np.isnan(value):
        return np.nan, np.nan
    pseudo = count * value - (count - 1) * without
    centre, spread = pseudo.mean(), pseudo.std(ddof=1) / np.sqrt(count)
    if spread <= 1e-12 * (1 + abs(value)):
        return value, value
    times = drawn_again(count, seed)
    mean = times @ pseudo
    own = np.sqrt(np.maximum(times @ pseudo**2 - mean**2, 0) / (count - 1))
    sure = own > LEAST * spread
    low, high = np.percentile((mean[sure] - centre) / own[sure], COVER)
    half = student.ppf(COVER[1] / 100, count - 1)
    return min(centre - high * spread, value - half * spread), max(centre - low * spread, value + half * spread)


def two_way(value: float, rows: np.ndarray, columns: np.ndarray, cells: np.ndarray, *, seed: int = 0):
    """For pairs of nodes: rows vary and columns vary, and what varies by cell is in both and taken off once.

    Cameron, Gelbach & Miller 2011 (multiway clustering), by the jackknife; Student's t by the fewer of rows and
    columns. Without cells nothing is taken off, and the interval is somewhat too wide.
    """
    variance, count = jackknife((rows, columns, cells))
    if count < 3:
        return np.nan, np.nan
    half = student.ppf(COVER[1] / 100, count - 1) * np.sqrt(variance)
    return value - half, value + half


def jackknife(without: Replicates) -> tuple[float, int]:
    """Variance of a figure, and how many groups it is known by: for pairs of nodes the fewer of rows and columns."""
    there = [one[~np.isnan(one)] for one in without]
    by = [(len(one) - 1) / len(one) * ((one - one.mean()) ** 2).sum() if len(one) else 0.0 for one in there]
    variance = by[0] if len(by) == 1 else max(by[0] + by[1] - by[2], by[0], by[1])
    return variance, min(map(len, there[:2]))


@lru_cache(maxsize=8)
def drawn_again(count: int, seed: int) -> np.ndarray:
    """Shares that each of `count` groups has in draws with replacement, (draws, groups)."""
    drawn = np.random.default_rng(seed).integers(0, count, (DRAWS, count))
    return np.stack([np.bincount(one, minlength=count) for one in drawn]) / count
