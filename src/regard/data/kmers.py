"""Every k-mer of a sequence at once: as a hash, or as a number; the same for both strands."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from regard.data.sequences import complement

ODD = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio


def windows(one: np.ndarray, k: int, join: Callable) -> np.ndarray:
    """The value of every k neighbours along the last axis, from values of 1, 2, 4, 8 … neighbours.

    `join(left, right, n_left, n_right)` gives the value of two parts side by side: about 2 log2(k)
    passes over the array in place of k.
    """
    power, size = one, 1
    whole, done = None, 0
    while True:
        if k & size:
            n = one.shape[-1] - done - size + 1
            part = power[..., done : done + n]
            whole = part if whole is None else join(whole[..., :n], part, done, size)
            done += size
        if done == k:
            return whole
        power = join(power[..., :-size], power[..., size:], size, size)
        size *= 2


def without_n(codes: np.ndarray, k: int) -> np.ndarray:
    """Which k-mers have no N: bool, shape (…, length - k + 1)."""
    before = np.zeros((*codes.shape[:-1], codes.shape[-1] + 1), dtype=np.int32)
    np.cumsum(codes > 3, axis=-1, out=before[..., 1:])
    return before[..., k:] == before[..., :-k]


def kmer_hashes(codes: np.ndarray, k: int) -> np.ndarray:
    """A 64-bit hash of every k-mer without N, the same for both strands.

    The sum of (code + 1) · g^i over the k-mer, modulo 2^64; the smaller of both strands.

    Parameters
    ----------
    codes : uint8, shape (length,), as `encode` gives them.

    Returns
    -------
    uint64, shape (k-mers without N,), in order.
    """
    if len(codes) < k:
        return np.empty(0, dtype=np.uint64)
    shift = np.uint64(ODD) ** np.arange(k + 1, dtype=np.uint64)  # wraps around: a hash
    forward = codes.astype(np.uint64) + np.uint64(1)
    forward = windows(forward, k, lambda left, right, n, _: left + shift[n] * right)
    backward = complement(codes).astype(np.uint64) + np.uint64(1)
    backward = windows(backward, k, lambda left, right, _, n: right + shift[n] * left)
    return np.minimum(forward, backward)[without_n(codes, k)]


def kmer_numbers(codes: np.ndarray, k: int) -> np.ndarray:
    """Every k-mer as a number in base 4, the smaller of both strands; k-mers with N as if N were A.

    Parameters
    ----------
    codes : uint8, shape (…, length), length at least k.
    k : at most 16; then different k-mers have different numbers.

    Returns
    -------
    uint32, shape (…, length - k + 1).
    """
    base = np.where(codes < 4, codes, 0).astype(np.uint32)
    forward = windows(base, k, lambda left, right, _, n: (left << np.uint32(2 * n)) | right)
    backward = windows(np.uint32(3) - base, k, lambda left, right, n, _: left | (right << np.uint32(2 * n)))
    return np.minimum(forward, backward)
