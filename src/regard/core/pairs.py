"""Pairs of residues that are so far apart in sequence that a contact between them says something."""

from __future__ import annotations

import numpy as np


def pairs_apart(length: int, least: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """Pairs i < j at least `least` residues apart, two int arrays."""
    return np.triu_indices(length, least)
