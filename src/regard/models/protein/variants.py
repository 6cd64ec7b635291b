"""What one substitution changes in a protein encoder: attention and likelihood."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from regard.data.proteins import AMINO_ACIDS
from regard.data.variants import Variant
from regard.models.capture import capture
from regard.models.protein.likelihood import masked_log_likelihoods
from regard.models.protein.model import ProteinModel

VALUES = 60_000_000  # attention values of a layer read together, 240 MB
NEAR = 6  # residues; a change nearer than that to the substitution is expected


@dataclass(frozen=True)
class Effect:
    """One substitution against the sequence as it is; heads are layers × heads, layer by layer.

    expected : (20,): probability of each of `AMINO_ACIDS` where the residue is hidden from the model.
    moved : (heads,): share of attention that goes elsewhere, half the summed absolute difference of a residue's
        attention, mean over residues; 0 none, 1 all.
    received : (heads, L): mean attention that a residue gets from the others, mutant minus wild type.
    """

    variant: Variant
    expected: np.ndarray
    moved: np.ndarray
    received: np.ndarray

    @property
    def ratio(self) -> float:
        """Natural log of p(mutant) / p(wild type) of the hidden residue (masked marginal, Meier et al. 2021).

        Below 0 the model finds the mutant less likely.
        """
        mutant, wild = (self.expected[AMINO_ACIDS.index(a)] for a in (self.variant.mutant, self.variant.wild))
        return float(np.log(mutant) - np.log(wild))

    @property
    def far(self) -> float:
        """Largest change of attention received, mean of heads, six or more residues from the substitution."""
        away = np.abs(np.arange(self.received.shape[1]) - self.variant.position) >= NEAR
        profile = np.abs(self.received.mean(axis=0))
        return float(profile[away].max()) if away.any() else 0.0


def effects(
    model: ProteinModel,
    sequence: str,
    variants: Sequence[Variant],
    *,
    advance: Callable[[int], object] = lambda done: None,
) -> list[Effect]:
    """The effect of each substitution by itself; `advance` is told of substitutions done, twice each.

    A protein longer than the model reads must be cut first, see `window_of`.
    """
    size, heads = len(sequence), model.layers * model.heads
    places = sorted({v.position for v in variants})
    log_p = masked_log_likelihoods(model, sequence, places)
    at = {place: row for row, place in enumerate(places)}
    expected = [np.exp(log_p[at[v.position]]) for v in variants]
    advance(len(variants))
    moved, received = np.zeros((len(variants), heads)), np.zeros((len(variants), heads, size))
    step = max(1, VALUES // (model.heads * (size + 2) ** 2) - 1)
    for first in range(0, len(variants), step):
        some = variants[first : first + step]
        at_once = slice(first, first + len(some))

        def receive(layer: int, attention: np.ndarray, at_once=at_once) -> None:
            change = attention[1:] - attention[:1]  # (batch, heads, query, key)
            inside = slice(layer * model.heads, (layer + 1) * model.heads)
            moved[at_once, inside] = np.abs(change).sum(axis=3).mean(axis=2) / 2
            others = change.sum(axis=2) - np.diagonal(change, axis1=2, axis2=3)
            received[at_once, inside] = others / max(size - 1, 1)

        together(model, [sequence, *(v.apply(sequence) for v in some)], receive)
        advance(len(some))
    return [Effect(*one) for one in zip(variants, expected, moved, received, strict=True)]


@torch.no_grad()
def together(model: ProteinModel, sequences: list[str], each: Callable[[int, np.ndarray], None]) -> None:
    """Attention between residues of sequences of one length, (batch, heads, query, key), a layer at a time."""
    inside = model.residues(len(sequences[0]))

    def receive(layer: int, attention: torch.Tensor) -> None:
        each(layer, attention[:, :, inside, inside].float().cpu().numpy())

    with capture(model.network, model.seam, layers=model.layers, each=receive):
        model.forward(torch.cat([model.tokens(one) for one in sequences]))


def window_of(model: ProteinModel, length: int, position: int) -> tuple[int, int]:
    """The stretch around a position that the model reads at once, 0-based half-open."""
    size = min(length, model.longest)
    start = int(np.clip(position - size // 2, 0, length - size))
    return start, start + size
