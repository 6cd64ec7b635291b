"""Put trunk, promoter head and enhancer head into one file, in half precision.

    python training/dna/ship.py TRAINED PROMOTER ENHANCER OUT [DATA]

TRAINED is the checkpoint.pt that train.py wrote; PROMOTER and ENHANCER are what promoter.py and
enhancer.py made of that checkpoint; OUT is the safetensors file. Prints what half precision changes:
on sequences of the two tables where their folder DATA is given, else on random ones.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from regard.data.sequences import encode
from regard.models.dna_gpt.model import Config, DnaGPT, load
from regard.models.dna_gpt.predict import logits_of
from regard.models.shelf.weight_files import save

CONFIG = replace(
    Config(),
    tasks={"promoter": ["blocks", "genome", "promoter"], "enhancer": ["none", "weak", "strong"]},
    both_strands=["enhancer"],
)


def assemble(
    trunk: dict[str, torch.Tensor], heads: dict[str, dict[str, torch.Tensor]], config: Config = CONFIG
) -> DnaGPT:
    """The model of a trained trunk and of one head (weight, bias) a task."""
    model = DnaGPT(config)
    linear = {f"classifiers.{task}.{name}": head[name] for task, head in heads.items() for name in ("weight", "bias")}
    blocks = {name: w for name, w in trunk.items() if not name.startswith("classifiers.")}
    model.load_state_dict(blocks | linear)
    return model.eval()


def compare(before: DnaGPT, after: DnaGPT, sequences: list[np.ndarray]) -> dict[str, tuple[float, int]]:
    """For each task, the largest difference of a logit, and how many decisions changed."""
    found = {}
    for task in before.config.tasks:
        strands = task in before.config.both_strands
        old, new = (logits_of(m, task, sequences, both_strands=strands) for m in (before, after))
        found[task] = float(abs(old - new).max()), int((old.argmax(axis=1) != new.argmax(axis=1)).sum())
    return found


def sample(data: Path | None, n: int = 200) -> list[np.ndarray]:
    """Sequences to look at, n of each length or table."""
    rng = np.random.default_rng(0)
    if data is None:
        return [rng.integers(0, 4, length, dtype=np.uint8) for length in (200, 300) for _ in range(n)]
    tables = (
        pd.read_parquet(data / "promoter_train.parquet"),
        pd.read_csv(data / "enhancer_train.tsv", sep="\t"),
    )
    return [encode(s) for table in tables for s in table.sequence.sample(n, random_state=0)]


def main(trained: Path, promoter: Path, enhancer: Path, out: Path, data: Path | None = None) -> None:
    trunk = torch.load(trained, weights_only=True)["model"]
    heads = {"promoter": promoter, "enhancer": enhancer}
    model = assemble(trunk, {task: torch.load(file, weights_only=True) for task, file in heads.items()})
    save(model, out)
    sequences = sample(data)
    for task, (difference, changed) in compare(model, load(out), sequences).items():
        print(f"{task}: logits differ by {difference:.2g} at most, {changed} of {len(sequences)} decisions")
    print(out, out.stat().st_size, "bytes")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:6]))
