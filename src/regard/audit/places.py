"""What single places tell about labels: a prefix, a suffix, bases at positions in between.

A place counts for what it has beyond the composition of its own sequence (1 at the base that stands there, minus the
share of each base in the sequence), so that GC-rich promoters are not told by every place of theirs.
"""

from __future__ import annotations

import numpy as np

from regard.audit.shortcuts import Rule, one_hot, ridge
from regard.data.corpus import Corpus

EDGE, PLACES = 20, 1000  # bases of a prefix and a suffix; the positions that are looked at
VALUES = 24_000_000  # features in memory: 20,000 sequences of 300 bases
STRONG, MOST = 4.0, 300  # standard errors from which on a place is used, and as many features at most
PREFIX, SUFFIX, INSIDE = "prefix", "suffix", "position"


def edge_of(length: np.ndarray) -> int:
    """Bases that count as an end, of sequences of these lengths: 20, or a fourth of the shorter ones."""
    return int(min(EDGE, np.quantile(length, 0.05) // 4))


def aligned(corpus: Corpus, rows: np.ndarray, first: int, last: int, *, from_end: bool = False) -> np.ndarray:
    """Codes of places `first` to `last` of each row, counted from its start or back from its end, N outside it.

    from_end : place 0 is the last base.

    Returns
    -------
    uint8, shape (rows, last - first).
    """
    at = np.arange(first, last)
    length = corpus.length[rows][:, None]
    inside = at < length
    place = (length - 1 - at if from_end else at) + corpus.start[rows][:, None]
    return np.where(inside, corpus.codes[np.where(inside, place, 0)], np.uint8(4))


def beyond_composition(codes: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """1 at the base of each place minus its share in the sequence, 0 at N; float32, shape (rows, places × 4).

    shares : of the four bases, shape (rows, 4).
    """
    known = (codes < 4)[:, :, None]
    features = (codes[:, :, None] == np.arange(4, dtype=np.uint8)) - shares[:, None, :].astype(np.float32)
    return (features * known).reshape(len(codes), -1)


def base_shares(corpus: Corpus, rows: np.ndarray) -> np.ndarray:
    """Shares of A, C, G, T among the known bases of rows, shape (rows, 4)."""
    out = np.zeros((len(rows), 4))
    for part, codes in corpus.by_length(rows):
        count = np.stack([(codes == base).sum(axis=1) for base in range(4)], axis=1)
        out[part] = count / np.maximum(count.sum(axis=1, keepdims=True), 1)
    return out


def strength(features: np.ndarray, label: np.ndarray) -> np.ndarray:
    """How far each feature's mean in a label is from that in the others, in standard errors, (labels, features)."""
    is_label = one_hot(label).astype(np.float32)
    count = is_label.sum(axis=0)[:, None]
    total, square = is_label.T @ features, is_label.T @ features**2
    rest = len(label) - count
    mean, other = total / np.maximum(count, 1), (total.sum(axis=0) - total) / np.maximum(rest, 1)
    spread = square / np.maximum(count, 1) - mean**2
    spread_of_others = (square.sum(axis=0) - square) / np.maximum(rest, 1) - other**2
    error = np.sqrt((spread.clip(0) + 1e-3) / np.maximum(count, 1) + (spread_of_others.clip(0) + 1e-3) / rest.clip(1))
    return (mean - other) / error


def by_places(features: np.ndarray, label: np.ndarray) -> Rule:
    """A weighted sum of the places that differ between labels; where none does, nothing is told."""
    is_label = one_hot(label)

    def rule(learn: np.ndarray) -> np.ndarray:
        far = np.abs(strength(features[learn], label[learn])).max(axis=0)
        used = np.argsort(-far, kind="stable")[:MOST]
        used = used[far[used] > STRONG]
        if not len(used):
            return np.tile(is_label[learn].mean(axis=0), ((~learn).sum(), 1))
        x = features[:, used].astype(float)
        return ridge(x[learn], is_label[learn], x[~learn])

    return rule


def fixed_word(codes: np.ndarray, label: np.ndarray) -> tuple[int, np.ndarray, float, float]:
    """The word at the first places that most sets a label apart: label, codes, its share in it, and in the others.

    codes : places counted from the end in question, shape (rows, places).
    """
    found = []
    for one in np.unique(label):
        chosen, alike, word = label == one, np.ones(len(codes), dtype=bool), []
        best = (-1.0, 0.0, 0.0, codes[0, :0])
        for at in range(codes.shape[1]):  # the commonest base after the word so far
            word.append(np.bincount(codes[alike & chosen, at], minlength=5).argmax())
            alike = alike & (codes[:, at] == word[-1])
            if not alike[chosen].any():
                break
            inside, outside = float(alike[chosen].mean()), float(alike[~chosen].mean())
            if inside - outside >= best[0]:
                best = (inside - outside, inside, outside, np.array(word, dtype=np.uint8))
        found.append((best[0], int(one), best))
    _, one, (_, inside, outside, word) = max(found, key=lambda each: each[0])
    return one, word, inside, outside


def strongest(codes: np.ndarray, features: np.ndarray, label: np.ndarray) -> tuple[int, int, int, float, float]:
    """The base at a place that most sets a label apart: label, place, code, its share in it, and in the others."""
    one, at = np.unravel_index(strength(features, label).argmax(), (label.max() + 1, features.shape[1]))
    place, base = divmod(int(at), 4)
    here, chosen = codes[:, place] == base, label == one
    return int(one), place, base, float(here[chosen].mean()), float(here[~chosen].mean())
