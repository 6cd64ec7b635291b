"""What a linear head reaches on families that it has not seen: each fold's head is fitted to the others."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from regard.train.families import folds

FOLDS = 5
STRENGTHS = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)  # inverse of the penalty; the choice is made on families held out inside
UNSEEN = -20.0  # log odds of a class that no training row has
DRAWS = 200


@dataclass(frozen=True)
class Linear:
    """weight : (classes, features). bias : (classes,)."""

    weight: np.ndarray
    bias: np.ndarray

    def logits(self, features: np.ndarray) -> np.ndarray:
        return features @ self.weight.T + self.bias


def fit(features: np.ndarray, label: np.ndarray, classes: int, strength: float) -> Linear:
    """Logistic regression with a quadratic penalty on standardised features, written for features as they are."""
    mean, spread = features.mean(axis=0), features.std(axis=0)
    spread = np.where(spread > 1e-8, spread, 1.0)
    there = np.unique(label)
    weight, bias = np.zeros((classes, features.shape[1])), np.full(classes, UNSEEN)
    if len(there) == 1:
        bias[there] = 0.0
        return Linear(weight, bias)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # close enough: the penalty was chosen among tens
        fitted = LogisticRegression(C=strength, max_iter=300).fit((features - mean) / spread, label)
    if len(there) == 2:  # one row for the second class against the first
        weight[there[1]], bias[there[0]], bias[there[1]] = fitted.coef_[0], 0.0, fitted.intercept_[0]
    else:
        weight[there], bias[there] = fitted.coef_, fitted.intercept_
    weight /= spread
    return Linear(weight, bias - weight @ mean)


def chosen(features: np.ndarray, label: np.ndarray, family: np.ndarray, classes: int, seed: int) -> Linear:
    """A head on all rows, with the penalty that predicts a fourth of the families best from the others.

    features : (rows, features), or (strands, rows, features): then each strand is a row of its own.
    """
    many = features if features.ndim == 3 else features[None]
    inner = folds(family, 4, seed) == 0

    def on(rows: np.ndarray, strength: float) -> Linear:
        return fit(np.concatenate([one[rows] for one in many]), np.tile(label[rows], len(many)), classes, strength)

    loss = []
    for strength in STRENGTHS:
        logits = on(~inner, strength).logits(np.concatenate([one[inner] for one in many]))
        logits -= logits.max(axis=1, keepdims=True)
        of_label = logits[np.arange(len(logits)), np.tile(label[inner], len(many))]
        loss.append((np.log(np.exp(logits).sum(axis=1)) - of_label).mean())
    return on(np.ones(len(label), dtype=bool), STRENGTHS[int(np.argmin(loss))])


def held_out(
    features: np.ndarray, label: np.ndarray, family: np.ndarray, classes: int, *, both_strands: bool, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Logits of each row from a head that no relative of it was shown, and the fold that each row is in.

    features : (strands, rows, features); heads are fitted to the first strand, or to all where strands are alike.

    Returns
    -------
    float, shape (strands, rows, classes); int, shape (rows,).
    """
    fold = folds(family, FOLDS, seed)
    out = np.full((*features.shape[:2], classes), np.nan)
    for k in np.unique(fold):
        shown = fold != k
        some = features[:, shown] if both_strands else features[0, shown]
        head = chosen(some, label[shown], family[shown], classes, seed)
        for strand, one in enumerate(features):
            out[strand, ~shown] = head.logits(one[~shown])
    return out, fold


def figures(logits: np.ndarray, label: np.ndarray, family: np.ndarray, seed: int) -> dict[str, float]:
    """Matthews correlation with its 95 % interval over families, accuracy, and AUROC (the mean over classes)."""
    classes, predicted = logits.shape[1], logits.argmax(axis=1)
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    place, rng = np.unique(family, return_inverse=True)[1], np.random.default_rng(seed)
    count = place.max() + 1
    each = np.zeros((count, classes, classes))
    np.add.at(each, (place, label, predicted), 1)
    each = each.reshape(count, -1)
    drawn = np.stack([np.bincount(rng.integers(0, count, count), minlength=count) @ each for _ in range(DRAWS)])
    low, high = np.percentile(matthews(drawn.reshape(DRAWS, classes, classes)), (2.5, 97.5))
    return {
        "mcc": float(matthews(each.sum(axis=0).reshape(classes, classes))),
        "low": float(low),
        "high": float(high),
        "accuracy": float((predicted == label).mean()),
        "auroc": float(np.mean([roc_auc_score(label == c, p[:, c]) for c in range(classes)])),
    }


def matthews(table: np.ndarray) -> np.ndarray:
    """Matthews correlation of tables of label × predicted, shape (…, classes, classes); for many classes as Gorodkin's.

    0 where only one class is there or predicted.
    """
    every, right = table.sum(axis=(-2, -1)), np.trace(table, axis1=-2, axis2=-1)
    given, said = table.sum(axis=-1), table.sum(axis=-2)
    spread = (every**2 - (given**2).sum(axis=-1)) * (every**2 - (said**2).sum(axis=-1))
    return np.where(spread > 0, right * every - (given * said).sum(axis=-1), 0) / np.sqrt(
        np.where(spread > 0, spread, 1)
    )


def as_table(rows: dict[tuple[str, str], np.ndarray], label: np.ndarray, family: np.ndarray, seed: int) -> pd.DataFrame:
    """One row of figures a kind of features and strand, whose logits are given."""
    table = [
        {"features": what, "strand": strand} | figures(logits, label, family, seed)
        for (what, strand), logits in rows.items()
    ]
    return pd.DataFrame(table).assign(sequences=len(label), families=len(np.unique(family)))
