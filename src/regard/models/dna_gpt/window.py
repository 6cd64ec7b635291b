"""A DNA GPT as the enhancer study sees it: a window that ends 50 bases after the TSS, one token a base."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from regard.errors import InputError
from regard.models.capture import capture
from regard.models.dna_gpt.model import DnaGPT
from regard.models.dna_gpt.predict import device_of
from regard.models.dna_gpt.reader import untrained
from regard.models.genomic import Each, GenomicModel

BEHIND = 50  # bases after the TSS: a causal model sees a promoter only from there, and its motifs lie before
LENGTH = 300  # of EPDnew's promoters; 150 to 512 are read about as well (`python -m benchmarks window`)


def genomic(
    model: DnaGPT,
    score: Callable[[DnaGPT, Tensor], Tensor],
    *,
    name: str = "DNA GPT",
    asked: str = "log odds of a promoter",
    trained: bool = True,
    length: int = LENGTH,
) -> GenomicModel:
    """The model on windows of `length` bases.

    score : what is asked of a window, shape (batch,), from the model and one-hot rows, shape (batch, length, 5).

    Attention from the TSS is that of the 51 queries from the TSS on: a causal model sees the promoter only from there.

    Raises InputError for a window that the model cannot read.
    """
    if not 2 * BEHIND <= length <= model.config.longest:
        raise InputError(f"a window of {length} bases: {name} takes {2 * BEHIND} to {model.config.longest}")
    tss = length - BEHIND - 1

    @torch.no_grad()
    def attend(tokens: Tensor, each: Each) -> None:
        with capture(model, layers=model.config.blocks, each=each):
            model.states(tokens.long().to(device_of(model)))

    def random(seed: int) -> GenomicModel:
        drawn = untrained(model, seed)
        return genomic(drawn, score, name=f"{name}, random weights", asked=asked, trained=False, length=length)

    return GenomicModel(
        name=name,
        length=length,
        bin=1,
        tss=tss,
        trained=trained,
        oriented=True,
        causal=True,
        asked=asked,
        queries=tuple(range(tss, length)),
        widest=0,
        output=lambda one_hot: score(model, one_hot),
        attend=attend,
        profile=None,
        untrained=random,
        module=model,
        layers=model.config.blocks,
        heads=model.config.heads,
    )
