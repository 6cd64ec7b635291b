"""The same sequence more than once, on one strand or on both."""

from __future__ import annotations

import numpy as np

from regard.data.corpus import Corpus
from regard.data.sequences import complement


def identities(corpus: Corpus, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Number sequences so that equal ones have equal numbers.

    Two 64-bit sums of code × random factor (multilinear hashing; Carter & Wegman 1979) of each
    strand: two different sequences of a million collide with a chance below 1e-6.

    Returns
    -------
    int, shape (sequences,), counting each strand apart; the same, a sequence and its reverse
    complement counting as one.
    """
    rng = np.random.default_rng(seed)
    factor = rng.integers(0, 1 << 64, int(corpus.length.max()), dtype=np.uint64)
    forward, backward = np.empty(len(corpus), np.uint64), np.empty(len(corpus), np.uint64)
    for part, codes in corpus.by_length(np.arange(len(corpus))):
        power = factor[: codes.shape[1]]
        forward[part] = (codes + np.uint8(1)).astype(np.uint64) @ power
        backward[part] = (complement(codes) + np.uint8(1)).astype(np.uint64) @ power[::-1]
    same = np.unique(forward, return_inverse=True)[1]
    return same, np.unique(np.minimum(forward, backward), return_inverse=True)[1]


def repeated(group: np.ndarray) -> np.ndarray:
    """Which items stand in a group of two or more, bool, shape (items,)."""
    return np.bincount(group)[group] > 1


def conflicting(group: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Which items stand in a group with two labels or more (-1 is no label), bool, shape (items,)."""
    known = label >= 0
    pairs = np.unique(np.stack([group[known], label[known]]), axis=1)
    return (np.bincount(pairs[0], minlength=group.max() + 1) > 1)[group] & known


def first_of(group: np.ndarray) -> np.ndarray:
    """The first item of each group, in rising order."""
    return np.sort(np.unique(group, return_index=True)[1])
