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
    model: ProteinModel,
    sequence: str,
    *,
    rows: np.ndarray | None = None,
    advance: Callable[[int], object] = lambda done: None,
) -> np.ndarray:
    """|gradient × input| of each residue's own log likelihood with respect to every residue's embedding.

    A backward pass for each residue, nothing masked. Long proteins are read window by window and the first
    window that holds a pair near its middle counts.

    Parameters
    ----------
    rows : int, the residues to predict, 0-based; all if left out.
    advance : called with how many more were asked.

    Returns
    -------
    Shape (L, L), row = the residue predicted, column = the residue used; NaN for pairs that no window holds
    and for rows that were not asked or whose letter is none of the 20 amino acids.
    """
    rows = np.arange(len(sequence)) if rows is None else rows
    out = np.full((len(sequence), len(sequence)), np.nan)
    depth = np.full(out.shape, -1)
    for start, stop in spans_of(model, len(sequence)):
        here = [int(row) - start for row in rows if start <= row < stop and sequence[row] in AMINO_ACIDS]
        if not here:
            continue
        part = one_window(model, sequence[start:stop], here, advance)
        edge = np.minimum(np.arange(stop - start), np.arange(stop - start)[::-1])
        inner = np.minimum(edge[:, None], edge)
        at = slice(start, stop)
        better = inner > depth[at, at]
        out[at, at] = np.where(better, part, out[at, at])
        depth[at, at] = np.maximum(inner, depth[at, at])
    return out


def one_window(model: ProteinModel, sequence: str, rows: list[int], advance: Callable[[int], object]) -> np.ndarray:
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
    own = log_p[rows, [AMINO_ACIDS.index(sequence[row]) for row in rows]]
    each = torch.eye(len(own), device=log_p.device)
    together = max(1, TOKENS // len(sequence))
    for first in range(0, len(rows), together):
        some = slice(first, first + together)
        (gradient,) = torch.autograd.grad(own, embedded, each[some], retain_graph=True, is_grads_batched=True)
        out[rows[some]] = (gradient * values)[:, 0, inside].sum(dim=-1).abs().cpu().numpy()
        advance(len(rows[some]))
    return out


def symmetric(pairs: np.ndarray) -> np.ndarray:
    """Mean of both directions with the average product taken off, for contacts; where one is missing, the other."""
    other = pairs.T
    both = np.where(np.isnan(pairs), other, np.where(np.isnan(other), pairs, (pairs + other) / 2))
    total = np.nansum(both)
    expected = np.outer(np.nansum(both, axis=1), np.nansum(both, axis=0)) / total if total > 0 else 0
    return both - expected


def position_scores(pairs: np.ndarray) -> np.ndarray:
    """How much the predictions of the other residues that were asked depend on each residue, (L,); NaN for none."""
    there = ~np.isnan(pairs) & ~np.eye(len(pairs), dtype=bool)
    count = there.sum(axis=0)
    return np.where(there, pairs, 0).sum(axis=0) / np.where(count > 0, count, np.nan)
