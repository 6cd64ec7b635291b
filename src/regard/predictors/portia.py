"""Networks by PORTIA, where the user has it installed."""

from __future__ import annotations

import warnings

import numpy as np

from regard.data.expression import KINDS, Expression
from regard.errors import MissingExtra
from regard.predictors.edges import predictor


@predictor(
    "portia",
    "precision matrix of Box–Cox transformed expression, with knock-outs where they are told",
    "|inverse covariance|, corrected for gene bias, × regression weight (× knock-out z²) × sd of the regulator's row",
    "Passemiers et al. 2022, Bioinformatics 38:2530",
    needs="pip install 'regard[portia]'",
)
def portia(expression: Expression, regulators: np.ndarray, **_) -> np.ndarray:
    try:
        import portia as package
    except ImportError:
        raise MissingExtra("portia-grn", "portia") from None
    dataset = package.GeneExpressionDataset()
    for i, values in enumerate(expression.values):
        out = []
        if expression.perturbation is not None:
            out = np.flatnonzero(expression.perturbation[i] == KINDS.index("knockout")).tolist()
        dataset.add(package.Experiment(i, values.copy(), knockout=out))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on negative values, which it shifts by itself
        return package.run(dataset, tf_idx=regulators, method="fast", verbose=False).T[
            :, regulators
        ]  # its rows are regulators
