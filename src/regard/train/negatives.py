"""Negatives built from positives: keep some blocks of a promoter, replace the others by noise."""

from __future__ import annotations

import numpy as np


def replace_blocks(codes: np.ndarray, rng: np.random.Generator, *, blocks: int = 20, keep: int = 8) -> np.ndarray:
    """Copies of sequences in which all but `keep` of `blocks` equal blocks are uniform random bases.

    The negatives of Oubounyt et al. 2019 (DeePromoter), as the public promoter test has them.

    Parameters
    ----------
    codes : uint8, shape (sequences, length), length a multiple of `blocks`.

    Returns
    -------
    uint8, shape (sequences, length). The kept blocks stay in their place.
    """
    n, length = codes.shape
    if length % blocks:
        raise ValueError(f"{length} bases cannot be cut into {blocks} equal blocks")
    rank = rng.random((n, blocks)).argsort(axis=1).argsort(axis=1)
    replaced = np.repeat(rank >= keep, length // blocks, axis=1)
    noise = rng.integers(0, 4, codes.shape, dtype=codes.dtype)
    return np.where(replaced, noise, codes)
