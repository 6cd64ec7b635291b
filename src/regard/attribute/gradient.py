"""Gradient × input: how much each base of this sequence moves a class score."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor


def gradient_x_input(
    score: Callable[[Tensor], Tensor], tokens: Tensor, *, letters: int = 5, centre: bool = False
) -> np.ndarray:
    """Absolute gradient × input at each position.

    Parameters
    ----------
    score : one number a sequence, shape (batch,), from one-hot rows, shape (batch, length, letters).
    tokens : integers, shape (batch, length); the first four letters are A, C, G, T.
    centre : subtract the mean over the four nucleotides from the gradient first, which removes what
        lies outside the space of one-hot sequences (Majdandzic et al. 2023).

    Returns
    -------
    shape (batch, length); the absolute value is taken after the sum over nucleotides (Avsec et al.
    2021, Methods).
    """
    one_hot = F.one_hot(tokens, letters).float().requires_grad_()
    (gradient,) = torch.autograd.grad(score(one_hot).sum(), one_hot)
    if centre:
        gradient = gradient - gradient[..., :4].mean(dim=-1, keepdim=True)
    return (gradient * one_hot.detach()).sum(dim=-1).abs().numpy()
