"""Measure weights on held-out simulations: python training/network/measure.py WEIGHTS OUT.tsv"""

import sys
import time
from pathlib import Path

import numpy as np
import torch

from regard.data.expression import Expression
from regard.models.network.edges import edges
from regard.models.network.model import load
from regard.train.network_validation import average_precision, held_out, measure, pearson
from regard.train.plans import Plan
from regard.train.regulation import simulate

SEED = 2**31 + 1  # neither training's nor that of its log
torch.set_num_threads(1)
weights, out = Path(sys.argv[1]), Path(sys.argv[2])
model = load(weights)
with out.open("w") as file:
    print("set", "known", "method", "auprc", sep="\t", file=file)
    for names, figure in measure(model, held_out(100_000, SEED)).items():
        print(*names, f"{figure:.4f}", sep="\t", file=file)
    for plan in (Plan(300, multifactorial=200), Plan(1000, multifactorial=200)):
        tables = simulate(plan, 1, [SEED, plan.genes])
        values = tables.values[0].numpy()
        genes, samples = [f"g{i}" for i in range(plan.genes)], [f"s{i}" for i in range(plan.samples)]
        begin = time.monotonic()
        found: dict[str, np.ndarray] = dict(edges(model, Expression(values, genes, samples)))
        seconds = time.monotonic() - begin
        found["pearson"] = pearson(tables.values)[0].numpy()
        found["prevalence"] = np.zeros_like(values[:1])
        for name, scores in found.items():
            if name == "prevalence":
                figure = float(tables.edges.float().mean() * plan.genes / (plan.genes - 1))
            else:
                figure = average_precision(torch.tensor(np.nan_to_num(scores))[None], tables.edges)
            row = [f"multifactorial-{plan.genes}", "expression", name, f"{figure:.4f}"]
            file.write("\t".join(row) + "\n")
            print(*row, f"{seconds:.0f} s")
