"""All attention of a DNA GPT for a few sequences."""

from __future__ import annotations

import numpy as np
import torch

from regard.core.maps import AttentionMaps, attention_maps
from regard.core.tokens import token_table
from regard.data.sequences import encode
from regard.errors import InputError
from regard.models.capture import capture
from regard.models.dna_gpt.model import DnaGPT
from regard.models.dna_gpt.predict import device_of, pad


@torch.no_grad()
def attention(model: DnaGPT, sequences: list[str], ids: list[str] | None = None) -> AttentionMaps:
    """Attention of each sequence, each block, each head; row = query, column = key.

    Parameters
    ----------
    sequences : letters A, C, G, T, N, up to `model.config.longest` bases each.
    ids : names of the sequences; seq1, seq2 … where not given.
    """
    if not sequences:
        raise InputError("no sequences to take attention of")
    ids = ids or [f"seq{i}" for i in range(1, len(sequences) + 1)]
    tokens, lengths = pad([encode(s) for s in sequences])
    with capture(model, layers=model.config.blocks) as layers:
        model.states(tokens.to(device_of(model)))
    stack = torch.stack(layers, dim=1).cpu().numpy()  # (sample, layer, head, query, key)
    # Padding stands behind a sequence, so no query of the sequence itself has seen it.
    maps = [np.asarray(one[:, :, :n, :n]) for one, n in zip(stack, lengths.tolist(), strict=True)]
    return attention_maps(maps, ids, [token_table(list(s)) for s in sequences])
