"""A protein encoder as a Reader: a residue is a token, special tokens stand around it."""

from __future__ import annotations

import pandas as pd
from torch import Tensor

from regard.core.tokens import token_table
from regard.models.protein.model import ProteinModel, random_twin
from regard.models.reader import Reader, register


@register
def read(model: ProteinModel) -> Reader:
    """Residues up to `model.longest`; a letter that the model does not know is masked."""

    def tokens(sequence: str) -> tuple[Tensor, pd.DataFrame]:
        ids = model.tokens(sequence)[0]
        before, after = len(model.before), len(model.after)
        texts = [*["<special>"] * before, *sequence, *["<special>"] * after]
        special = [True] * before + [False] * len(sequence) + [True] * after
        return ids, token_table(texts, special)

    return Reader(
        model.name,
        "residue",
        tokens,
        model.forward,
        model.network,
        layers=model.layers,
        seam=model.seam,
        longest=model.longest + len(model.before) + len(model.after),
        untrained=lambda seed: read(random_twin(model, seed)),
    )
