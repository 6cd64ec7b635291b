"""Which sequences are relatives, so that a split never puts two of them on different sides.

Two sequences are relatives when they share a k-mer on either strand, or when one was built from
the other by replacing blocks (then they share whole blocks at the same place).
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from regard.core.sequences import encode


def kmer_hashes(codes: np.ndarray, k: int) -> np.ndarray:
    """A 64-bit hash of every k-mer without N, the same for both strands."""
    if len(codes) < k:
        return np.empty(0, dtype=np.uint64)
    power = np.uint64(0x9E3779B97F4A7C15) ** np.arange(k, dtype=np.uint64)  # wraps around: a hash
    window = np.lib.stride_tricks.sliding_window_view(codes.astype(np.uint64) + np.uint64(1), k)
    complement = np.uint64(5) - window[:, ::-1]
    forward, backward = window @ power, complement @ power
    return np.minimum(forward, backward)[(window <= 4).all(axis=1)]


def block_hashes(codes: np.ndarray, size: int) -> np.ndarray:
    """A hash of each aligned block of `size` bases together with its place."""
    blocks = codes[: len(codes) // size * size].reshape(-1, size).astype(np.uint64)
    power = np.uint64(5) ** np.arange(size, dtype=np.uint64)
    return (blocks @ power) * np.uint64(64) + np.arange(len(blocks), dtype=np.uint64)


def link(items: np.ndarray, keys: np.ndarray, n: int) -> np.ndarray:
    """Family number of each of n items, shape (n,), where items with a common key are one family."""
    _, key = np.unique(keys, return_inverse=True)
    edges = coo_matrix((np.ones(len(items)), (items, n + key)), shape=(n + len(keys),) * 2)
    return connected_components(edges, directed=False)[1][:n]


def families(sequences: list[str], k: int = 50, block: int | None = None) -> np.ndarray:
    """Number the families of relatives among sequences, shape (sequences,).

    Relatives share a k-mer on either strand or, where `block` is given, an aligned block of that
    many bases. Relatives of relatives belong together (connected components).
    """
    items, keys = [], []
    for i, sequence in enumerate(sequences):
        codes = encode(sequence)
        found = [kmer_hashes(codes, k)]
        if block:
            found.append(block_hashes(codes, block))
        found = np.concatenate(found)
        items.append(np.full(len(found), i))
        keys.append(found)
    return link(np.concatenate(items), np.concatenate(keys), len(sequences))


def folds(family: np.ndarray, n: int, seed: int) -> np.ndarray:
    """A fold from 0 to n-1 for each sequence, whole families together, sizes as even as can be."""
    rng = np.random.default_rng(seed)
    names, size = np.unique(family, return_counts=True)
    order = rng.permutation(len(names))
    order = order[np.argsort(-size[order], kind="stable")]
    load, place = np.zeros(n, dtype=int), np.empty(len(names), dtype=int)
    for i in order:  # largest first, each into the emptiest fold
        place[i] = load.argmin()
        load[place[i]] += size[i]
    return place[np.searchsorted(names, family)]
