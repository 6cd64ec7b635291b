"""What heads look at, counted over proteins: p_α(f), distances, amino acids."""

from __future__ import annotations

import numpy as np

FEWEST_ARCS = 100


def pooled_share(arcs: list[np.ndarray], hits: list[np.ndarray], fewest: int = FEWEST_ARCS) -> np.ndarray:
    """p_α(f): of all attention arcs above a threshold, the share that has a property (Vig et al. 2021).

    arcs, hits : a protein each, shape (heads,). Pooled over proteins; NaN for heads with fewer than `fewest`
    arcs, of which the share would be noise.
    """
    total, hit = np.sum(arcs, axis=0), np.sum(hits, axis=0)
    return np.where(total >= fewest, hit / np.maximum(total, 1), np.nan)


def mean_distance(share: np.ndarray) -> np.ndarray:
    """Mean |query − key| of each head, (heads,), from shares by distance, (heads, bins); the last bin is a floor."""
    return share @ np.arange(share.shape[1])


def amino_acid_ratio(attention: np.ndarray, pairs: np.ndarray, fewest: int = 50) -> np.ndarray:
    """log2 of mean attention between two amino acids over the mean of all pairs, (20, 20), row = query.

    attention : summed over pairs of residues, (20, 20). pairs : how many; NaN below `fewest`.
    """
    overall = attention.sum() / max(pairs.sum(), 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.log2(attention / np.maximum(pairs, 1) / overall)
    return np.where((pairs >= fewest) & np.isfinite(ratio), ratio, np.nan)
