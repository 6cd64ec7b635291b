"""How far a label can be told without reading the sequence: from its length, its GC, its dinucleotides, its ends.

A rule is learned on four fifths of the sequences and judged on the last one, five times over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from regard.data.corpus import Corpus
from regard.judge.metrics import Ranking, auroc

LEVELS = 32  # steps into which one number is cut
SAMPLE = 50_000  # sequences whose dinucleotides are counted
CLOSE = 3  # bases: two common lengths as near as this were hardly meant
FOLDS, LEAST = 5, 10  # rows with a label, and without it; fewer say nothing
RIDGE = 1.0

# (which rows to learn from) to scores of the other rows, shape (others, classes): `label` is closed over.
Rule = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Told:
    """How well something alone tells labels.

    `auroc`: of one label against the others, the mean of five folds; NaN with too few rows. `label`: which is told
    best. `accuracy`: share of rows whose label is the best scored; `commonest`: what naming the commonest label gives.
    `noise`: the standard error of `auroc` where there is nothing to tell.
    """

    auroc: float
    label: int
    accuracy: float
    commonest: float
    noise: float


NOTHING = Told(float("nan"), 0, float("nan"), float("nan"), float("nan"))


def fold_of(n: int, seed: int) -> np.ndarray:
    """A fold for each of n items, sizes even."""
    return np.random.default_rng(seed).permutation(n) % FOLDS


def cross_validated(rule: Rule, label: np.ndarray, seed: int = 0) -> Told:
    """How well a rule tells labels, int, shape (rows,), of rows that it has not learned from.

    A label with fewer than ten rows, or all but ten, is not judged; `NOTHING` where none is.
    """
    count = np.bincount(label)
    enough = (count >= LEAST) & (len(label) - count >= LEAST)
    if not enough.any():
        return NOTHING
    value, weight, right, fold = np.zeros(len(count)), np.zeros(len(count)), 0, fold_of(len(label), seed)
    for k in range(FOLDS):
        held = fold == k
        score = rule(~held)
        right += (score.argmax(axis=1) == label[held]).sum()
        for c in np.flatnonzero(enough):
            one = auroc(Ranking(score[:, c]), label[held] == c)
            if not np.isnan(one):
                value[c], weight[c] = value[c] + one, weight[c] + 1
    mean = np.where(enough & (weight > 0), value / np.maximum(weight, 1), -1)
    best = len(mean) - 1 - int(mean.round(9)[::-1].argmax())  # of two, the second: the first is the background
    if mean[best] < 0:
        return NOTHING
    positive, rest = count[best], len(label) - count[best]
    noise = np.sqrt((len(label) + FOLDS) / (12 * positive * rest))  # Mann-Whitney, five folds of a fifth
    return Told(float(mean[best]), best, right / len(label), count.max() / len(label), float(noise))


def one_hot(label: np.ndarray) -> np.ndarray:
    return (label[:, None] == np.arange(label.max() + 1)).astype(float)


def by_levels(values: np.ndarray, label: np.ndarray) -> Rule:
    """The share of each label at each of up to 32 levels of one number.

    So "only 199 bp is a negative" counts as much as "longer is positive".
    """
    is_label = one_hot(label)

    def rule(learn: np.ndarray) -> np.ndarray:
        cuts = np.unique(np.quantile(values[learn], np.linspace(0, 1, LEVELS + 1)[1:-1]))
        level = np.searchsorted(cuts, values, side="left") * 2 + np.isin(values, cuts)  # at a cut, or between two
        level = np.unique(level, return_inverse=True)[1]
        count = np.zeros((level.max() + 1, is_label.shape[1]))
        np.add.at(count, level[learn], is_label[learn])
        share = (count + is_label[learn].mean(axis=0)) / (count.sum(axis=1, keepdims=True) + 1)
        return share[level[~learn]]

    return rule


def by_ridge(features: np.ndarray, label: np.ndarray) -> Rule:
    """A weighted sum of features, shape (rows, features), for each label, by ridge regression."""
    is_label = one_hot(label)
    return lambda learn: ridge(features[learn], is_label[learn], features[~learn])


def ridge(x: np.ndarray, y: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Predictions for `other`, shape (others, outputs), of a regression of y on standardised x."""
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    x, middle = (x - mean) / spread, y.mean(axis=0)
    weight = np.linalg.solve(x.T @ x + RIDGE * np.eye(x.shape[1]), x.T @ (y - middle))
    return (other - mean) / spread @ weight + middle


def by_one_number(values: np.ndarray, labels: np.ndarray, seed: int = 0) -> float:
    """AUROC of telling labels (bool) by one number alone; .5 is none. NaN with too few of either."""
    return cross_validated(by_levels(values, labels.astype(int)), labels.astype(int), seed).auroc


def by_composition(shares: np.ndarray, labels: np.ndarray, seed: int = 0) -> float:
    """AUROC of telling labels (bool) by a weighted sum of `shares`, shape (items, features); .5 is none.

    NaN with too few of either.
    """
    return cross_validated(by_ridge(shares, labels.astype(int)), labels.astype(int), seed).auroc


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
