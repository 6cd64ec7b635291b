"""A model that reads windows of a genome as a Reader: Enformer's bins are its tokens."""

from __future__ import annotations

import pandas as pd
import torch
from torch import Tensor

from regard.core.tokens import token_table
from regard.data.sequences import encode
from regard.errors import InputError
from regard.models.genomic import GenomicModel
from regard.models.reader import Reader, register


@register
def read(model: GenomicModel) -> Reader:
    """Windows of exactly `model.length` bases; a token is a bin of them. Raises InputError without attention."""
    if model.attend is None:
        raise InputError(f"{model.name} has no attention to read")
    drawn = model.untrained

    def tokens(sequence: str) -> tuple[Tensor, pd.DataFrame]:
        if len(sequence) != model.length:
            raise InputError(f"{len(sequence)} bases; {model.name} reads windows of exactly {model.length}")
        bins = [sequence[at : at + model.bin] for at in range(0, model.length, model.bin)]
        return torch.from_numpy(encode(sequence)).long(), token_table(bins, size=model.bin)

    return Reader(
        model.name,
        "base",
        tokens,
        lambda ids: model.module(ids),
        model.module,
        attend=model.attend,
        causal=model.causal,
        longest=model.length,
        untrained=None if drawn is None else lambda seed: read(drawn(seed)),
    )
