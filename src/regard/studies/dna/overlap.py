"""Do two sets of positions of a sequence meet more often than when one of them is turned about?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ATTENDED = 0.05  # share of a sequence's positions that count as attended
STRONG = 0.10  # share that count as strong motif activation, or high initiation


@dataclass(frozen=True)
class Overlap:
    """How many of the first set are in the second.

    shared : positions in both. first : size of the first set. expected : mean of `shared` over all turns of one set
        against the other. p : share of turns, the true one among them, that share as many.
    """

    shared: int
    first: int
    expected: float
    p: float


def overlap(first: np.ndarray, second: np.ndarray) -> Overlap:
    """Compare with every circular turn, so that each set keeps its own runs; bool, (length,) each.

    Examples
    --------
    >>> import numpy as np
    >>> a = np.arange(10) < 2
    >>> overlap(a, a)
    Overlap(shared=2, first=2, expected=0.4, p=0.1)
    """
    turned = np.rint(np.fft.irfft(np.fft.rfft(first).conj() * np.fft.rfft(second), len(first))).astype(int)
    return Overlap(int(turned[0]), int(first.sum()), float(turned.mean()), float((turned >= turned[0]).mean()))


def highest(values: np.ndarray, share: float) -> np.ndarray:
    """The positions with the highest values, at least one, bool, (length,); what is missing is not among them."""
    filled = np.where(np.isnan(values), -np.inf, values)
    chosen = np.zeros(len(values), dtype=bool)
    chosen[np.argsort(-filled, kind="stable")[: max(1, round(share * len(values)))]] = True
    return chosen & np.isfinite(filled)
