"""A piece of work that takes a moment, for workers that import it by name."""

import time

import numpy as np


def weighed(shared: np.ndarray, weight: float) -> np.ndarray:
    time.sleep(0.05)
    return shared * weight


def deadly(shared: np.ndarray, weight: float) -> np.ndarray:
    """Ends the process of whoever works on it."""
    import os

    os._exit(1)
