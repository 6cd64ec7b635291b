"""A head for enhancers on the features of a trunk that stays as it is.

Multinomial logistic regression on the standardised features, the mean of both strands because an
enhancer has no direction; its penalty is chosen by cross-validation over families; the scale goes
into the weights, so that the head is one linear layer.
"""

from __future__ import annotations

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, matthews_corrcoef

from regard.train.families import folds

SEED = 3
PENALTIES = (3e-4, 1e-3, 3e-3)  # scikit-learn's C: smaller is stronger


def fit_head(x: np.ndarray, y: np.ndarray, penalty: float, weights: np.ndarray | None = None):
    """Weight (classes, features) and bias (classes,) for x as it is; `weights` of the rows, (rows,)."""
    centre, scale = x.mean(axis=0), x.std(axis=0) + 1e-6
    fit = LogisticRegression(C=penalty, max_iter=500, tol=1e-3).fit((x - centre) / scale, y, weights)
    weight = fit.coef_ / scale
    return weight, fit.intercept_ - weight @ centre


def cross_validate(x, y, fold, penalty) -> tuple[float, float]:
    """Log loss and Matthews correlation of predictions for each fold by the others."""
    logits = np.empty((len(y), y.max() + 1))
    for held in np.unique(fold):
        weight, bias = fit_head(x[fold != held], y[fold != held], penalty)
        logits[fold == held] = x[fold == held] @ weight.T + bias
    shares = torch.softmax(torch.from_numpy(logits), dim=1).numpy()
    return log_loss(y, shares), matthews_corrcoef(y, logits.argmax(axis=1))


def choose(x, y, family, *, penalties=PENALTIES, n: int = 5, seed: int = SEED) -> tuple[float, float]:
    """The lowest cross-validated log loss (smoother than a correlation), and the penalty that gives it."""
    fold = folds(family, n, seed)
    return min((cross_validate(x, y, fold, penalty)[0], penalty) for penalty in penalties)
