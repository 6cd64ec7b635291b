"""Class logits of a DNA GPT for many sequences of any length."""

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


@torch.inference_mode()
def logits_of(
    model: DnaGPT,
    task: str,
    sequences: list[np.ndarray],
    *,
    batch: int = 4,
    both_strands: bool = False,
    advance: Callable[[int], None] = lambda done: None,
) -> np.ndarray:
    """Class logits, shape (sequences, classes), the mean of both strands where asked.

    `advance` is told how many sequences each batch added, for a progress bar.
    """
    order = np.argsort([len(s) for s in sequences], kind="stable")  # little padding
    out = [np.empty(0)] * len(sequences)
    for part in np.array_split(order, -(-len(order) // batch)):
        strands = [[sequences[i] for i in part]]
        if both_strands:
            strands.append([complement(s)[::-1].copy() for s in strands[0]])
        logits = torch.stack([model.classify(task, *pad(strand)) for strand in strands]).mean(dim=0)
        for i, row in zip(part, logits.numpy(), strict=True):
            out[i] = row
        advance(len(part))
    return np.stack(out)
