"""The weights that come with Regard, each with a card (NAME.md) beside it, and the folder for those a user brings."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

WEIGHTS = Path(__file__).parents[1] / "weights"
DNA_GPT = WEIGHTS / "dna_gpt.safetensors"  # promoters
DNA_GPT_ENHANCER = WEIGHTS / "dna_gpt_enhancer.safetensors"
TABPFN_SMALL = WEIGHTS / "tabpfn_small.safetensors"
NETWORK = WEIGHTS / "network.safetensors"
INITIATION = WEIGHTS / "initiation.safetensors"


def model_folder() -> Path:
    """Where weights that may not be shipped are looked for: $REGARD_MODELS, or ~/.local/share/regard/models."""
    return Path(os.environ.get("REGARD_MODELS") or Path.home() / ".local/share/regard/models")


@dataclass(frozen=True)
class Packaged:
    """A model whose weights lie in a Python package of its authors."""

    name: str
    summary: str
    licence: str
    package: str
    weights: str  # inside the package
    extra: str


PACKAGED = (
    Packaged(
        "antiberty",
        "AntiBERTy, 26 M parameters, antibodies (Ruffolo et al. 2021)",
        "MIT",
        "antiberty",
        "trained_models/AntiBERTy_md_smooth/pytorch_model.bin",
        "antibody",
    ),
)


def packaged_size(model: Packaged) -> float | None:
    """Megabytes of the weights, or None where the package is not installed."""
    found = find_spec(model.package)
    if found is None or not found.submodule_search_locations:
        return None
    path = Path(found.submodule_search_locations[0]) / model.weights
    return path.stat().st_size / 1e6 if path.is_file() else None
