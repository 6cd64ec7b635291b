"""What a comparison would have given if the labels meant nothing."""

from __future__ import annotations

import numpy as np


def circular_shift(labels: list[np.ndarray], rng: np.random.Generator) -> list[np.ndarray]:
    """Each sample's labels turned by a random distance: their clustering stays, their place goes."""
    return [np.roll(one, rng.integers(1, len(one))) if len(one) > 1 else one for one in labels]


def p_value(value: float, null: np.ndarray) -> float:
    """(b + 1) / (n + 1), where b of n null values are at least as large (Phipson & Smyth 2010)."""
    return float((np.sum(null >= value) + 1) / (len(null) + 1))
