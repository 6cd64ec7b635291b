"""All attention of any model for a few sequences."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import numpy as np
import torch
from torch import Tensor

from regard.core.maps import AttentionMaps, attention_maps
from regard.errors import InputError

# Imported so that each registers how it is read.
from regard.models.borzoi import reader as _borzoi  # noqa: F401
from regard.models.dna_gpt import reader as _dna_gpt  # noqa: F401
from regard.models.enformer import reader as _enformer  # noqa: F401
from regard.models.hugging_face import reader as _hugging_face  # noqa: F401
from regard.models.network import reader as _network  # noqa: F401
from regard.models.protein import reader as _protein  # noqa: F401
from regard.models.reader import Reader, reader, stream
from regard.models.tabpfn import reader as _tabpfn  # noqa: F401

TOGETHER = 8192  # tokens of sequences that are read at once


@torch.no_grad()
def attention(model, sequences: list, ids: list[str] | None = None, **known) -> AttentionMaps:
    """Attention of each sequence, each layer, each head; row = query, column = key.

    Parameters
    ----------
    model : anything that `regard.reader` takes: a Reader, what `load_protein` gives, a DNA GPT, a Hugging Face model
        with `tokenizer=`, its folder or name, a torch module or a function with `tokens=`.
    sequences : letters, each as long as the model reads at once; tables, samples × genes, for a model of those.
    ids : names of the sequences; seq1, seq2 … where not given.
    known : what `regard.reader` is told of the model.

    Raises
    ------
    InputError
        There is nothing to read, or no way to read it.
    CaptureError
        Attention does not come out where it should.

    Examples
    --------
    A module of your own that calls PyTorch's attention, letters as tokens:

    >>> import regard, torch
    >>> _ = torch.manual_seed(0)
    >>> layer = torch.nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    >>> mine = torch.nn.Sequential(torch.nn.Embedding(4, 8), torch.nn.TransformerEncoder(layer, 3)).eval()
    >>> regard.attention(mine, ["ACGTAC"], tokens=regard.letters("ACGT"))["seq1"].shape
    (3, 2, 6, 6)
    """
    of = reader(model, **known)
    if not sequences:
        raise InputError("no sequences to take attention of")
    ids = ids or [f"seq{i}" for i in range(1, len(sequences) + 1)]
    told = [of.tokens(sequence) for sequence in sequences]
    maps = [one for some in batches([tokens for tokens, _ in told]) for one in maps_of(of, some)]
    return attention_maps(maps, ids, [table for _, table in told], unit=of.unit)


def batches(tokens: list[Tensor]) -> Iterator[Tensor]:
    """Neighbours of one length together, (batch, tokens): nothing is padded, so that nothing reads padding.

    What is no row of tokens, such as a table, is read alone.
    """
    for shape, same in groupby(tokens, key=lambda one: one.shape):
        some = list(same)
        size = max(1, TOGETHER // max(*shape, 1)) if len(shape) == 1 else 1
        for start in range(0, len(some), size):
            yield torch.stack(some[start : start + size])


def maps_of(of: Reader, ids: Tensor) -> np.ndarray:
    """Attention of sequences of one length, float32, (sample, layer, head, query, key)."""
    layers: list[np.ndarray] = []
    stream(of, ids, lambda _, one: layers.append(one.float().cpu().numpy()))
    return np.stack(layers, axis=1)
