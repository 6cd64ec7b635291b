"""Integrated gradients: the gradient of a prediction, summed along the way from a baseline to the row."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor


def integrated_gradients(
    score: Callable[[Tensor], Tensor], x: Tensor, baseline: Tensor, *, steps: int = 16
) -> np.ndarray:
    """What each column adds to each row's score over that of the baseline, signed.

    Parameters
    ----------
    score : one number a row, shape (rows,), from a table, shape (rows, columns); a row's number depends on that row
        alone.
    baseline : the row to start from, shape (columns,), or one for each row.
    steps : points of the Gauss–Legendre rule along the straight path.

    Returns
    -------
    shape (rows, columns); a row's sum tends to score(row) − score(baseline) (Sundararajan et al. 2017, equation 1).
    """
    nodes, weights = np.polynomial.legendre.leggauss(steps)
    total = torch.zeros_like(x)
    for node, weight in zip((nodes + 1) / 2, weights / 2, strict=True):  # from [−1, 1] to [0, 1]
        point = (baseline + float(node) * (x - baseline)).detach().requires_grad_()
        (gradient,) = torch.autograd.grad(score(point).sum(), point)
        total += float(weight) * gradient
    return ((x - baseline) * total).detach().cpu().numpy()
