"""Tiny transformers whose attention is known: set by hand, or random in the same architecture."""

from __future__ import annotations

import re

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

HEADS = ("TATA", "previous", "uniform")
SHARP = 20.0  # difference of logits; e^-20 is 2e-9


class Toy(nn.Module):
    """One layer, three heads, over tokens (batch, length) of A, C, G, T, N = 0 to 4.

    Each base is described by 9 features: its one-hot, whether it lies in a word that the detector
    knows, a one, its position / 100 and the square of that. As with `DnaGPT`, one-hot rows
    (batch, length, 5) do as well. Returns two logits for each base, shape (batch, length, 2).
    """

    def __init__(self, heads: int = 3, size: int = 2):
        super().__init__()
        self.heads = heads
        self.word = nn.Conv1d(5, 1, 4)  # above zero at the first base of a word it knows
        self.cover = nn.Conv1d(1, 1, 4, bias=False)  # spreads that over the word's four bases
        self.query = nn.Linear(9, heads * size, bias=False)
        self.key = nn.Linear(9, heads * size, bias=False)
        self.value = nn.Linear(9, heads * size, bias=False)
        self.out = nn.Linear(heads * size, 2, bias=False)

    def features(self, tokens: Tensor) -> Tensor:
        one_hot = tokens if tokens.is_floating_point() else F.one_hot(tokens, 5).float()
        first = F.relu(self.word(F.pad(one_hot.transpose(1, 2), (0, 3))))  # (B, 1, T)
        inside = self.cover(F.pad(first, (3, 0))).clamp(0, 1).transpose(1, 2)  # (B, T, 1)
        position = torch.arange(one_hot.shape[1]).expand(len(one_hot), -1).unsqueeze(2) / 100
        return torch.cat([one_hot, inside, torch.ones_like(position), position, position**2], dim=2)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.features(tokens)
        q, k, v = (
            layer(x).unflatten(2, (self.heads, -1)).transpose(1, 2)  # (B, heads, T, size)
            for layer in (self.query, self.key, self.value)
        )
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True, scale=1.0)
        return self.out(y.transpose(1, 2).flatten(2))


def random_model(seed: int) -> Toy:
    """The same architecture with random weights."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return Toy().eval()


def planted_model() -> Toy:
    """Head 0 attends to every base of a TATA, head 1 to the previous base, head 2 to all alike.

    Where no TATA lies at or before the query, head 0 is uniform; the first base can only attend to
    itself. The second logit is the attention of head 0 that falls into TATAs, the first is zero.
    """
    model = Toy().eval()
    inside, one, position, square = 5, 6, 7, 8  # columns of the features
    with torch.no_grad():
        for weights in model.parameters():
            weights.zero_()
        for place, letter in enumerate("TATA"):
            model.word.weight[0, "ACGTN".index(letter), place] = 1
        model.word.bias -= 3  # all four letters must fit
        model.cover.weight += 1
        model.query.weight[0, one] = SHARP
        model.key.weight[0, inside] = 1
        # −c (i − 1 − j)² has its top at j = i − 1 and is, but for a constant, 2c (i − 1) j − c j²
        sharp = SHARP * 100**2  # positions come divided by 100
        model.query.weight[2, position], model.query.weight[2, one] = 2 * sharp, -2 * sharp / 100
        model.query.weight[3, one] = -sharp
        model.key.weight[2, position] = model.key.weight[3, square] = 1
        model.value.weight[0, inside] = model.out.weight[1, 0] = 1
    return model


def planted_attention(sequence: str) -> np.ndarray:
    """What `planted_model` attends to, (3 heads, query, key), found without it."""
    n = len(sequence)
    inside = np.zeros(n)
    for match in re.finditer("(?=TATA)", sequence):
        inside[match.start() : match.start() + 4] = 1
    causal = np.tril(np.ones((n, n)))
    seen = causal * inside
    tata = np.where(seen.any(axis=1, keepdims=True), seen, causal)
    previous = np.eye(n, k=-1)
    previous[0, 0] = 1
    maps = np.stack([tata, previous, causal])
    return maps / maps.sum(axis=2, keepdims=True)
