"""Weights and configs of files that need not be true: looked at before they cost memory or spoil numbers."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from regard.errors import InputError

MOST_LAYERS = 1000
LAYERS = ("layers", "n_layer", "depth", "blocks")  # in names of keys
# Keys that are a side of some matrix, in the configs of Hugging Face, of Enformer and of ours.
SIDES = (
    *("vocab_size", "hidden_size", "intermediate_size", "embedding_size", "d_model", "d_ff", "n_embd", "n_inner"),
    *("dim", "width", "pair_width", "motifs", "detectors"),
)


def check_config(where: Path, told: Mapping[str, Any], size: int) -> None:
    """Raises InputError where a config speaks of more than `size` bytes of weights can fill.

    Models are made as their config says before they are compared with their weights: 10⁹ layers would take hours.
    """
    for key, value in told.items():
        layers = any(name in key for name in LAYERS)
        for number in value if isinstance(value, list) else [value]:
            if not (layers or key in SIDES) or isinstance(number, bool) or not isinstance(number, int | float):
                continue
            if number > (MOST_LAYERS if layers else size):  # a side has at least a byte a row
                raise InputError(f"{where}: its config says {key} {number}, but its weights have {size:,} bytes")


def check_finite(where: Path, weights: Iterable[tuple[str, Tensor]]) -> None:
    """Raises InputError where a weight is NaN or infinite: all that is computed with it would be, too."""
    for name, weight in weights:
        if weight.is_floating_point() and not torch.isfinite(weight).all():
            raise InputError(f"{where}: {name} has numbers that are NaN or infinite; train or fetch it again")


@contextmanager
def of_any_width() -> Iterator[None]:
    """While a model is made as a config says: torch's words on a side of 0 are kept back; no weights fit it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Initializing zero-element tensors")
        yield
