"""Borzoi (Linder et al. 2025) of the package borzoi-pytorch as a Reader: a token is a bin of 128 bases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from regard.core.tokens import token_table
from regard.data.sequences import encode
from regard.errors import InputError
from regard.models.hugging_face.reader import random_twin
from regard.models.reader import BY_NAME, Reader

SIZE = 128  # bases of a token: seven times the length is halved before the first block
ATTENTION = r"transformer\.\d+\.0\.fn\.1\.attn_dropout"


def read(model: nn.Module, *, name: str | None = None) -> Reader:
    """Windows of any whole number of bins from which the model's crop leaves something.

    Raises
    ------
    InputError
        The model is in training mode, or has flash attention, whose maps are never computed.
    """
    name = name or type(model).__name__
    if model.training:
        raise InputError(f"{name} is in training mode; call model.eval() first")
    if getattr(model, "flashed", False):
        raise InputError(
            f"{name}: flash attention computes no maps that could be taken out; load weights whose config has no "
            '"flashed": true (each released replicate has such a twin)'
        )
    # What comes out has bins of 32 bases, of Prime 16; the crop takes so many of them from the middle.
    out = 16 if hasattr(model, "unet2") else 32
    shortest = max(SIZE, model.crop.target_length * out)

    def tokens(sequence: str) -> tuple[Tensor, pd.DataFrame]:
        if len(sequence) % SIZE or len(sequence) < shortest:
            raise InputError(f"{len(sequence)} bases; {name} reads whole bins of {SIZE}, {shortest} bases at least")
        bins = [sequence[at : at + SIZE] for at in range(0, len(sequence), SIZE)]
        return torch.from_numpy(encode(sequence)).long(), token_table(bins, size=SIZE)

    def forward(ids: Tensor) -> Tensor:
        one_hot = F.one_hot(ids.to(model.device), 5)[..., :4].transpose(1, 2)
        with distances(model, ids.shape[1] // SIZE):
            return model(one_hot.to(model.dtype))

    return Reader(
        name,
        "base",
        tokens,
        forward,
        model,
        layers=len(model.transformer),
        seam="hook",
        modules=ATTENTION,
        untrained=lambda seed: read(random_twin(model, seed), name=f"{name}, random weights"),
    )


@contextmanager
def distances(model: nn.Module, bins: int) -> Iterator[None]:
    """For the time of a pass, let each attention have the features of the distances that there are in a window.

    Version 0.4 holds those of 4,096 bins, 0.5 those of the first window that it saw; another window is read by them
    all the same, wrongly and without a word.
    """
    attentions = [module for module in model.modules() if hasattr(module, "positions")]
    before = [module.positions for module in attentions]
    for module in attentions:
        if "positions" in module._buffers:  # the middle one is distance 0
            middle = len(module.positions) // 2
            if bins > middle + 1:
                raise InputError(
                    f"{bins * SIZE} bases; this version of borzoi-pytorch reads {(middle + 1) * SIZE} at most"
                )
            module.positions = module.positions[middle - bins + 1 : middle + bins]
        else:
            module.positions = None  # computed anew
    try:
        yield
    finally:
        for module, kept in zip(attentions, before, strict=True):
            module.positions = kept


for _name in ("Borzoi", "Prime", "AnnotatedBorzoi"):
    BY_NAME[f"borzoi_pytorch.pytorch_borzoi_model.{_name}"] = read
