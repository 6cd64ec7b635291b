"""Features and class logits of a DNA GPT for many sequences of any length."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from regard.core.sequences import complement
from regard.models.dna_gpt import DnaGPT


def pad(sequences: list[np.ndarray]) -> tuple[Tensor, Tensor]:
    """Tokens (batch, longest), filled up with N, and lengths (batch,)."""
    lengths = torch.tensor([len(s) for s in sequences])
    tokens = torch.full((len(sequences), int(lengths.max())), 4)
    for row, sequence in zip(tokens, sequences, strict=True):
        row[: len(sequence)] = torch.from_numpy(sequence)
    return tokens, lengths


def device_of(model: DnaGPT) -> torch.device:
    return model.next_base.weight.device


@torch.inference_mode()
def features_of(
    model: DnaGPT,
    sequences: list[np.ndarray],
    *,
    batch: int = 4,
    both_strands: bool = False,
    advance: Callable[[int], None] = lambda done: None,
) -> Tensor:
    """What the classifiers read, shape (sequences, features), the mean of both strands where asked.

    `advance` is told how many sequences each batch added, for a progress bar.
    """
    order = np.argsort([len(s) for s in sequences], kind="stable")  # little padding
    out = torch.empty(len(sequences), model.config.blocks * model.config.width + 1)
    for part in np.array_split(order, -(-len(order) // batch)):
        strands = [[sequences[i] for i in part]]
        if both_strands:
            strands.append([complement(s)[::-1].copy() for s in strands[0]])
        found = []
        for strand in strands:
            tokens, lengths = (x.to(device_of(model)) for x in pad(strand))
            found.append(model.features(model.states(tokens), tokens, lengths).cpu())
        out[part] = torch.stack(found).mean(dim=0)
        advance(len(part))
    return out


@torch.inference_mode()
def logits_of(model: DnaGPT, task: str, sequences: list[np.ndarray], **how) -> np.ndarray:
    """Class logits, shape (sequences, classes); `how` as in `features_of`.

    A classifier is linear, so that the mean over strands of features gives the mean of logits.
    """
    features = features_of(model, sequences, **how)
    return model.classifiers[task](features.to(device_of(model))).cpu().numpy()
