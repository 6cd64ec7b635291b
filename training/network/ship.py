"""Ship a trained network model: python training/network/ship.py RUN/network.safetensors OUT [CELLS] [LARGEST]

Draws the reference tables anew that `unlike_prior` compares with, all of the mix that the run ended with
(a run that began with small tables still has some of those among its references), and copies the rest.
"""

import sys
from pathlib import Path

import numpy as np
import torch

from regard.models.network.model import load
from regard.models.network.prior import statistics
from regard.models.shelf.weight_files import save
from regard.train.plans import draw_plan
from regard.train.regulation import decisive

SEED = 2**30  # training and validation use others


def main(trained: Path, out: Path, cells: int = 5_000, largest: int = 120) -> None:
    model = load(trained)
    rng = np.random.default_rng(SEED)
    for row in range(len(model.prior)):
        tables = decisive(draw_plan(rng, cells=cells, largest=largest), 1, [SEED, row])
        with torch.no_grad():
            model.prior[row] = statistics(tables.values)[0]
    save(model, out)
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters, {out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]), *map(int, sys.argv[3:]))
