"""The commands that train, with models so small that five steps take a moment."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch
import torch._dynamo  # an optimiser imports it: seconds, in every process that has not

from regard.data.sequences import decode
from regard.models.dna_gpt import model as dna
from regard.models.network import model as network_model
from regard.models.shelf.weight_files import save
from regard.train import loop, network, recipes
from regard.train.network_validation import Held
from regard.train.regulation import Plan, simulate

TINY = dna.Config(blocks=1, heads=2, width=8, longest=256, motifs=8)
NAMES = ("train dna", "train classifier", "train network")


def random_fasta(path: Path, number: int, length: int, labelled: bool = False) -> Path:
    rng = np.random.default_rng(0)
    with path.open("w") as file:
        for i in range(number):
            label = " label=" + "ab"[i % 2] if labelled else ""
            file.write(f">s{i}{label}\n{decode(rng.integers(0, 4, length))}\n")
    return path


def command(name: str, inputs: Path) -> list:
    """A command line without --steps, --threads and --out, and its inputs."""
    if name == "train dna":
        return ["train", "dna", random_fasta(inputs / "genome.fa", 20, 300)]
    if name == "train classifier":
        torch.manual_seed(0)
        save(dna.DnaGPT(TINY), inputs / "start.safetensors")
        source = random_fasta(inputs / "labelled.fa", 40, 60, labelled=True)
        return ["train", "classifier", source, "--classes", "a,b", "--weights", inputs / "start.safetensors"]
    return ["train", "network", "--largest", 6]


def shrink(patch: Callable = setattr) -> None:
    """Small models and tables, and a checkpoint after every second step."""
    for module in (recipes, network):
        patch(module, "fit", lambda *given, **how: loop.fit(*given, **how | {"every": 2}))
    patch(recipes, "Config", lambda **_: TINY)
    size = network_model.Config(blocks=2, width=16, gene_heads=2, sample_heads=2, pair_width=8)
    patch(network_model, "Config", lambda: size)
    held = [Held("a", simulate(Plan(5, multifactorial=10), 2, 9), {"pearson": 0.5})]
    patch(network, "train", partial(network.train, cells=100, held=held))
