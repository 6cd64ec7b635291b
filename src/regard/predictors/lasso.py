"""Networks from the lasso: the order in which regulators enter each target's regression."""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import lars_path

from regard.data.expression import Expression
from regard.predictors.edges import predictor
from regard.predictors.targets import each_target

STEPS = 200  # of the path; a regulator that has not entered by then has score 0


def fit(x: np.ndarray, y: np.ndarray, seed: int) -> np.ndarray:
    """Penalty at which each regulator enters, with the sign it enters with; 0 for those that never do."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the end of a path where samples are few
        penalties, _, coefficients = lars_path(x, y, method="lasso", max_iter=STEPS)
    there = coefficients != 0  # (regulators, steps); at step k the penalty fell from penalties[k - 1]
    first = there.argmax(axis=1)
    entered = np.flatnonzero(there.any(axis=1))
    score = np.zeros(x.shape[1])
    score[entered] = penalties[first[entered] - 1] * np.sign(coefficients[entered, first[entered]])
    return score


@predictor(
    "lasso",
    "lasso for each target: regulators that enter at a large penalty matter most",
    "largest λ at which the coefficient in min ‖y − Xβ‖² / 2n + λ‖β‖₁ is not 0",
    "Tibshirani 1996; Efron et al. 2004",
    signed=True,
    by_target=True,
)
def lasso(expression: Expression, regulators: np.ndarray, **how) -> np.ndarray:
    return each_target(fit, expression, regulators, **how)
