"""Windows of held-out segments, and the stretch of the genome that each is of: those of one stretch are one case.

Windows as rich in G and C as promoters are few and lie together, in CpG islands.
"""

from __future__ import annotations

import numpy as np

from regard.train.genome import gc_matched
from regard.train.placed import LENGTH, Background, turned

STRETCH = 10_000  # bases


def any_windows(source: Background, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """As `Background.any`: codes (n, 300), and the number of each one's stretch."""
    return read(source, rng.choice(source.starts, n), rng)


def matched_windows(source: Background, wanted: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """As `Background.matched`: codes (wanted, 300), and the number of each one's stretch."""
    return read(source, gc_matched(source.starts, source.gc, wanted, rng), rng)


def read(source: Background, starts: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    return turned(source.cut(starts, LENGTH), rng), starts // STRETCH
