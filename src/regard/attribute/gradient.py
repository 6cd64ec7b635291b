"""Gradient × input: how much each base of this sequence moves a class score."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from regard.core.tokens import laid_on_units
from regard.models.reader import Reader


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


def gradient_x_embedding(of: Reader, sequence: str, score: Callable[[Tensor], Tensor]) -> np.ndarray:
    """Absolute gradient × embedding of each unit that a model with a classifier reads, shape (length,).

    score : from logits, (batch, classes), to one number a sequence. A token's value is laid on all that it covers;
    special tokens have none.
    """
    assert of.embedding is not None and of.logits is not None
    ids, table = of.tokens(sequence)
    kept: list[Tensor] = []

    def keep(_module, _inputs, output: Tensor) -> Tensor:
        kept.append(output.detach().requires_grad_())
        return kept[-1]

    handle = of.embedding.register_forward_hook(keep)
    try:
        with torch.enable_grad():
            (gradient,) = torch.autograd.grad(score(of.logits(ids[None]).float().cpu()).sum(), kept[0])
    finally:
        handle.remove()
    values = (gradient * kept[0].detach()).sum(dim=-1)[0].abs().float().cpu().numpy()
    return laid_on_units(values, table[["start", "end"]].to_numpy())
