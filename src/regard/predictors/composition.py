"""Scores that need no model: what a position's surroundings are made of, and where it lies."""

from __future__ import annotations

import numpy as np

from regard.core.scores import PositionScores


def gc_content(ids: list[str], sequences: list[str], window: int = 15) -> PositionScores:
    """Share of G and C, 0 to 1, in a window centred on each position (shorter at the ends)."""
    values = []
    for sequence in sequences:
        gc = np.array([letter in "GC" for letter in sequence], dtype=float)
        kernel = np.ones(window)
        size = np.convolve(np.ones(len(gc)), kernel)  # how many positions each window really has
        sides = slice(window // 2, window // 2 + len(gc))
        values.append((np.convolve(gc, kernel) / np.maximum(size, 1))[sides])
    return PositionScores(ids, values, f"GC share, {window} bp")


def gc_and_cpg(codes: np.ndarray) -> np.ndarray:
    """Whether each base is G or C, and whether it belongs to a CpG, float, shape (length, 2); codes as of `encode`."""
    cpg = np.append((codes[:-1] == 1) & (codes[1:] == 2), False)
    return np.stack([(codes == 1) | (codes == 2), cpg | np.roll(cpg, 1)], axis=1).astype(float)


def dinucleotides(codes: np.ndarray) -> np.ndarray:
    """Shares of the ten pairs of neighbours, a pair and its reverse complement taken together, float, shape (10,)."""
    first, second = codes[:-1].astype(int), codes[1:].astype(int)
    known = (first < 4) & (second < 4)
    count = np.bincount(4 * first[known] + second[known], minlength=16).reshape(4, 4)
    both = (count + count[::-1, ::-1].T).astype(float)  # the reverse complement of (a, b) is (3 − b, 3 − a)
    sums = np.add.outer(np.arange(4), np.arange(4))
    both[sums == 3] /= 2  # AT, CG, GC and TA are their own
    return both[sums <= 3] / max(known.sum(), 1)
