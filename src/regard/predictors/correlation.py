"""Networks from correlation: Pearson, Spearman and partial."""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata
from sklearn.covariance import LedoitWolf, ledoit_wolf_shrinkage

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
    values /= values.std(axis=0)
    samples, genes = values.shape
    shrinkage = float(ledoit_wolf_shrinkage(values, assume_centered=True)) if samples < genes else 0.0
    if 0 < shrinkage < 1:
        precision, diagonal = inverse_by_samples(values, shrinkage, regulators)
    else:  # a table of genes × genes is no larger than that of the expression
        inverse = np.linalg.inv(LedoitWolf(assume_centered=True).fit(values).covariance_)
        precision, diagonal = inverse[:, regulators], np.diag(inverse)
    scale = np.sqrt(diagonal)
    precision /= -scale[:, None]
    precision /= scale[regulators]
    return same_both_ways(precision, regulators)


def inverse_by_samples(values: np.ndarray, shrinkage: float, regulators: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Columns of the inverse of a shrunk covariance and its diagonal, (genes, regulators) and (genes,).

    Of fewer samples than genes, by Woodbury's identity: no table of genes × genes is made.

    values : (samples, genes), of mean 0.
    """
    samples, genes = values.shape
    ridge = shrinkage * float((values**2).sum()) / (samples * genes)
    inner = np.linalg.inv(values @ values.T + np.eye(samples) * (ridge * samples / (1 - shrinkage)))
    half = inner @ values  # (samples, genes)
    columns = -(values.T @ half[:, regulators])
    columns[regulators, range(len(regulators))] += 1
    return columns / ridge, (1 - np.einsum("sg,sg->g", values, half)) / ridge


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
