"""In-silico mutagenesis: change each base to each other base and see what the model says."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor


@torch.no_grad()
def mutagenesis(score: Callable[[Tensor], Tensor], tokens: Tensor, *, batch: int = 64) -> np.ndarray:
    """Change of the score of one sequence for every single-base substitution.

    Parameters
    ----------
    score : one number a sequence, shape (batch,), from integer tokens, shape (batch, length).
    tokens : shape (length,); 0 to 3 are A, C, G, T.

    Returns
    -------
    mutant − original, shape (length, 4), column = new base; zero where the base is already there.
    """
    length = len(tokens)
    position = torch.arange(length).repeat_interleave(4)
    base = torch.arange(4).repeat(length)
    changes = torch.zeros(length * 4)
    todo = (tokens[position] != base).nonzero().squeeze(1)
    original = score(tokens[None])[0]
    for part in todo.split(batch):
        mutant = tokens.repeat(len(part), 1)
        mutant[torch.arange(len(part)), position[part]] = base[part]
        changes[part] = score(mutant) - original
    return changes.view(length, 4).numpy()


@torch.no_grad()
def transitions(score: Callable[[Tensor], Tensor], tokens: Tensor, *, every: int = 1, batch: int = 8) -> np.ndarray:
    """Absolute change of the score when a base becomes its transition partner (A-G, C-T): a third of the cost.

    Parameters
    ----------
    score, tokens : as for `mutagenesis`.
    every : 6 takes every sixth base, the fourth first.
    batch : neighbours that are scored together, from the first base to the last: a score that reuses what is before
        its first difference (`models.dna_gpt_endings`) wants few.

    Returns
    -------
    shape (length,); NaN at bases left out and at N.
    """
    positions = torch.arange(every // 2, len(tokens), every)
    positions = positions[tokens[positions] < 4]
    changes = torch.full((len(tokens),), float("nan"))
    original = score(tokens[None])[0]
    for part in positions.split(batch):
        mutant = tokens.repeat(len(part), 1)
        mutant[torch.arange(len(part)), part] = (tokens[part] + 2) % 4
        changes[part] = (score(mutant) - original).abs()
    return changes.numpy()


def effect(changes: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """How much a position matters, shape (length,): mean absolute change over the other bases.

    changes (length, 4) from `mutagenesis`; codes (length,), 4 for N, which has four others.
    """
    return np.abs(changes).sum(axis=1) / np.where(codes < 4, 3, 4)
