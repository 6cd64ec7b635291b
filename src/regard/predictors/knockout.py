"""Networks from perturbations: what changes when a gene is knocked out."""

from __future__ import annotations

import numpy as np

from regard.data.expression import KINDS, Expression
from regard.errors import InputError
from regard.predictors.edges import predictor


@predictor(
    "knockout-z",
    "how far the target moves when the regulator is knocked out (else down, else over-expressed)",
    "|mean with the knock-out − median| / sd; median and sd of the target over all samples outside time series",
    "Greenfield et al. 2010, PLoS ONE 5:e13397 (median-corrected z)",
    needs="--perturbations",
    signed=True,
)
def knockout_z(expression: Expression, regulators: np.ndarray, **_) -> np.ndarray:
    if expression.perturbation is None:
        raise InputError("method 'knockout-z' needs to know what was done to each sample: add --perturbations FILE")
    values, done = expression.values, expression.perturbation
    if expression.time is not None and np.isnan(expression.time).any():  # responses under way blur the mean
        steady = np.isnan(expression.time)
        values, done = values[steady], done[steady]
    alone = (done > 0).sum(axis=1) == 1  # a sample with two genes knocked out tells of neither
    median, sd = np.median(values, axis=0), values.std(axis=0)
    z = np.zeros((values.shape[1], len(regulators)))
    for column, regulator in enumerate(regulators):
        for kind in range(1, len(KINDS)):
            rows = alone & (done[:, regulator] == kind)
            if rows.any():
                change = values[rows].mean(axis=0) - median
                direction = 1 if KINDS[kind] == "overexpression" else -1  # falls when knocked out: it is activated
                z[:, column] = direction * np.divide(change, sd, out=np.zeros_like(sd), where=sd > 0)
                break
    return z
