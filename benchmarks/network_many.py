"""A thousand genes: attention in parts beside GENIE3, and time and memory of every method side by side."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks import ROOT, Row
from benchmarks.network import auprc, scores_of
from regard.data.expression import Expression
from regard.judge.edges import chance
from regard.predictors.edges import PREDICTORS, infer_targets
from regard.predictors.targets import seed_of
from regard.predictors.trees import fit_forest
from regard.studies.network.methods import run_methods
from regard.train.plans import Plan
from regard.train.regulation import simulate

SEED = 2**31 + 3  # none that training or any choice has used
NETWORKS = 2
TARGETS = 40  # whose regulators are judged: GENIE3 takes an hour for all
SIDES = 1000, 200, 500  # targets, regulators and cells of the table that every method is timed on
FITTED = 10  # of those targets by methods that fit one after the other; their seconds are taken times targets / fitted
SERIES = ("dyngenie3",)  # methods that see the same cells as a time series
LEFT_OUT = ("knockout-z",)  # there is no perturbation to go by


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
                memory = peak()
        begin = time.monotonic()
        scores = genie3(expression, judged)
        seconds = (time.monotonic() - begin) * genes / len(judged)
        found.setdefault("genie3", []).append((auprc(scores, gold[judged]), seconds))
    for method, rows in found.items():
        values, seconds = zip(*rows, strict=True)
        yield Row(case, method, "auprc", float(np.mean(values)), min(values), max(values), float(np.mean(seconds)))
    yield Row(case, "attention", "peak memory of the process, GB", memory)
    yield from side_by_side()


def side_by_side(methods: tuple[str, ...] = ("attention", *PREDICTORS)) -> Iterator[Row]:
    """Seconds and highest memory of each method on one table, each in a process of its own, one thread."""
    case = "{} targets × {} regulators × {} cells".format(*SIDES)
    for method in methods:
        if method in LEFT_OUT:
            continue
        command = [sys.executable, "-c", f"from benchmarks.network_many import measure; measure({method!r})"]
        one_core = os.environ | {"OMP_NUM_THREADS": "1"}
        done = subprocess.run(command, cwd=ROOT, env=one_core, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            print(f"{case}: {method} could not be run")
            continue
        found = json.loads(done.stdout.splitlines()[-1])
        yield Row(case, method, "seconds", found["seconds"], seconds=found["seconds"])
        yield Row(case, method, "peak memory of the process, GB", found["peak"])


def measure(method: str) -> None:
    """Print as JSON the processor seconds and the highest memory, GB, of one method on the table of `SIDES`."""
    from benchmarks.cluster import table  # the same cells as of the plan for many genes

    targets, regulators, cells = SIDES
    expression, may = table(cells, targets, regulators), list(range(regulators))
    if method in SERIES:
        expression = replace(expression, time=np.arange(cells) * 1.0, series=np.zeros(cells, dtype=int))
    with tempfile.TemporaryDirectory() as folder:
        begin, share = time.process_time(), 1.0
        if method in PREDICTORS and PREDICTORS[method].by_target:
            fitted = np.linspace(0, targets - 1, FITTED).astype(int).tolist()
            infer_targets(method, expression, fitted, regulators=may, kept=Path(folder), threads=1)
            share = targets / FITTED
        else:
            run_methods(
                [method], expression, regulators=may, model=None, seed=0, threads=1, kept=Path(folder),
                begin=lambda name: lambda done: None,
            )  # fmt: skip
        seconds = (time.process_time() - begin) * share
    print(json.dumps({"seconds": seconds, "peak": peak()}))


def peak() -> float:
    """The highest memory of this process, GB; `ru_maxrss` would begin with that of the process that started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1e6  # kB


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
