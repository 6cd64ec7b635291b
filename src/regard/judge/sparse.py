"""Sparse logistic regression over attention heads."""

from __future__ import annotations

import warnings

import numpy as np


def sparse_logistic(features: np.ndarray, labels: np.ndarray, seed: int, strength: float) -> np.ndarray | None:
    """Coefficients, shape (heads,), of an L1-penalised regression, or None where all are zero.

    Parameters
    ----------
    features : float, shape (rows, heads).
    labels : bool, shape (rows,), of both kinds.
    strength : scikit-learn's C: a smaller one leaves fewer heads.

    References
    ----------
    Rao et al. 2021 (ICLR), where rows are pairs of residues and labels contacts.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.filterwarnings("ignore", "Inconsistent values: penalty")
        warnings.simplefilter("ignore", FutureWarning)
        model = LogisticRegression(penalty="l1", C=strength, solver="liblinear", random_state=seed, max_iter=200)
        model.fit(features, labels)
    return model.coef_[0] if model.coef_.any() else None
