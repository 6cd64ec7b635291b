"""Networks from partial information decomposition: what two genes share that no third one has."""

from __future__ import annotations

import numpy as np
from scipy.stats import gamma

from regard.data.expression import Expression
from regard.errors import InputError
from regard.predictors.edges import predictor
from regard.predictors.mutual_information import bins

MOST_GENES = 5000  # the distribution of a gene's scores takes those with all genes, whichever may regulate


@predictor(
    "pidc",
    f"share of two genes' information that no third gene has, up to {MOST_GENES:,} genes; the same both ways",
    "F_X(u) + F_Y(u), u = Σ_Z U_Z(X; Y) / I(X; Y) + Σ_Z U_Z(Y; X) / I(X; Y); F: gamma distribution of a gene's u",
    "Chan et al. 2017, Cell Systems 5:251 (bins as of mutual-information; gamma by moments)",
)
def pidc(expression: Expression, regulators: np.ndarray, **_) -> np.ndarray:
    genes = len(expression.genes)
    if not 3 <= genes <= MOST_GENES:
        raise InputError(f"method 'pidc' takes 3 to {MOST_GENES:,} genes that vary, here are {genes}; choose another")
    unique = unique_shares(bins(expression.values))
    unique = unique + unique.T
    apart = ~np.eye(genes, dtype=bool)
    mean = unique.sum(axis=1, where=apart) / (genes - 1)
    variance = np.maximum(((unique - mean[:, None]) ** 2).sum(axis=1, where=apart) / (genes - 1), 1e-12)
    mean = np.maximum(mean, 1e-12)
    below = gamma.cdf(unique, (mean**2 / variance)[:, None], scale=(variance / mean)[:, None])
    return (below + below.T)[:, regulators]


def unique_shares(binned: np.ndarray) -> np.ndarray:
    """For target Y and source X the sum over Z of U_Z(X; Y) / I(X; Y), shape (genes, genes), row = Y; 0 where I is 0.

    U_Z(X; Y) = I(X; Y) − Σ_y p(y) min(I(y; X), I(y; Z)): Williams & Beer's redundancy, of the specific information
    I(y; X) = Σ_x p(x | y) ln(p(x | y) / p(x)). Of sorted values the sum over Z of the smaller of two is a sum up to
    the one, and the one times how many are larger: no loop over triples.

    binned : int, shape (samples, genes).
    """
    samples, genes = binned.shape
    count = binned.max() + 1
    inside = (binned[:, None, :] == np.arange(count)[:, None]).astype(np.float32)  # (samples, bins, genes)
    share = inside.mean(axis=0, dtype=float)  # (bins, genes)
    flat, found = inside.reshape(samples, -1), np.zeros((genes, genes))
    larger = np.arange(genes - 2, -1, -1)  # how many sources come after each in order
    for target in range(genes):
        there = share[:, target] > 0
        prior, sources = share[there, target], np.delete(np.arange(genes), target)
        joint = (inside[:, there, target].T @ flat / samples).reshape(len(prior), count, genes)[:, :, sources]
        given = joint.astype(float) / prior[:, None, None]
        ratio = np.divide(given, share[:, sources], out=np.ones_like(given), where=given > 0)
        specific = np.maximum((given * np.log(ratio)).sum(axis=1), 0)  # (states, sources)
        order = np.argsort(specific, axis=1, kind="stable")
        ranked = np.take_along_axis(specific, order, axis=1)
        smaller = np.cumsum(ranked, axis=1) - ranked + ranked * larger
        redundant = np.empty_like(specific)
        np.put_along_axis(redundant, order, smaller, axis=1)
        information = prior @ specific
        shared = np.divide(prior @ redundant, information, out=np.full(genes - 1, genes - 2.0), where=information > 0)
        found[target, sources] = np.maximum(genes - 2 - shared, 0)  # rounding alone goes below
    return found
