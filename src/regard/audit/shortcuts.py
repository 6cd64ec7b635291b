"""How far a label can be told without reading the sequence: from its length, its GC, its dinucleotides."""

from __future__ import annotations

import numpy as np

from regard.data.corpus import Corpus
from regard.judge.metrics import Ranking, auroc

LEVELS = 32  # steps into which one number is cut
SAMPLE = 50_000  # sequences whose dinucleotides are counted
CLOSE = 3  # bases: two common lengths as near as this were hardly meant


def halves(n: int, seed: int) -> np.ndarray:
    """Which of n items a rule is learned on; it is measured on the others."""
    return np.random.default_rng(seed).random(n) < 0.5


def by_one_number(values: np.ndarray, labels: np.ndarray, seed: int = 0) -> float:
    """AUROC of telling labels (bool) by one number alone; .5 is none. NaN with too few of either.

    The share of positives at each of up to 32 levels is learned on one half and ranks the other,
    so that "only 199 bp is a negative" counts as much as "longer is positive".
    """
    learn = halves(len(values), seed)
    if min(labels[learn].sum(), (~labels[learn]).sum(), labels[~learn].sum(), (~labels[~learn]).sum()) < 5:
        return float("nan")
    cuts = np.unique(np.quantile(values[learn], np.linspace(0, 1, LEVELS + 1)[1:-1]))
    level = np.searchsorted(cuts, values, side="left") * 2 + np.isin(values, cuts)  # at a cut, or between two
    level = np.unique(level, return_inverse=True)[1]
    every = np.bincount(level[learn], minlength=level.max() + 1)
    positive = np.bincount(level[learn], weights=labels[learn], minlength=level.max() + 1)
    share = (positive + labels[learn].mean()) / (every + 1)
    return auroc(Ranking(share[level[~learn]]), labels[~learn])


def by_composition(shares: np.ndarray, labels: np.ndarray, seed: int = 0) -> float:
    """AUROC of telling labels (bool) by a weighted sum of `shares`, shape (items, features); .5 is none.

    Weights by ridge regression on one half, measured on the other.
    """
    learn = halves(len(shares), seed)
    if min(labels[learn].sum(), (~labels[learn]).sum(), labels[~learn].sum(), (~labels[~learn]).sum()) < 20:
        return float("nan")
    x = (shares - shares[learn].mean(axis=0)) / (shares[learn].std(axis=0) + 1e-9)
    y = labels[learn] - labels[learn].mean()
    weight = np.linalg.solve(x[learn].T @ x[learn] + np.eye(x.shape[1]), x[learn].T @ y)
    return auroc(Ranking(x[~learn] @ weight), labels[~learn])


def gc_share(corpus: Corpus) -> np.ndarray:
    """G and C among the known bases of each sequence, shape (sequences,)."""
    out = np.zeros(len(corpus))
    for part, codes in corpus.by_length(np.arange(len(corpus))):
        gc = ((codes == 1) | (codes == 2)).sum(axis=1)
        out[part] = gc / np.maximum((codes < 4).sum(axis=1), 1)
    return out


def dinucleotides(corpus: Corpus, rows: np.ndarray) -> np.ndarray:
    """Share of each of the 16 dinucleotides, shape (rows, 16)."""
    out = np.zeros((len(rows), 16))
    for part, codes in corpus.by_length(rows):
        known = (codes[:, 1:] < 4) & (codes[:, :-1] < 4)
        pair = codes[:, :-1] * 4 + codes[:, 1:] + 16 * np.arange(len(part))[:, None]
        count = np.bincount(pair[known], minlength=16 * len(part)).reshape(len(part), 16)
        out[part] = count / np.maximum(count.sum(axis=1, keepdims=True), 1)
    return out


def sample(rows: np.ndarray, seed: int) -> np.ndarray:
    """At most SAMPLE of the rows, in order."""
    if len(rows) <= SAMPLE:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, SAMPLE, replace=False))


def close_lengths(length: np.ndarray) -> tuple[int, int] | None:
    """The two commonest lengths where sequences were meant to be of one length and are not.

    At most five lengths make up 95 % of the rows, and two of them, with 1 % or more, differ by 1 to
    3 bases.
    """
    value, count = np.unique(length, return_counts=True)
    order = np.argsort(-count, kind="stable")[:5]
    if count[order].sum() < 0.95 * len(length):
        return None
    common = value[order][count[order] >= max(0.01 * len(length), 5)]
    pairs = [(int(a), int(b)) for i, a in enumerate(common) for b in common[i + 1 :] if abs(a - b) <= CLOSE]
    return pairs[0] if pairs else None
