"""The weights that come with Regard, each with a card (NAME.md) beside it, and the folder for those a user brings."""

from __future__ import annotations

import os
from pathlib import Path

WEIGHTS = Path(__file__).parent / "weights"
DNA_GPT = WEIGHTS / "dna_gpt.safetensors"
TABPFN_SMALL = WEIGHTS / "tabpfn_small.safetensors"
NETWORK = WEIGHTS / "network.safetensors"
INITIATION = WEIGHTS / "initiation.safetensors"


def model_folder() -> Path:
    """Where weights that may not be shipped are looked for: $REGARD_MODELS, or ~/.local/share/regard/models."""
    return Path(os.environ.get("REGARD_MODELS") or Path.home() / ".local/share/regard/models")
