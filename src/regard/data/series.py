"""Time series among the samples of a table, and the replicates in them."""

from __future__ import annotations

import numpy as np


def series_of(time: np.ndarray, block: np.ndarray) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Times, and the number of the series of each sample, −1 without a time; both None where no sample follows another.

    A new series begins after a blank line (another `block`) or when time falls. Samples of the same time are replicates
    in one series.
    """
    series, current, last, follows = np.full(len(time), -1), -1, None, False
    for i in np.flatnonzero(~np.isnan(time)):
        if last is None or block[i] != block[last] or time[i] < time[last]:
            current += 1
        else:
            follows |= time[i] > time[last]
        series[i], last = current, i
    return (time, series) if follows else (None, None)


def repeated(time: np.ndarray | None, series: np.ndarray | None) -> int:
    """How many samples have the time of an earlier one of their series."""
    if time is None or series is None:
        return 0
    inside = series >= 0
    return int(inside.sum()) - len(np.unique(np.stack([series[inside], time[inside]]), axis=1).T)


def replicates_apart(time: np.ndarray, series: np.ndarray, perturbation: np.ndarray | None) -> np.ndarray:
    """Numbers of series in which each time stands once: every replicate is in a series of its own.

    The first sample at a time goes with the first at the others, and so on, of samples to which the same was done:
    cultures that are followed stand so, and for those that are not any order does.
    """
    number, count = np.full(len(series), -1), 0
    for one in np.unique(series[series >= 0]):
        inside = np.flatnonzero(series == one)
        kind = np.zeros(len(inside), dtype=int)
        if perturbation is not None and len(np.unique(time[inside])) < len(inside):
            kind = np.unique(perturbation[inside], axis=0, return_inverse=True)[1].reshape(-1)
        met: dict[tuple[int, float], int] = {}
        rank = []
        for pair in zip(kind.tolist(), time[inside].tolist(), strict=True):
            rank.append(met.get(pair, 0))
            met[pair] = rank[-1] + 1
        own = np.unique(np.stack([kind, rank]), axis=1, return_inverse=True)[1].reshape(-1)
        number[inside], count = count + own, count + own.max() + 1
    return number


def replicates_told(time: np.ndarray | None, series: np.ndarray | None, source: str) -> list[str]:
    """A line where samples of a series are replicates at one time."""
    count = repeated(time, series)
    if not count:
        return []
    return [
        f"{source}: {count} samples have the time of another sample of their series: replicates, each read as in a "
        "series of its own (the first at a time with the first at the others, and so on)"
    ]
