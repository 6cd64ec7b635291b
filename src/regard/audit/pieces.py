"""Sequences that have a piece in common but not enough for near duplicates: cut elsewhere, or one inside the other.

Two windows of 300 bases, 100 apart, share two thirds of each and have a Jaccard index below .5. Here the shared k-mers
are counted beside those of the smaller set (containment; Broder 1997). Candidates come from minimizers (Roberts et al.
2004): of every few neighbouring k-mers the one with the smallest hash is kept, so that a shared piece keeps the same
ones wherever it begins. What is reported is counted on all k-mers.
"""

from __future__ import annotations

import numpy as np

from regard.audit.sketch import EMPTY, ROW, K, kmers, mixed, neighbours, shared_kmers
from regard.data.corpus import Corpus
from regard.data.kmers import windows

SEED_K = 16  # bases of a minimizer: two unrelated rows of 300 bases share one with a chance below 1e-4
WINDOW = 10  # k-mers of which one is kept: any piece of 25 bases in common shares one
LEAST = 30  # k-mers in common: 41 bases in a row; less is a repeat, an adapter, a motif


def minimizers(corpus: Corpus, rows: np.ndarray, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The distinct minimizers of rows, either strand alike.

    Returns
    -------
    Places in `rows` and hashes, int64 and uint32, shape (minimizers,), sorted by place.
    """
    places, hashes = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.uint32)]
    for part, codes in corpus.by_length(rows):
        numbers = kmers(codes, SEED_K)
        if not numbers.size:
            continue
        scattered = np.where(numbers == EMPTY, EMPTY, mixed(numbers, seed))
        width = min(WINDOW, scattered.shape[1])
        kept = windows(scattered, width, lambda left, right, *_: np.minimum(left, right))
        new = np.ones(kept.shape, dtype=bool)
        np.not_equal(kept[:, 1:], kept[:, :-1], out=new[:, 1:])
        new &= kept != EMPTY
        places.append(np.repeat(part, new.sum(axis=1)))
        hashes.append(kept[new])
    key = np.unique(np.concatenate(places).astype(np.uint64) << np.uint64(32) | np.concatenate(hashes))
    return (key >> np.uint64(32)).astype(np.int64), key.astype(np.uint32)


def candidates(corpus: Corpus, rows: np.ndarray, least: float, *, seed: int = 0) -> np.ndarray:
    """Pairs of places in `rows` that share at least `least` of the smaller one's minimizers, int64, (pairs, 2).

    Under one minimizer a row meets its neighbours alone (`sketch.neighbours`), so that repeats cannot explode.
    """
    place, hashed = minimizers(corpus, rows, seed=seed)
    size = np.bincount(place, minlength=len(rows))
    order = np.sort(hashed.astype(np.uint64) << ROW | place.astype(np.uint64))
    found = [np.empty(0, dtype=np.int64)]
    found += [pairs[:, 0] * len(rows) + pairs[:, 1] for pairs in neighbours(order)]
    pair, count = np.unique(np.concatenate(found), return_counts=True)
    pairs = np.stack([pair // len(rows), pair % len(rows)], axis=1)
    return pairs[count >= least * size[pairs].min(axis=1)]


def partial_pairs(
    corpus: Corpus, rows: np.ndarray, near: np.ndarray, *, similarity: float = 0.5, k: int = K, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs among `rows` that share `similarity` of the smaller one's k-mers, and less of all that the two have.

    near : pairs known as near duplicates, whose rows are left out where their Jaccard index reaches `similarity`; the
        few that sketches missed are found here.

    Returns
    -------
    int64, shape (pairs, 2), places in the corpus; and the containment of each, shape (pairs,).
    """
    # A fourth: minimizers are longer than what is counted, so that a change costs more of them, and few are kept.
    pairs = rows[candidates(corpus, rows, similarity / 4, seed=seed)]
    shared, left, right = shared_kmers(corpus, pairs[:, 0], pairs[:, 1], k=k)
    smaller, union = np.minimum(left, right), left + right - shared
    known = (shared >= similarity * union) & np.isin(pairs, near).all(axis=1)
    part = (shared >= LEAST) & (shared >= similarity * smaller) & ~known
    return pairs[part], shared[part] / smaller[part]
