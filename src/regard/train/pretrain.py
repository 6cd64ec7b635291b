"""Teach a DNA GPT to predict the next base of a genome, on both strands."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from regard.data.sequences import complement
from regard.train.genome import Genome


def draw(genome: Genome, starts: np.ndarray, length: int, n: int, rng: np.random.Generator):
    """Windows of random strand: codes and repeat mask, each shape (n, length)."""
    at = rng.choice(starts, n)[:, None] + np.arange(length)
    codes, masked = genome.codes[at], genome.masked[at]
    flip = rng.random(n) < 0.5
    codes[flip] = complement(codes[flip])[:, ::-1]
    masked[flip] = masked[flip, ::-1]
    return codes, masked


def next_base_loss(logits: Tensor, tokens: Tensor, weight: Tensor) -> Tensor:
    """Weighted mean cross-entropy in nats of each base given those before it; N is not scored.

    logits (batch, length, 4), tokens (batch, length), weight (batch, length).
    """
    target, weight = tokens[:, 1:], weight[:, 1:] * (tokens[:, 1:] < 4)
    loss = F.cross_entropy(logits[:, :-1].reshape(-1, 4), target.clamp(max=3).reshape(-1), reduction="none")
    return (loss * weight.reshape(-1)).sum() / weight.sum().clamp(min=1e-9)


def pretraining(
    genome: Genome, *, batch: int, length: int, repeat_weight: float, device: torch.device | str = "cpu"
) -> Callable[[nn.Module, np.random.Generator, int], dict[str, Tensor]]:
    """The loss for `fit`: next-base cross-entropy, bases of repeats weighing `repeat_weight`."""
    starts = genome.window_starts(length)

    def losses(model, rng, _):
        codes, masked = draw(genome, starts, length, batch, rng)
        tokens = torch.from_numpy(codes).long().to(device)
        weight = torch.where(torch.from_numpy(masked), repeat_weight, 1.0).to(device)
        return {"nats": next_base_loss(model(tokens), tokens, weight)}

    return losses


def bits_per_base(
    genome: Genome, *, length: int, windows: int, seed: int, device: torch.device | str = "cpu"
) -> Callable[[nn.Module], dict[str, float]]:
    """The figures for `fit`: bits per base on fixed held-out windows, unique sequence and repeats apart.

    The first 64 bases of each window are context only.
    """
    rng = np.random.default_rng(seed)
    codes, masked = draw(genome, genome.window_starts(length), length, windows, rng)

    def validate(model):
        bits = np.concatenate(
            [
                cross_entropy_bits(model, torch.from_numpy(part).long().to(device))
                for part in np.array_split(codes, -(-windows // 32))
            ]
        )
        bits, repeat = bits[:, 63:], masked[:, 64:]
        return {
            "bits": float(bits.mean()),
            "bits_unique": float(bits[~repeat].mean()),
            "bits_repeats": float(bits[repeat].mean()),
        }

    return validate


@torch.no_grad()
def cross_entropy_bits(model: nn.Module, tokens: Tensor) -> np.ndarray:
    """Bits of each base but the first, shape (batch, length - 1)."""
    logp = F.log_softmax(model(tokens)[:, :-1].float(), dim=-1)
    return -(logp.gather(2, tokens[:, 1:, None]).squeeze(2) / math.log(2)).cpu().numpy()
