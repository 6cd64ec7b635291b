"""Predicted initiation and motif activations of many sequences: what questions need, at little cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from regard.models.initiation.flanks import fill_flanks
from regard.models.initiation.model import PARTS, InitiationModel, one_hot, summed_effects
from regard.models.initiation.tracks import AT_ONCE


@dataclass(frozen=True)
class Reading:
    """What an initiation model reads in one sequence.

    Attributes
    ----------
    initiation : shape (2, length), ln(initiation + 1) on the given and on the other strand, mean of the assays.
    activation : shape (motifs, length), in the order of the model's config.
    flanks : true, partly true or random.
    strength : the highest initiation on either strand; with flanks that are not all true, a little inside the
        edges, where what is read is the sequence's own.
    """

    initiation: np.ndarray
    activation: np.ndarray
    flanks: str
    strength: float


@torch.inference_mode()
def read_many(
    model: InitiationModel,
    sequences: list[str],
    ids: list[str],
    *,
    flanks: dict[str, tuple[str, str]] | None = None,
    draws: int = 4,
    seed: int = 0,
    advance: Callable[[int], None] = lambda done: None,
) -> list[Reading]:
    """Read each sequence between its true flanks, or as the mean over `draws` random ones.

    flanks : by id, as `find_flanks` gives them.
    """
    config, rng, out = model.config, np.random.default_rng(seed), []
    strands = [np.array([name.endswith(strand) for name in config.targets]) for strand in "+-"]
    margin = max(config.width.values()) // 2
    for name, sequence in zip(ids, sequences, strict=True):
        before, after = (flanks or {}).get(name, ("", ""))
        kind, filled = fill_flanks(name, sequence, before, after, config.flank, draws, rng)
        parts = [read(model, filled[i : i + AT_ONCE]) for i in range(0, len(filled), AT_ONCE)]
        prediction, activation = (torch.cat(part).mean(dim=0).numpy() for part in zip(*parts, strict=True))
        initiation = np.stack([prediction[of].mean(axis=0) for of in strands if of.any()])
        edge = 0 if kind == "true" else min(margin, (len(sequence) - 1) // 2)
        strength = float(initiation[:, edge : len(sequence) - edge].max())
        out.append(Reading(initiation, activation, kind, strength))
        advance(1)
    return out


def read(model: InitiationModel, filled: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
    """Predictions (batch, targets, inner) and motif activations (batch, motifs, inner) of long sequences."""
    x, flank = one_hot(filled), model.config.flank
    active = {part: model.activations(x, part) for part in PARTS}
    total = sum(summed_effects(active[part], model.effect[part]) for part in PARTS) + model.bias[:, None]
    inner = slice(flank, x.shape[2] - flank)
    return F.softplus(total)[..., inner], active["motif"][..., inner]
