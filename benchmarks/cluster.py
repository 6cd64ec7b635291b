"""Networks of many genes: seconds a target as a table grows, what 20,000 genes take, and one worker against two."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from benchmarks import Row
from regard.data.expression import Expression
from regard.models.network.edges import PART, PART_SAMPLES, edges, targets_of_part
from regard.models.network.model import load
from regard.models.shelf.shipped import NETWORK
from regard.predictors import trees
from regard.predictors.edges import infer, infer_targets

SIZES = ((500, 120), (1000, 240), (2000, 480))  # cells and regulators of which costs are measured
PLAN = (20_000, 1_900, 10_000)  # genes, regulators and cells of the plan
WORKERS = 20  # of the plan
METHODS = ("genie3", "extra-trees", "grnboost2")
TREES = 100  # of a thousand: seconds are taken times ten, a forest's grow with its trees
TARGETS = 3  # fitted of each size
SHARED, CELLS = 80, 500  # targets that one and two workers share out: two minutes of one of them, of many cells
MANY, FEW = 1000, 200  # targets and regulators of as many cells, whose parts they share out
PASSES = 3  # over a part, of which seconds are the mean


def table(cells: int, genes: int, regulators: int, seed: int = 0) -> Expression:
    """Counts as of cells: regulators follow a few states of the cell, every other gene four of the regulators."""
    rng = np.random.default_rng(seed)
    levels = rng.normal(size=(cells, genes))
    levels[:, :regulators] += rng.normal(size=(cells, 5)) @ rng.normal(size=(5, regulators)) / np.sqrt(5)
    for target in range(regulators, genes):
        levels[:, target] += levels[:, rng.choice(regulators, 4, replace=False)] @ rng.normal(size=4)
    counts = np.log1p(rng.poisson(np.exp(np.clip(levels, -4, 4))))
    return Expression(counts, [f"g{i:05}" for i in range(genes)], [f"c{i}" for i in range(cells)])


def run() -> Iterator[Row]:
    genes, regulators, cells = PLAN
    for method in METHODS:
        measured = []
        for size in SIZES:
            seconds = seconds_a_target(method, *size)
            measured.append(seconds)
            yield Row(f"{size[0]} cells × {size[1]} regulators", method, "seconds a target", seconds, seconds=seconds)
        # A tree looks at √regulators of every cell at each level: seconds are a power, near 1, of their product.
        power = np.polyfit(np.log([cells * np.sqrt(p) for cells, p in SIZES]), np.log(measured), 1)
        one = float(np.exp(np.polyval(power, np.log(cells * np.sqrt(regulators)))))
        case = f"plan: {genes} genes × {regulators} regulators × {cells} cells"
        yield Row(case, method, "power of cells × √regulators", power[0])
        yield Row(case, method, "seconds a target, extrapolated", one)
        yield Row(case, method, f"hours on {WORKERS} workers", one * genes / WORKERS / 3600)
    yield from by_parts()
    x, y, back = 8 * cells * regulators, 8 * cells * genes, 8 * regulators * genes
    yield Row(case, "all", "GB scattered to each worker", x / 1e9)
    yield Row(case, "all", f"GB moved, {WORKERS} workers", (WORKERS * x + y + back) / 1e9)
    yield Row(case, "all", "GB of edges, float32", 4 * regulators * genes / 1e9)
    yield from speed_up()


def seconds_a_target(method: str, cells: int, regulators: int) -> float:
    """Processor seconds of one target of the published size of its ensemble."""
    expression = table(cells, regulators + TARGETS, regulators)
    targets = list(range(regulators, regulators + TARGETS))
    forest = method != "grnboost2"
    before, trees.TREES = trees.TREES, TREES if forest else trees.TREES
    try:
        with tempfile.TemporaryDirectory() as kept:
            begin = time.process_time()
            infer_targets(method, expression, targets, regulators=list(range(regulators)), kept=Path(kept), threads=1)
            seconds = (time.process_time() - begin) / TARGETS
        return seconds * before / TREES if forest else seconds
    finally:
        trees.TREES = before


def by_parts() -> Iterator[Row]:
    """Processor seconds of a part of the network model, and how many parts the plan has."""
    genes, regulators, cells = PLAN
    model, one = load(NETWORK), table(PART_SAMPLES, PART, PART // 2)
    begin = time.process_time()
    for _ in range(PASSES):
        edges(model, one)
    seconds = (time.process_time() - begin) / PASSES
    parts = -(-genes // targets_of_part(genes, regulators))
    case = f"plan: {genes} genes × {regulators} regulators × {cells} cells"
    yield Row(f"{PART} genes × {PART_SAMPLES} cells", "attention", "seconds a part", seconds, seconds=seconds)
    yield Row(case, "attention", "parts", parts)
    yield Row(case, "attention", f"hours on {WORKERS} workers", seconds * parts / WORKERS / 3600)


def speed_up() -> Iterator[Row]:
    """Wall-clock seconds of the same work on one worker and on two, of one thread each, and whether bytes agree."""
    few, many, model = table(CELLS, SHARED, SHARED), table(CELLS, MANY, FEW), load(NETWORK)
    yield from one_and_two("genie3", (SHARED, SHARED), lambda at: infer("genie3", few, scheduler=at).values)
    may = list(range(FEW))
    yield from one_and_two(
        "attention", (MANY, FEW), lambda at: edges(model, many, regulators=may, scheduler=at)["attention"]
    )


def one_and_two(method: str, size: tuple[int, int], work: Callable[[str], np.ndarray]) -> Iterator[Row]:
    """work : given a scheduler's address."""
    from distributed import LocalCluster

    seconds, found = [], []
    for workers in (1, 2):
        with LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
            begin = time.monotonic()
            found.append(work(cluster.scheduler_address).tobytes())
            seconds.append(time.monotonic() - begin)
    case = "{} targets × {} regulators × {} cells, one thread a worker".format(*size, CELLS)
    yield Row(case, method, "seconds, one worker", seconds[0], seconds=seconds[0])
    yield Row(case, method, "seconds, two workers", seconds[1], seconds=seconds[1])
    yield Row(case, method, "speed-up", seconds[0] / seconds[1])
    yield Row(case, method, "same bytes", float(found[0] == found[1]))
