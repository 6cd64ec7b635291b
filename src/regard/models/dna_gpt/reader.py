"""A DNA GPT as a Reader: a letter is a token, and what N is."""

from __future__ import annotations

import pandas as pd
import torch
from torch import Tensor

from regard.core.tokens import token_table
from regard.data.sequences import encode
from regard.models.dna_gpt.model import DnaGPT
from regard.models.dna_gpt.predict import device_of
from regard.models.reader import Reader, register


@register
def read(model: DnaGPT, *, name: str = "DNA GPT") -> Reader:
    """Bases up to `model.config.longest`; attention of every block."""

    def tokens(sequence: str) -> tuple[Tensor, pd.DataFrame]:
        return torch.from_numpy(encode(sequence)).long(), token_table(list(sequence))

    return Reader(
        name,
        "base",
        tokens,
        lambda ids: model.states(ids.to(device_of(model))),
        model,
        layers=model.config.blocks,
        causal=True,
        longest=model.config.longest,
        untrained=lambda seed: read(untrained(model, seed), name=f"{name}, random weights"),
    )


def untrained(model: DnaGPT, seed: int) -> DnaGPT:
    """The same architecture with random weights, and the random numbers of others left as they were."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return DnaGPT(model.config).eval().to(device_of(model))
