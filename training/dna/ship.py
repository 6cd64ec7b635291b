"""Put a trunk and the enhancer head fitted on it into one file, in half precision.

    python training/dna/ship.py TRUNK ENHANCER OUT [DATA]

TRUNK is a file of weights, ENHANCER what enhancer.py made of it, OUT the safetensors file. Prints what
half precision changes: on sequences of the table where its folder DATA is given, else on random ones.
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

CLASSES = ["none", "weak", "strong"]


def assemble(trunk: dict[str, torch.Tensor], heads: dict[str, dict[str, torch.Tensor]], config: Config) -> DnaGPT:
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
    """Sequences of 200 bases to look at."""
    if data is None:
        return list(np.random.default_rng(0).integers(0, 4, (n, 200), dtype=np.uint8))
    table = pd.read_csv(data / "enhancer_train.tsv", sep="\t")
    return [encode(s) for s in table.sequence.sample(n, random_state=0)]


def main(trunk: Path, enhancer: Path, out: Path, data: Path | None = None) -> None:
    given = load(trunk)
    config = replace(given.config, tasks={"enhancer": CLASSES}, both_strands=["enhancer"])
    model = assemble(given.state_dict(), {"enhancer": torch.load(enhancer, weights_only=True)}, config)
    save(model, out)
    sequences = sample(data)
    for task, (difference, changed) in compare(model, load(out), sequences).items():
        print(f"{task}: logits differ by {difference:.2g} at most, {changed} of {len(sequences)} decisions")
    print(out, out.stat().st_size, "bytes")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:5]))
