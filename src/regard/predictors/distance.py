"""Which enhancer regulates a gene, from distance alone and from distance and activity."""

from __future__ import annotations

import numpy as np

# Contact falls with distance as a power law with the exponent of the ABC pipeline (Fulco et al. 2019). Below 5 kb Hi-C
# says nothing, and contact is taken as at 5 kb.
GAMMA, NEAREST = 0.87, 5_000


def nearness(distance: np.ndarray) -> np.ndarray:
    """The nearer, the likelier: −distance, shape (pairs,)."""
    return -np.asarray(distance, dtype=float)


def contact(distance: np.ndarray) -> np.ndarray:
    """Expected contact, without unit, shape (pairs,): max(distance, 5 kb) ^ −0.87."""
    return np.maximum(np.asarray(distance, dtype=float), NEAREST) ** -GAMMA


def activity_by_contact(activity: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """Activity × contact, shape (pairs,): the ABC score without its division by all elements of the gene.

    activity : geometric mean of DNase and H3K27ac reads; NaN where it is not known.
    """
    return np.asarray(activity, dtype=float) * contact(distance)
