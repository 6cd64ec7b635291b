"""Teach a DNA GPT to tell classes of sequences apart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import matthews_corrcoef
from torch import Tensor, nn

from regard.data.sequences import complement
from regard.models.dna_gpt.predict import device_of, logits_of, pad


def classification(
    task: str, sequences: list[np.ndarray], labels: np.ndarray, *, batch: int, both_strands: bool
) -> Callable[[nn.Module, np.random.Generator, int], dict[str, Tensor]]:
    """The loss for `fit`: cross-entropy on random batches, on a random strand where strands are equal."""

    def losses(model, rng, _):
        chosen = rng.integers(0, len(sequences), batch)
        flip = both_strands & (rng.random(batch) < 0.5)
        drawn = [
            complement(sequences[i])[::-1].copy() if turn else sequences[i]
            for i, turn in zip(chosen, flip, strict=True)
        ]
        chosen_labels = torch.from_numpy(labels[chosen]).long()
        tokens, lengths, wanted = (x.to(device_of(model)) for x in (*pad(drawn), chosen_labels))
        return {"cross_entropy": F.cross_entropy(model.classify(task, tokens, lengths), wanted)}

    return losses


def held_out_mcc(
    task: str, sequences: list[np.ndarray], labels: np.ndarray, *, both_strands: bool
) -> Callable[[nn.Module], dict[str, float]]:
    """The figures for `fit`: Matthews correlation on held-out sequences."""

    def validate(model):
        predicted = logits_of(model, task, sequences, both_strands=both_strands).argmax(axis=1)
        return {"mcc": float(matthews_corrcoef(labels, predicted))}

    return validate
