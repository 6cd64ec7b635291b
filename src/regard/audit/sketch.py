"""Near duplicates among many sequences, on either strand.

Similarity is the Jaccard index of the two sets of k-mers (an N breaks a k-mer, strands are alike).
Candidates come from sketches: one hash of all k-mers, its range cut into bins, the smallest hash of
each bin kept (one-permutation MinHash; Li, Owen & Zhang 2012), and pairs of bins that agree (locality
sensitive hashing; Indyk & Motwani 1998). What is reported is counted on the full sets of k-mers.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from regard.data.corpus import CHUNK, Corpus
from regard.data.kmers import kmer_numbers, without_n

K = 12
BINS = 32  # in LSH by two: at similarity .5, 1 - (1 - .5²)^16 = 99 % become candidates
EMPTY = np.uint32(0xFFFFFFFF)
NEIGHBOURS = 8  # a row is compared with that many in its bucket, so that Alu or poly-A cannot explode
ROW = np.uint64(26)  # bits for the row where a key and a row share 64 bits


def mixed(numbers: np.ndarray, seed: int) -> np.ndarray:
    """Scatter 32-bit numbers one to one (the finaliser of MurmurHash3, Appleby), by a seed."""
    h = numbers ^ np.random.default_rng(seed).integers(0, 1 << 32, dtype=np.uint32)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        h ^= h >> np.uint32(shift)
        h *= np.uint32(factor)
    h ^= h >> np.uint32(16)
    return h


def kmers(codes: np.ndarray, k: int) -> np.ndarray:
    """Numbers of the k-mers, EMPTY for those with N; shape (sequences, k-mers)."""
    if codes.shape[1] < k:
        return np.empty((len(codes), 0), dtype=np.uint32)
    numbers = kmer_numbers(codes, k)
    if codes.max(initial=0) > 3:
        numbers[~without_n(codes, k)] = EMPTY
    return numbers


def sketches(corpus: Corpus, rows: np.ndarray, *, k: int = K, bins: int = BINS, seed: int = 0) -> np.ndarray:
    """The smallest hash in each bin of each sequence, EMPTY where a bin has none.

    Parameters
    ----------
    bins : a power of two.

    Returns
    -------
    uint32, shape (rows, bins).
    """
    out = np.full((len(rows), bins), EMPTY)
    shift = np.uint32(32 - bins.bit_length() + 1)
    for part, codes in corpus.by_length(rows):
        numbers = kmers(codes, k)
        if not numbers.size:
            continue
        hashes = np.where(numbers == EMPTY, EMPTY, mixed(numbers, seed))
        hashes.sort(axis=1)
        bin_of = hashes >> shift
        first = np.ones(bin_of.shape, dtype=bool)
        np.not_equal(bin_of[:, 1:], bin_of[:, :-1], out=first[:, 1:])
        which = np.repeat(part, first.sum(axis=1))
        out[which, bin_of[first]] = hashes[first]
    return out


def candidates(sketch: np.ndarray, similarity: float) -> np.ndarray:
    """Pairs of rows that agree in two neighbouring bins and, over all bins, look similar enough.

    Returns
    -------
    int64, shape (pairs, 2), smaller row first, each pair once.
    """
    n, bins = sketch.shape
    least = similarity - 2 * np.sqrt(similarity * (1 - similarity) / bins)  # two standard errors below
    found = [np.empty((0, 2), dtype=np.int64)]
    for band in range(0, bins, 2):
        left, right = sketch[:, band].astype(np.uint64), sketch[:, band + 1].astype(np.uint64)
        there = (left != EMPTY) | (right != EMPTY)
        key = ((left << np.uint64(32) | right) * np.uint64(0x9E3779B97F4A7C15)) >> ROW  # 38 bits: a hash
        order = np.sort(key[there] << ROW | np.flatnonzero(there).astype(np.uint64))
        for pairs in neighbours(order):
            for part in np.array_split(pairs, len(pairs) // CHUNK + 1):
                a, b = sketch[part[:, 0]], sketch[part[:, 1]]
                used = (a != EMPTY) | (b != EMPTY)
                agree = ((a == b) & used).sum(axis=1)
                found.append(part[agree >= least * used.sum(axis=1)])
    pairs = np.concatenate(found)
    pair = np.unique(pairs[:, 0] * n + pairs[:, 1])
    return np.stack([pair // n, pair % n], axis=1)


def neighbours(order: np.ndarray) -> Iterator[np.ndarray]:
    """Pairs of rows at most NEIGHBOURS apart under one key, from sorted keys with rows, shape (pairs, 2)."""
    key, row = order >> ROW, (order & np.uint64((1 << int(ROW)) - 1)).astype(np.int64)
    for step in range(1, NEIGHBOURS + 1):
        same = np.flatnonzero(key[step:] == key[:-step])
        if not len(same):
            return
        yield np.stack([row[same], row[same + step]], axis=1)


def distinct(numbers: np.ndarray) -> np.ndarray:
    """Sort each row and put EMPTY in place of what repeats."""
    numbers = np.sort(numbers, axis=1)
    numbers[:, 1:][numbers[:, 1:] == numbers[:, :-1]] = EMPTY
    return numbers


def shared_kmers(corpus: Corpus, a: np.ndarray, b: np.ndarray, *, k: int = K) -> tuple[np.ndarray, ...]:
    """How many k-mers a and b have in common, strands alike, and how many each has; int, shape (pairs,) each."""
    out = np.zeros((3, len(a)), dtype=np.int64)
    longest = np.maximum(corpus.length[a], corpus.length[b])
    order = np.argsort(longest, kind="stable")
    cost = np.cumsum(longest[order])
    for part in np.split(order, np.flatnonzero(np.diff(cost // CHUNK)) + 1):
        left = distinct(kmers(corpus.padded(a[part]), k))
        right = distinct(kmers(corpus.padded(b[part]), k))
        both = np.sort(np.concatenate([left, right], axis=1), axis=1)
        out[0, part] = ((both[:, 1:] == both[:, :-1]) & (both[:, 1:] != EMPTY)).sum(axis=1)
        out[1, part], out[2, part] = (left != EMPTY).sum(axis=1), (right != EMPTY).sum(axis=1)
    return tuple(out)


def jaccard(corpus: Corpus, a: np.ndarray, b: np.ndarray, *, k: int = K) -> np.ndarray:
    """Shared over all k-mers of sequences a and b, strands alike; float, shape (pairs,). NaN without k-mers."""
    shared, left, right = shared_kmers(corpus, a, b, k=k)
    union = left + right - shared
    return np.where(union > 0, shared / np.maximum(union, 1), np.nan)


def near_pairs(corpus: Corpus, rows: np.ndarray, *, similarity: float = 0.5, k: int = K, seed: int = 0):
    """Pairs among `rows` whose Jaccard index of k-mers is at least `similarity`.

    Returns
    -------
    int64, shape (pairs, 2), places in the corpus; and the Jaccard index of each, shape (pairs,).
    """
    pairs = rows[candidates(sketches(corpus, rows, k=k, seed=seed), similarity)]
    value = jaccard(corpus, pairs[:, 0], pairs[:, 1], k=k)
    return pairs[value >= similarity], value[value >= similarity]
