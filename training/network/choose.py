"""Measure methods on held-out simulations, by kind of table, for the study's default: choose.py [WEIGHTS] [--tables 6]

Tables come from the prior of the training, with seeds of their own, told or not told what was done; each is filed
under the kind that the study would see in it. Writes src/regard/studies/network/choice.tsv.
"""

import argparse
import dataclasses
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch

from regard.data.expression import Expression
from regard.judge.metrics import Ranking, average_precision
from regard.models.shelf.shipped import NETWORK
from regard.predictors import trees
from regard.studies.network.choice import KINDS, SIZES, TABLE, kind_of, size_of
from regard.studies.network.methods import METHODS, run_methods
from regard.train.plans import Plan, draw_plan
from regard.train.regulation import simulate

SEED = 2**31 + 2  # neither training's, nor that of its log, nor measure.py's
TREES = 100  # of GENIE3 and extra trees, in place of 1,000: ten times faster, and the order of methods is the same
VALUES, LARGEST = 1_200, 50  # so that a table costs seconds, not minutes
MOST = 2_000  # tables to draw, most of them of a kind of which there are enough


def draw(plan: Plan, number: int, rng: np.random.Generator) -> tuple[Expression, np.ndarray]:
    """Table number `number` as the study reads it, genes in order of name, and its edges (target, regulator)."""
    tables = simulate(plan, 1, [SEED, number])
    genes, samples = [f"g{i:03}" for i in range(plan.genes)], [f"s{i}" for i in range(plan.samples)]
    expression = Expression(tables.values[0].double().numpy(), genes, samples)
    if (tables.perturbation > 0).any() and rng.random() < 0.7:
        expression = dataclasses.replace(expression, perturbation=tables.perturbation[0].numpy())
    if plan.series and rng.random() < 0.7:
        times = {"time": tables.time[0].numpy().astype(float), "series": tables.series[0].numpy()}
        expression = dataclasses.replace(expression, **times)
    return expression, tables.edges[0].numpy()


def candidates(kind: str) -> list[str]:
    """Methods that run on tables of a kind with nothing but what comes with Regard."""
    left_out = "pip" if kind == "perturbed" else ("pip", "--perturbations")
    return [name for name, one in METHODS.items() if not one.needs.startswith(left_out)]


def main(weights: Path, tables: int) -> None:
    torch.set_num_threads(1)
    trees.TREES = TREES
    missing = {(kind, size): tables for kind in KINDS for size in SIZES}
    found, seconds = defaultdict(list), defaultdict(float)
    for number in range(MOST):
        if not any(missing.values()):
            break
        rng = np.random.default_rng([SEED, number])
        plan = draw_plan(rng, cells=VALUES, largest=LARGEST)
        if not any(missing[kind, size_of(plan.genes)] for kind in KINDS):
            continue
        expression, edges = draw(plan, number, rng)
        place = kind_of(expression), size_of(plan.genes)
        if not missing[place] or not edges.any():
            continue
        missing[place] -= 1
        off = ~np.eye(len(edges), dtype=bool)
        for name in candidates(place[0]):
            begin = time.monotonic()
            with tempfile.TemporaryDirectory() as kept:
                how = {"regulators": None, "model": None, "weights": weights, "seed": SEED, "threads": 1}
                scores = run_methods([name], expression, kept=Path(kept), begin=lambda _: lambda _: None, **how)[name]
            seconds[name] += time.monotonic() - begin
            found[(*place, name)].append(average_precision(Ranking(scores.scores[off]), edges[off]))
        print(f"{number}: {place[0]}, {place[1]}, {expression.values.shape}; {sum(missing.values())} to go", flush=True)
    with TABLE.open("w") as file:
        file.write("kind\tgenes\tmethod\ttables\tauprc\n")
        for (kind, size, name), values in sorted(found.items(), key=lambda item: (item[0][:2], -np.mean(item[1]))):
            file.write(f"{kind}\t{size}\t{name}\t{len(values)}\t{np.mean(values):.3f}\n")
    print(TABLE.read_text())
    print("\n".join(f"{name}: {value:.0f} s" for name, value in seconds.items()))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path, nargs="?", default=NETWORK)
    parser.add_argument("--tables", type=int, default=6, help="of each kind and size")
    given = parser.parse_args()
    main(given.weights, given.tables)
