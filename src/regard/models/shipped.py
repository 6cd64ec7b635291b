"""The weights that come with Regard; each has a card (NAME.md) beside it."""

from __future__ import annotations

from pathlib import Path

WEIGHTS = Path(__file__).parent / "weights"
DNA_GPT = WEIGHTS / "dna_gpt.safetensors"
