"""Networks: every method on DREAM4-10 (four designs) and DREAM4-100 (five), mean of five, with chance."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks import Row
from benchmarks._dream4 import LARGE, NETWORKS, SMALL, dream10, dream100, untold
from regard.attribute.tabpfn_methods import PERTURBATION
from regard.data.expression import Expression
from regard.errors import RegardError
from regard.judge.edges import chance
from regard.judge.measures import chance_of
from regard.judge.metrics import Ranking, average_precision
from regard.predictors.dynamic import NEEDS_TIMES
from regard.studies.network.methods import METHODS, families, run_methods

SEED = 0
CASES = [("DREAM4-10", design, dream10) for design in SMALL] + [("DREAM4-100", design, dream100) for design in LARGE]
# What is known of the samples makes a difference.
TOLD = ("attention", "attention.layer", "consensus", "dyngenie3", "knockout-z", "portia")
T = 2.776  # 97.5 % quantile of Student's t with 4 degrees of freedom


def run(methods: tuple[str, ...] = tuple(METHODS)) -> Iterator[Row]:
    for size, design, load in CASES:
        case, tables = f"{size} {design}", [load(design, network) for network in NETWORKS]
        yield chance_row(case, [gold for _, gold in tables])
        # Hundreds of predictions a target: on a hundred genes, a day.
        wanted = [name for name in methods if load is dream10 or name not in PERTURBATION]
        for family in families(wanted):
            variants = {"": [(untold(e), gold) for e, gold in tables]}
            if family[0] in TOLD and design != "multifactorial":
                variants[", told"] = tables
            for variant, given in variants.items():
                if not enough(family[0], design, told=bool(variant)):
                    continue
                try:
                    yield from mean_rows(case, family, variant, given)
                except RegardError as error:
                    print(f"{case}: {error}")
                    break


def enough(method: str, design: str, *, told: bool) -> bool:
    """Is there what the method needs to know of the samples?"""
    needs = METHODS[method].needs
    if needs == NEEDS_TIMES:
        return told and design in ("series", "all")
    return needs != "--perturbations" or (told and design not in ("multifactorial", "series"))


def mean_rows(case: str, family: list[str], variant: str, tables: list[tuple[Expression, np.ndarray]]) -> Iterator[Row]:
    """Mean AUPRC of the five networks, its 95 % interval (Student), and processor seconds a network, a row a method.

    Methods of a family are read from one run, and each has the seconds of the whole run.
    """
    begin = time.process_time()
    found = [scores_of(family, expression) for expression, _ in tables]
    seconds = (time.process_time() - begin) / len(tables)
    for name in family:
        value = np.array([auprc(one[name], gold) for one, (_, gold) in zip(found, tables, strict=True)])
        half = T * value.std(ddof=1) / np.sqrt(len(value))
        yield Row(case, name + variant, "auprc", value.mean(), value.mean() - half, value.mean() + half, seconds)


def scores_of(methods: list[str], expression: Expression, threads: int = 1) -> dict[str, np.ndarray]:
    """Scores by each method, (target, regulator)."""
    with tempfile.TemporaryDirectory() as kept:
        how = {"regulators": None, "model": None, "seed": SEED, "threads": threads}
        found = run_methods(methods, expression, kept=Path(kept), begin=lambda name: lambda done: None, **how)
    return {name: edges.scores for name, edges in found.items()}


def auprc(scores: np.ndarray, gold: np.ndarray) -> float:
    there = ~np.isnan(scores)
    return average_precision(Ranking(scores[there]), gold[there])


def chance_row(case: str, golds: list[np.ndarray]) -> Row:
    """The mean over five networks of random rankings' AUPRC, exactly, and 5th and 95th percentile of that mean."""
    draws = [chance(len(g) * (len(g) - 1), int(g.sum()), seed=i).auprc for i, g in enumerate(golds)]
    exact = np.mean([chance_of("auprc", int(g.sum()), len(g) * (len(g) - 1)) for g in golds])
    mean = np.mean(draws, axis=0)
    return Row(case, "random ranking", "auprc", float(exact), np.quantile(mean, 0.05), np.quantile(mean, 0.95))
