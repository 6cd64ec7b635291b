"""Which sequences are relatives, so that a split never puts two of them on different sides.

Two sequences are relatives when they share a k-mer on either strand, or when one was built from
the other by replacing blocks (then they share whole blocks at the same place).
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from regard.audit.checks import families as linked
from regard.audit.checks import relations
from regard.data.corpus import Corpus
from regard.data.kmers import kmer_hashes, without_n
from regard.data.sequences import encode

BATCH = 1000  # sequences hashed together
SIMILAR = 0.3  # share of 12-mers: about 94 % identity
N = np.uint8(4)


def block_hashes(codes: np.ndarray, size: int) -> np.ndarray:
    """A hash of each aligned block of `size` bases together with its place."""
    blocks = codes[: len(codes) // size * size].reshape(-1, size).astype(np.uint64)
    power = np.uint64(5) ** np.arange(size, dtype=np.uint64)
    return (blocks @ power) * np.uint64(64) + np.arange(len(blocks), dtype=np.uint64)


def link(items: np.ndarray, keys: np.ndarray, n: int) -> np.ndarray:
    """Family number of each of n items, shape (n,), where items with a common key are one family."""
    _, key, count = np.unique(keys, return_inverse=True, return_counts=True)
    linking = count[key] > 1  # a key of its own links nothing
    items, key = items[linking], key[linking]
    edges = coo_matrix((np.ones(len(items)), (items, n + key)), shape=(n + len(count),) * 2)
    return connected_components(edges, directed=False)[1][:n]


def families(sequences: list[str], k: int = 50, block: int | None = None) -> np.ndarray:
    """Number the families of relatives among sequences, shape (sequences,).

    Relatives share a k-mer on either strand or, where `block` is given, an aligned block of that
    many bases. Relatives of relatives belong together (connected components).
    """
    items, keys = [], []
    for begin in range(0, len(sequences), BATCH):
        batch = [encode(s) for s in sequences[begin : begin + BATCH]]
        joined = np.concatenate([np.append(codes, N) for codes in batch])  # no k-mer runs over an N
        place = np.repeat(np.arange(begin, begin + len(batch)), [len(codes) + 1 for codes in batch])
        if len(joined) >= k:
            items.append(place[: len(joined) - k + 1][without_n(joined, k)])
            keys.append(kmer_hashes(joined, k))
        for i, codes in enumerate(batch if block else [], begin):
            keys.append(block_hashes(codes, block))
            items.append(np.full(len(keys[-1]), i))
    return link(np.concatenate(items), np.concatenate(keys), len(sequences))


def relatives(sequences: list[str], label: np.ndarray, seed: int = 0) -> np.ndarray:
    """Number the families among sequences as `families` does and by what `regard audit` calls relatives.

    Beside a common 50-mer: near duplicates with 3 of 10 12-mers in common, pieces of one another, and rows that were
    built from a row of another label.
    """
    codes = [encode(one) for one in sequences]
    start = np.append(0, np.cumsum([len(one) for one in codes]))
    n, classes = len(codes), [str(c) for c in range(int(label.max()) + 1)]
    corpus = Corpus(np.concatenate(codes), start, [""] * n, label, classes, np.zeros(n, dtype=np.uint8))
    found = relations(corpus, similarity=SIMILAR, seed=seed)
    built = found.built[["negative", "positive"]].to_numpy(dtype=np.int64)
    by_likeness = linked(found.either, np.concatenate([found.near, found.partial, built]))
    by_kmer = families(sequences)
    place = np.arange(n)
    return link(np.tile(place, 2), np.concatenate([by_likeness, by_kmer + by_likeness.max() + 1]), n)


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
