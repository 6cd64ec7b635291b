"""Simulators that no training uses, each a function of a seed: expression, its edges, and who may regulate."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np

from benchmarks import _boolean
from regard.data.expression import KINDS, Expression
from regard.errors import InputError


class Table(NamedTuple):
    """Expression and its edges, bool (target, regulator); places of the genes that may regulate, None: all.

    sign : +1 where an edge activates, -1 where it represses, 0 elsewhere, int8; None where edges have no sign.
    """

    expression: Expression
    edges: np.ndarray
    regulators: list[int] | None = None
    sign: np.ndarray | None = None


def table(values: np.ndarray, edges: np.ndarray, seed: list[int], sign: np.ndarray | None = None) -> Table:
    """A table with its genes in random order: no method can go by the order in which they were drawn."""
    order = np.random.default_rng([*seed, 1]).permutation(len(edges))
    names = [f"g{i:03}" for i in range(len(order))]
    expression = Expression(values[:, order].astype(float), names, [f"s{i}" for i in range(len(values))])
    place = np.ix_(order, order)
    return Table(expression, edges[place], None, None if sign is None else sign[place])


def counted(mean: np.ndarray, depth: float, rng: np.random.Generator) -> np.ndarray:
    """Molecules caught of each cell, negative binomial, normalised to one total and log-transformed."""
    mean = mean / mean.mean() * depth * rng.lognormal(0, 0.35, (len(mean), 1))
    counts = rng.poisson(mean * rng.gamma(4.0, 0.25, mean.shape))
    total = counts.sum(axis=1, keepdims=True).clip(1)
    return np.log1p(counts / total * np.median(total))


def boolean(seed: list[int], *, genes: int, cells: int, depth: float | None = None) -> Table:
    """Cells along a differentiation; with `depth`, so many molecules of a gene counted."""
    values, sign = _boolean.cells(genes, cells, seed)
    if depth is not None:
        values = counted(values, depth, np.random.default_rng([*seed, 2]))
    return table(values, sign != 0, seed, sign)


def layered(genes: int, masters: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Edges (regulator, target) without feedback: hubs, one to four regulators of each gene that is no master."""
    weight = rng.lognormal(0, 1.2, genes)
    edges = []
    for target in range(masters, genes):
        before = np.arange(max(masters, int(0.5 * target)))
        number = min(len(before), int(rng.integers(1, 5)))
        chosen = rng.choice(before, number, replace=False, p=weight[before] / weight[before].sum())
        edges += [(int(regulator), target) for regulator in chosen]
    return edges


def sergio(seed: list[int], *, genes: int, types: int, cells: int, noisy: bool = False) -> Table:
    """Cells of types at rest by SERGIO (Dibaeinia & Sinha 2020), clean or as counted molecules."""
    try:
        import sergio_rs
    except ImportError as error:
        raise InputError("cells of SERGIO need sergio-rs: pip install sergio-rs") from error
    rng = np.random.default_rng(seed)
    pairs, sign = layered(genes, max(3, genes // 8), rng), np.zeros((genes, genes), dtype=np.int8)
    made, network = [sergio_rs.Gene(f"g{i:03}", 0.8) for i in range(genes)], sergio_rs.GRN()
    for regulator, target in pairs:
        strength = rng.uniform(1, 5) * rng.choice([-1, 1], p=[0.35, 0.65])
        network.add_interaction(made[regulator], made[target], float(strength), None, 2)
        sign[target, regulator] = np.sign(strength)
    network.set_mrs()
    one = int(rng.integers(2**31))
    profile = sergio_rs.MrProfile.from_random(network, types, (0.2, 2.0), (2.0, 5.0), one)
    found = sergio_rs.Sim(network, cells, 150, 10, 0.01, 1, one).simulate(profile).to_pandas()
    genes_first = found.set_index(found.columns[0]).sort_index()
    values = genes_first.to_numpy(dtype=float).T  # (cells, genes)
    if noisy:
        values = counted(values, 3.0, rng)
    kept = [int(name[1:]) for name in genes_first.index]
    sign = sign[np.ix_(kept, kept)]
    return table(values, sign != 0, seed, sign)


def equations(seed: list[int], *, genes: int, samples: int) -> Table:
    """A network without feedback, each gene a random perceptron of its regulators plus noise of its own size."""
    rng = np.random.default_rng(seed)
    edges, x = np.zeros((genes, genes), dtype=bool), rng.normal(size=(samples, genes))
    x[:, ::3] = rng.laplace(size=x[:, ::3].shape)
    for regulator, target in layered(genes, max(2, genes // 5), rng):
        edges[target, regulator] = True
    for target in np.flatnonzero(edges.any(axis=1)):
        inputs = x[:, edges[target]]
        hidden = np.tanh(inputs @ rng.normal(size=(inputs.shape[1], 8)) + rng.normal(size=8))
        signal = hidden @ rng.normal(size=8)
        x[:, target] = signal / signal.std() + rng.uniform(0.2, 1.5) * x[:, target]
    return table(x * rng.lognormal(0, 0.7, genes) + 3 * rng.normal(size=genes), edges, seed)


def screen(seed: list[int], *, genes: int, targeted: int, cells: int) -> Table:
    """A screen by CRISPR interference: one gene put down in each cell, some guides without effect, molecules counted.

    The logarithm of expression follows that of the regulators, saturating, with programmes that no gene is behind.
    """
    rng = np.random.default_rng(seed)
    weight = np.zeros((genes, genes))
    for regulator, target in layered(genes, targeted // 2, rng):
        weight[target, regulator] = rng.uniform(0.4, 1.4) * rng.choice([-1, 1], p=[0.4, 0.6])
    target = rng.integers(-targeted // 4, targeted, cells).clip(-1)  # −1: a guide that cuts nowhere
    down = np.zeros((cells, genes))
    hit = np.flatnonzero(target >= 0)
    down[hit, target[hit]] = -rng.uniform(0.7, 2.5, targeted)[target[hit]] * (rng.random(len(hit)) < 0.85)
    programme = rng.normal(size=(cells, 2)) @ rng.normal(size=(2, genes)) * 0.25
    own, x = programme + 0.4 * rng.normal(size=(cells, genes)), np.zeros((cells, genes))
    for _ in range(genes):
        x = np.tanh(x) @ weight.T + own + down
    values = counted(np.exp(x + rng.normal(0, 0.7, genes)), 4.0, rng)
    done = np.zeros((cells, genes), dtype=np.int8)
    done[hit, target[hit]] = KINDS.index("knockdown")
    found = table(values, weight != 0, seed, np.sign(weight).astype(np.int8))
    order = np.random.default_rng([*seed, 1]).permutation(genes)
    return found._replace(expression=replace(found.expression, perturbation=done[:, order]))


SIMULATORS = {
    "Boolean cells, 8 genes": partial(boolean, genes=8, cells=300),
    "Boolean cells, 12 genes": partial(boolean, genes=12, cells=300),
    "Boolean cells, 12 genes, counted": partial(boolean, genes=12, cells=300, depth=3.0),
    "SERGIO, 30 genes": partial(sergio, genes=30, types=6, cells=50),
    "SERGIO, 30 genes, counted": partial(sergio, genes=30, types=6, cells=50, noisy=True),
    "equations, 20 genes, 200 samples": partial(equations, genes=20, samples=200),
    "equations, 20 genes, 40 samples": partial(equations, genes=20, samples=40),
    "screen, 30 genes": partial(screen, genes=30, targeted=12, cells=300),
}
