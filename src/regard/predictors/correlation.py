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
    return same_both_ways(np.corrcoef(expression.values, rowvar=False))


@predictor(
    "spearman",
    "rank correlation of target and regulator; the same both ways",
    "Pearson's r of the ranks",
    "Spearman 1904",
    signed=True,
)
def spearman(expression: Expression, regulators: np.ndarray, **_) -> np.ndarray:
    return same_both_ways(np.corrcoef(rankdata(expression.values, axis=0), rowvar=False))


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
    return same_both_ways(-precision / scale[:, None] / scale)


def same_both_ways(table: np.ndarray) -> np.ndarray:
    """Symmetric to the last bit: else rounding, not data, would rank one direction of a pair above the other."""
    return (table + table.T) / 2
