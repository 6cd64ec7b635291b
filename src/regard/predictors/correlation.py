"""Networks from correlation: Pearson, Spearman and partial."""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata
from sklearn.covariance import LedoitWolf

from regard.data.expression import Expression
from regard.predictors.edges import predictor


@predictor(
    "pearson",
    "Pearson correlation of target and regulator; the same both ways",
    "r = cov(target, regulator) / (sd sd)",
    "Pearson 1895",
    signed=True,
)
def pearson(expression: Expression, regulators: np.ndarray, **_) -> np.ndarray:
    return correlated(expression.values, regulators)


@predictor(
    "spearman",
    "rank correlation of target and regulator; the same both ways",
    "Pearson's r of the ranks",
    "Spearman 1904",
    signed=True,
)
def spearman(expression: Expression, regulators: np.ndarray, **_) -> np.ndarray:
    return correlated(rankdata(expression.values, axis=0), regulators)


@predictor(
    "partial",
    "correlation of target and regulator given all other genes, covariance shrunk; the same both ways",
    "−P_ij / √(P_ii P_jj), P the inverse of the shrunk correlation matrix",
    "Ledoit & Wolf 2004; Schäfer & Strimmer 2005",
    signed=True,
)
def partial(expression: Expression, regulators: np.ndarray, **_) -> np.ndarray:
    values = expression.values - expression.values.mean(axis=0)
    precision = np.linalg.inv(LedoitWolf(assume_centered=True).fit(values / values.std(axis=0)).covariance_)
    scale = np.sqrt(np.diag(precision))
    return same_both_ways((-precision / scale[:, None] / scale)[:, regulators], regulators)


def correlated(values: np.ndarray, regulators: np.ndarray) -> np.ndarray:
    """Pearson's r of every gene and every regulator, shape (genes, regulators); no table of all pairs is made."""
    z = values - values.mean(axis=0)
    z /= np.sqrt((z**2).sum(axis=0))
    return same_both_ways(z.T @ z[:, regulators], regulators)


def same_both_ways(table: np.ndarray, regulators: np.ndarray) -> np.ndarray:
    """Symmetric to the last bit: else rounding, not data, would rank one direction of a pair above the other."""
    among = table[regulators]
    table[regulators] = (among + among.T) / 2
    return table
