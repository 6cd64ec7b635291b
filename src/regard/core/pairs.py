"""Pairs of residues, and attention of many heads on them, symmetrised and corrected a head at a time."""

from __future__ import annotations

import numpy as np


def symmetric_apc(attention: np.ndarray) -> np.ndarray:
    """Each head's map symmetrised, then its average product taken off (Dunn et al. 2008; Rao et al. 2021).

    attention : shape (heads, L, L), row = query. The same as ``"symmetrise | apc"`` a head at a time, in
    the dtype given; a head whose map is empty stays 0.
    """
    both = attention + attention.transpose(0, 2, 1)
    row = both.sum(axis=2)
    total = row.sum(axis=1)[:, None, None]
    expected = row[:, :, None] * row[:, None, :]
    np.divide(expected, total, out=expected, where=total > 0)
    return (both - expected) / 2


def pairs_apart(length: int, least: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """Pairs i < j at least `least` residues apart, two int arrays."""
    return np.triu_indices(length, least)
