"""What one fitted TabPFN does with its columns, without its attention: each is shuffled, followed or added."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from regard.attribute.integrated_gradients import integrated_gradients
from regard.attribute.occlusion import occlusion
from regard.attribute.shapley import shapley
from regard.models.tabpfn.regressor import prompt_of

if TYPE_CHECKING:
    from tabpfn import TabPFNRegressor

SHUFFLES, STEPS, ORDERS = 2, 12, 4  # of occlusion, integrated gradients, Shapley values


def column_scores(regressor: TabPFNRegressor, x: np.ndarray, y: np.ndarray, name: str, *, seed: int = 0) -> np.ndarray:
    """One of `tabpfn_methods.PERTURBATION` for each column, shape (columns,), in units of the target's spread.

    Parameters
    ----------
    x, y : what `regressor` was fitted on, whose rows are predicted again, as for attention.
    """

    def predict(rows: np.ndarray) -> np.ndarray:
        return regressor.predict(rows) / y.std()

    if name == "tabpfn.occlusion":
        return occlusion(predict, x, repeats=SHUFFLES, seed=seed)
    if name == "tabpfn.shapley":
        return np.abs(shapley(predict, x, samples=ORDERS, seed=seed)).mean(axis=0)
    return np.abs(gradients(regressor, x)).mean(axis=0)


def gradients(regressor: TabPFNRegressor, x: np.ndarray) -> np.ndarray:
    """Integrated gradients of each row's mean prediction from the mean row, in standard deviations, shape of x."""
    with prompt_of(regressor) as prompt:
        regressor.predict(x[:1])
    assert prompt.x is not None and prompt.y is not None
    model, known, y = regressor.models_[0], prompt.x[: len(x)].clone(), prompt.y.clone()

    def score(rows: Tensor) -> Tensor:
        logits = model(torch.cat([known, rows[:, None]]), y) / regressor.softmax_temperature_  # as `predict` has it
        return regressor.znorm_space_bardist_.mean(logits).reshape(-1)

    with torch.enable_grad():
        rows = known[:, 0]
        return integrated_gradients(score, rows, rows.mean(dim=0), steps=STEPS)
