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


def at_content(ids: list[str], sequences: list[str], window: int = 15) -> PositionScores:
    """One minus `gc_content`: some motifs, such as the TATA box, are AT-rich."""
    gc = gc_content(ids, sequences, window)
    return PositionScores(ids, [1 - v for v in gc.values], f"AT share, {window} bp")


def place(ids: list[str], sequences: list[str]) -> PositionScores:
    """The position itself, rising: what a mask or a sequence end alone can give."""
    return PositionScores(ids, [np.arange(len(s), dtype=float) for s in sequences], "position")
