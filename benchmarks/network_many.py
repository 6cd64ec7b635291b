"""A thousand genes, ten times the training: attention in parts beside GENIE3, with time and memory."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator

import numpy as np

from benchmarks import Row
from benchmarks.network import auprc, scores_of
from regard.data.expression import Expression
from regard.judge.edges import chance
from regard.predictors.targets import seed_of
from regard.predictors.trees import fit_forest
from regard.train.plans import Plan
from regard.train.regulation import simulate

SEED = 2**31 + 3  # none that training or any choice has used
NETWORKS = 2
TARGETS = 40  # whose regulators are judged: GENIE3 takes an hour for all


def run(genes: int = 1000, samples: int = 200, networks: int = NETWORKS, targets: int = TARGETS) -> Iterator[Row]:
    case = f"simulated {genes} genes × {samples} samples, {targets} targets"
    found: dict[str, list[tuple[float, float]]] = {}
    memory = 0.0
    for number in range(networks):
        tables = simulate(Plan(genes, multifactorial=samples), 1, [SEED, number])
        names = [f"g{i:04}" for i in range(genes)]
        expression = Expression(tables.values[0].double().numpy(), names, [f"s{i}" for i in range(samples)])
        gold = tables.edges[0].numpy()
        judged = np.sort(np.random.default_rng([SEED, number]).permutation(np.flatnonzero(gold.any(axis=1)))[:targets])
        candidates = len(judged) * (genes - 1)
        found.setdefault("random ranking", []).append(
            (chance(candidates, int(gold[judged].sum()), seed=number, draws=99).auprc.mean(), np.nan)
        )
        for family in (["attention", "attention.layer"], ["pearson"]):
            begin = time.monotonic()
            scores = scores_of(family, expression)
            seconds = time.monotonic() - begin
            for method in family:
                found.setdefault(method, []).append((auprc(scores[method][judged], gold[judged]), seconds))
            if not memory:
                memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # kB on Linux
        begin = time.monotonic()
        scores = genie3(expression, judged)
        seconds = (time.monotonic() - begin) * genes / len(judged)
        found.setdefault("genie3", []).append((auprc(scores, gold[judged]), seconds))
    for method, rows in found.items():
        values, seconds = zip(*rows, strict=True)
        yield Row(case, method, "auprc", float(np.mean(values)), min(values), max(values), float(np.mean(seconds)))
    yield Row(case, "attention", "peak memory of the process, GB", memory)


def genie3(expression: Expression, targets: np.ndarray) -> np.ndarray:
    """GENIE3's scores of these targets alone, shape (targets, genes); its seconds are taken times genes / targets."""
    expression = expression.by_content()
    values = expression.values - expression.values.mean(axis=0)
    values /= values.std(axis=0)
    scores = np.full((len(targets), values.shape[1]), np.nan)
    for row, target in zip(scores, targets, strict=True):
        others = np.delete(np.arange(len(row)), target)
        row[others] = fit_forest(values[:, others], values[:, target], seed_of(0, expression.genes[target]))
    return scores
