"""Weights as they are read: our own files, and folders of which one file is what somebody altered."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable
from pathlib import Path

import torch

from regard.models.dna_gpt import model as dna_gpt
from regard.models.enformer import model as enformer
from regard.models.network import model as network
from regard.models.protein.model import load_protein
from regard.models.shelf.weight_files import save
from tests.models.protein_folder import write_esm2

SMALL = dna_gpt.Config(blocks=1, heads=2, width=8, longest=64, motifs=4, motif_width=3, tasks={"own": ["a", "b"]})
SMALL_NETWORK = network.Config(blocks=1, width=8, gene_heads=2, sample_heads=2, pair_width=4)
SMALL_ENFORMER = enformer.SMALL | {"dim": 24, "depth": 1, "heads": 2, "attn_dim_key": 4, "dim_divisible_by": 4}


@functools.cache
def saved(kind: str, seed: int) -> dict[str, bytes]:
    """The files of a small model with random weights of a seed."""
    torch.manual_seed(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if kind == "dna":
            save(dna_gpt.DnaGPT(SMALL), folder / "x.safetensors")
        elif kind == "network":
            save(network.NetworkModel(SMALL_NETWORK), folder / "x.safetensors")
        elif kind == "enformer":
            enformer.save(enformer.untrained(seed, **SMALL_ENFORMER), folder)
        else:
            write_esm2(folder, layers=1, heads=2, width=8, seed=seed)
        return {path.name: path.read_bytes() for path in folder.iterdir()}


def of_one(kind: str) -> Callable[[int], bytes]:
    return lambda seed: saved(kind, seed)["x.safetensors"]


def within(kind: str, name: str, load: Callable[[Path], object]) -> tuple[Callable, Callable]:
    """What makes the file `name` of a folder, and what reads a folder that has such a file in its place.

    The folder is called as the file is, for its name to stand in errors.
    """

    def read(path: Path) -> object:
        with tempfile.TemporaryDirectory() as above:
            folder = Path(above) / path.name
            folder.mkdir()
            for file, content in (saved(kind, 0) | {name: path.read_bytes()}).items():
                (folder / file).write_bytes(content)
            return load(folder)

    return lambda seed: saved(kind, seed)[name], read


OURS = {"DNA GPT": (of_one("dna"), dna_gpt.load), "network model": (of_one("network"), network.load)}
FOLDERS = {
    f"{what}, {name}": (name, *within(kind, name, load))
    for what, kind, load, names in (
        ("Enformer", "enformer", enformer.load, ("config.json", "model.safetensors")),
        (
            "ESM2", "esm2", lambda folder: load_protein(str(folder)),
            ("config.json", "model.safetensors", "vocab.txt", "tokenizer_config.json", "special_tokens_map.json"),
        ),
    )
    for name in names
}  # fmt: skip
