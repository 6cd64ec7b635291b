"""A DNA GPT on sequences that begin alike: what is before their first difference is computed once.

A causal model reads a base without looking ahead, so that states, keys and values before the first
difference are those of the sequence read first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.overrides import TorchFunctionMode

from regard.models.dna_gpt.model import DnaGPT


class KeysAndValues(TorchFunctionMode):
    """Where the model calls the fused attention: keep keys and values, or put kept ones before its own."""

    def __init__(self, kept: list[tuple[Tensor, Tensor]], start: int | None = None):
        super().__init__()
        self.kept, self.start = kept, start
        self.before: Iterator[tuple[Tensor, Tensor]] = iter(kept)

    def __torch_function__(self, func, types, args=(), kwargs=None):
        if func is not F.scaled_dot_product_attention:
            return func(*args, **(kwargs or {}))
        q, k, v = args
        if self.start is None:
            self.kept.append((k, v))
            return func(q, k, v, is_causal=True)
        k, v = (
            torch.cat([old[:, :, : self.start].expand(len(new), -1, -1, -1), new], dim=2)
            for old, new in zip(next(self.before), (k, v), strict=True)
        )
        visible = torch.ones(q.shape[2], k.shape[2], dtype=torch.bool, device=q.device).tril(self.start)
        return func(q, k, v, attn_mask=visible)


@torch.no_grad()
def features_after(model: DnaGPT, sequence: Tensor) -> Callable[[Tensor], Tensor]:
    """A function that gives the features of variants of a sequence, (batch, features), as `model.features` does.

    sequence : tokens, shape (length,); variants : tokens, shape (batch, length), at little cost where they
        differ from it late only.
    """
    kept: list[tuple[Tensor, Tensor]] = []
    with KeysAndValues(kept):
        first = model.states(sequence[None])

    def features(variants: Tensor) -> Tensor:
        differs = (variants != sequence).any(dim=0)
        start = int(differs.int().argmax()) if differs.any() else 0
        x = model.embedded(variants)[:, start:]
        states = []
        with KeysAndValues(kept, start):
            for block, before in zip(model.blocks, first, strict=True):
                x = block(x, model.turn[start : len(sequence)])
                states.append(torch.cat([before[:, :start].expand(len(x), -1, -1), x], dim=1))
        lengths = torch.full((len(variants),), len(sequence), device=variants.device)
        return model.features(states, variants, lengths)

    return features
