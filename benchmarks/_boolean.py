"""Boolean rules as stochastic equations: cells along a differentiation, of a simulator that no training uses.

A gene's rule is a table of truth, a nested canalysing function as most rules of published models are (Kauffman et al.
2003); its mean over inputs that are on with the chance of a Hill term is its rate (Wittmann et al. 2009, Odefy), and
mRNA and protein follow it with the noise of few molecules (Pratapa et al. 2020, BoolODE).
"""

from __future__ import annotations

from itertools import product

import numpy as np

FULL, HALF, STEEP = 2.0, 1.0, 10  # mRNA and protein of a gene that is on; protein at which an input is half on
TRANSCRIPTION, TRANSLATION = 10.0, 1.0  # rates of decay
STEP, STEPS = 0.01, 800
PILOT, TRIES = 40, 400  # cells by which a network is taken or left; networks drawn


def rule(inputs: int, rng: np.random.Generator) -> np.ndarray:
    """A nested canalysing function, its values for all 2^inputs states in the order of binary numbers."""
    canalysing, gives = rng.integers(0, 2, inputs), rng.integers(0, 2, inputs)
    states = np.array(list(product((0, 1), repeat=inputs)))
    table = np.full(len(states), 1 - gives[-1])
    for place in reversed(range(inputs)):
        table = np.where(states[:, place] == canalysing[place], gives[place], table)
    return table


def directions(table: np.ndarray) -> list[int]:
    """For each input of a rule, +1 if it can only turn the gene on, -1 if only off."""
    inputs = len(table).bit_length() - 1
    cube = table.astype(int).reshape((2,) * inputs)
    return [int(np.sign(np.diff(cube, axis=axis).sum())) for axis in range(inputs)]


def network(genes: int, rng: np.random.Generator) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Regulators of each gene, itself among them where it holds itself on, and its rule."""
    weight = rng.lognormal(0, 1, genes)
    inputs = [
        np.append(rng.choice(genes, rng.integers(1, 3), replace=False, p=weight / weight.sum()), gene)
        if rng.random() < 0.4
        else rng.choice(genes, rng.integers(1, 4), replace=False, p=weight / weight.sum())
        for gene in range(genes)
    ]
    inputs = [np.array(list(dict.fromkeys(one))) for one in inputs]
    return inputs, [rule(len(one), rng) for one in inputs]


def rates(inputs: list[np.ndarray], rules: list[np.ndarray], protein: np.ndarray) -> np.ndarray:
    """Mean of each rule, (cells, genes), inputs being on with the chance of a Hill term."""
    ratio = (protein.clip(1e-6) / HALF) ** STEEP
    on = ratio / (1 + ratio)
    out = np.empty_like(protein)
    for gene, (regulators, table) in enumerate(zip(inputs, rules, strict=True)):
        value = np.broadcast_to(table.astype(float), (len(protein), len(table)))
        for regulator in regulators:  # the first input is the leading bit
            half = value.shape[1] // 2
            share = on[:, regulator, None]
            value = value[:, :half] * (1 - share) + value[:, half:] * share
        out[:, gene] = value[:, 0]
    return out


def simulate(
    inputs: list[np.ndarray], rules: list[np.ndarray], start: np.ndarray, noise: float, number: int, rng
) -> np.ndarray:
    """mRNA of so many cells, (cells, genes), each seen at a random time after all were much alike."""
    mrna = start * rng.uniform(0.8, 1.2, (number, len(start)))
    protein, seen, when = mrna.copy(), mrna.copy(), rng.integers(20, STEPS, number)
    for step in range(STEPS):
        goal = FULL * rates(inputs, rules, protein)
        for x, to, rate in ((mrna, goal, TRANSCRIPTION), (protein, mrna.copy(), TRANSLATION)):
            shaken = noise * np.sqrt(rate * (to + x) * STEP) * rng.normal(size=x.shape)
            x += rate * (to - x) * STEP + shaken
            np.abs(x, out=x)
        seen[when == step] = mrna[when == step]
    return seen


def decided(values: np.ndarray) -> bool:
    """Do cells take sides? Three quarters of the genes vary, and |r| is a quarter or more, as in published models."""
    if np.mean(values.std(axis=0) > 0.25) < 0.75 or values.std(axis=0).min() < 1e-3:
        return False
    r = np.abs(np.corrcoef(values.T))
    return r[~np.eye(len(r), dtype=bool)].mean() >= 0.25


def cells(genes: int, number: int, seed: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Expression, (cells, genes), of the first network whose cells take sides, and its edges, int8 (target, regulator):
    +1 activates, -1 represses. Rules of this kind are monotone in each input.

    Raises ValueError where none of `TRIES` does.
    """
    rng = np.random.default_rng(seed)
    for _ in range(TRIES):
        inputs, rules = network(genes, rng)
        start, noise = FULL * (rng.random(genes) < 0.4), 10 ** rng.uniform(-1.3, -0.3)
        if decided(simulate(inputs, rules, start, noise, PILOT, rng)):
            sign = np.zeros((genes, genes), dtype=np.int8)
            for gene, (regulators, table) in enumerate(zip(inputs, rules, strict=True)):
                sign[gene, regulators] = directions(table)
            np.fill_diagonal(sign, 0)
            return simulate(inputs, rules, start, noise, number, rng), sign
    raise ValueError(f"seed {seed}: none of {TRIES} networks has cells that take sides")
