"""Gradient × input of a protein encoder's own predictions: which residues does it use to predict each one?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from regard.data.proteins import AMINO_ACIDS
from regard.models.protein.model import ProteinModel
from regard.models.protein.windows import spans_of

TOKENS = 2048  # of all backward passes that are made as one: a quarter faster than one by one, for short proteins


def gradient_pairs(
    model: ProteinModel, sequence: str, *, advance: Callable[[int], object] = lambda done: None
) -> np.ndarray:
    """|gradient × input| of each residue's own log likelihood with respect to every residue's embedding.

    A backward pass for each residue, nothing masked. Long proteins are read window by window and the first
    window that holds a pair near its middle counts.

    Returns
    -------
    Shape (L, L), row = the residue predicted, column = the residue used; NaN for pairs that no window holds
    and for rows of letters that are none of the 20 amino acids.
    """
    out = np.full((len(sequence), len(sequence)), np.nan)
    depth = np.full(out.shape, -1)
    for start, stop in spans_of(model, len(sequence)):
        part = one_window(model, sequence[start:stop], advance)
        edge = np.minimum(np.arange(stop - start), np.arange(stop - start)[::-1])
        inner = np.minimum(edge[:, None], edge)
        at = slice(start, stop)
        better = inner > depth[at, at]
        out[at, at] = np.where(better, part, out[at, at])
        depth[at, at] = np.maximum(inner, depth[at, at])
    return out


def one_window(model: ProteinModel, sequence: str, advance: Callable[[int], object]) -> np.ndarray:
    held: list[torch.Tensor] = []

    def keep(_module, _inputs, output: torch.Tensor) -> torch.Tensor:
        held.append(output.detach().requires_grad_())
        return held[-1]

    hook = model.network.get_input_embeddings().register_forward_hook(keep)
    try:
        with torch.enable_grad():
            log_p = model.logits(model.tokens(sequence), len(sequence))[0].log_softmax(dim=-1)
    finally:
        hook.remove()
    embedded, inside = held[0], model.residues(len(sequence))
    values = embedded.detach()
    out = np.full((len(sequence), len(sequence)), np.nan)
    usual = [(i, AMINO_ACIDS.index(letter)) for i, letter in enumerate(sequence) if letter in AMINO_ACIDS]
    own = log_p[tuple(torch.tensor(usual, device=log_p.device).T)]
    each = torch.eye(len(own), device=log_p.device)
    together = max(1, TOKENS // len(sequence))
    for first in range(0, len(usual), together):
        some = slice(first, first + together)
        (gradient,) = torch.autograd.grad(own, embedded, each[some], retain_graph=True, is_grads_batched=True)
        out[[i for i, _ in usual[some]]] = (gradient * values)[:, 0, inside].sum(dim=-1).abs().cpu().numpy()
        advance(len(usual[some]))
    advance(len(sequence) - len(usual))
    return out


def symmetric(pairs: np.ndarray) -> np.ndarray:
    """Mean of both directions with the average product taken off, for contacts; where one is missing, the other."""
    other = pairs.T
    both = np.where(np.isnan(pairs), other, np.where(np.isnan(other), pairs, (pairs + other) / 2))
    total = np.nansum(both)
    expected = np.outer(np.nansum(both, axis=1), np.nansum(both, axis=0)) / total if total > 0 else 0
    return both - expected


def position_scores(pairs: np.ndarray) -> np.ndarray:
    """How much the predictions of the other residues depend on each residue, shape (L,)."""
    others = pairs.copy()
    np.fill_diagonal(others, np.nan)
    return np.nanmean(others, axis=0)
