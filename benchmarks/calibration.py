"""How often the judge says supported where nothing is, finds what is planted, and covers the true value."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from benchmarks import Row, _coverage, _nulls
from regard.core.evidence import SUPPORTED

REPORTS, PLANTED = 300, 20  # of each kind; raise them for narrower intervals
MANY, SOME, FEW = 300, 40, 20  # of kinds whose reports take seconds

Report = Callable[..., pd.DataFrame]

NULLS: dict[str, dict[str, tuple[Report, int]]] = {
    "positions": {
        kind: (partial(_nulls.positions, kind), MANY if kind == "mean of three bases" else SOME)
        for kind in (
            "mean of three bases", "mean of a window", "mean of the bases before", "Gaussian filter",
            "exponential filter", "any sum of letters", "threshold of a window's GC", "window's GC times place",
        )
    } | {
        "distance from the end, lengths 100-300": (
            partial(_nulls.positions, "distance from the end", lengths=(100, 300)), MANY,
        ),
        "noise, lengths 100-500": (partial(_nulls.positions, "noise", lengths=(100, 500)), SOME),
        "2 sequences, 10 copies each": (_nulls.copies, SOME),
        "random DNA GPTs as trained": (_nulls.random_models, FEW),
    },
    "sites": {
        kind: (partial(_nulls.sites, kind), SOME)
        for kind in ("residues", "a neighbour", "hydropathy of a window", "place in the chain")
    },
    "contacts": {
        f"{kind}, {least} apart": (
            partial(_nulls.contacts, kind, least=least),
            MANY if (kind, least) == ("distance and hydropathy", 6) else SOME,
        )
        for least in (6, 24)
        for kind in (
            "distance and hydropathy", "product of hydropathies", "levels of single residues",
            "hydropathy over distance",
        )
    },
    "edges": {
        f"{kind}, {genes} genes": (partial(_nulls.edges, kind, genes=genes), REPORTS)
        for genes in (10, 30)
        for kind in ("hubs", "popular targets", "hubs and targets", "hubs times targets", "noise")
    },
    "element-gene pairs": {
        kind: (partial(_nulls.gene_pairs, kind), REPORTS)
        for kind in (
            "distance and the gene's rate", "the gene's rate", "nearness, another scale", "nearness times rate",
        )
    },
    "classes": {
        f"{kind}, {first} against {second}": (partial(_nulls.classes, kind, first=first, second=second), REPORTS)
        for kind, first, second in (("length", 60, 120), ("GC", 60, 120), ("spread", 15, 100), ("noise", 60, 120))
    } | {"spread, 480 bins, 15 against 100": (
        partial(_nulls.classes, "spread", first=15, second=100, numbers=480), FEW,
    )},
    "boundaries": {
        kind: (partial(_nulls.loci, kind), REPORTS) for kind in ("as random models", "GC", "noise")
    },
}  # fmt: skip

POWER: dict[str, dict[str, Report]] = {
    "positions": {
        f"1 of {heads} heads, {word}, {strength} sd": partial(
            _nulls.planted_word, heads=heads, word=word, strength=strength
        )
        for heads, word, strength in ((16, "CG", 0.4), (16, "CG", 0.6), (144, "CG", 0.4), (144, "CG", 0.6),
                                      (16, "GGSS", 0.5), (16, "WWWWW", 0.5))
    },
    "sites": {f"1 of 20 heads, {s} sd": partial(_nulls.sites, "residues", strength=s) for s in (0.5, 0.8)},
    "contacts": {f"1 of 12 heads, {s} sd": partial(_nulls.contacts, "noise", strength=s) for s in (0.2, 0.4)},
    "edges": {
        f"1 of 4 methods, {genes} genes, {s} sd": partial(_nulls.edges, "noise", genes=genes, strength=s)
        for genes, s in ((10, 1.0), (10, 1.5), (10, 2.0), (30, 1.0))
    },
    "element-gene pairs": {
        f"1 of 3 methods, {s} sd": partial(_nulls.gene_pairs, "noise", strength=s) for s in (0.6, 0.8)
    },
    "classes": {f"1 of 16 numbers, {s} sd": partial(_nulls.classes, "noise", strength=s) for s in (0.5, 0.8)},
    "boundaries": {f"1 of 16 heads, {s} sd": partial(_nulls.loci, "noise", strength=s) for s in (0.6, 1.0)},
}  # fmt: skip


def run() -> Iterator[Row]:
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn"), initializer=one_thread) as pool:
        for question, kinds in NULLS.items():
            for kind, (report, count) in kinds.items():
                yield from falsely(f"{question}: {kind}", pool.map(partial(told, report), range(count)))
        for question, kinds in POWER.items():
            for kind, report in kinds.items():
                yield from found(f"{question}: {kind}", pool.map(partial(told, report), range(PLANTED)))
        for case, seeds, cover in _coverage.CASES:
            yield from covered(case, list(pool.map(cover, seeds, chunksize=10)))


def one_thread() -> None:
    import torch

    torch.set_num_threads(1)


def told(report: Report, seed: int) -> tuple[list[str], list[float], float]:
    """Verdicts of one report, figures over prevalence, and seconds."""
    started = time.monotonic()
    table = report(seed=seed)
    return table.verdict.tolist(), (table.value / table.prevalence).tolist(), time.monotonic() - started


def falsely(case: str, reports) -> Iterator[Row]:
    """Shares of comparisons and of reports falsely supported, with Clopper and Pearson's intervals."""
    told = list(reports)
    seconds = float(np.sum([one[2] for one in told]))
    by_report = [np.array(one[0]) == SUPPORTED for one in told]
    for what, hits, of in (
        ("per comparison", int(np.sum([b.sum() for b in by_report])), int(np.sum([len(b) for b in by_report]))),
        ("per report", int(np.sum([b.any() for b in by_report])), len(by_report)),
    ):
        yield Row(case, f"falsely supported, {of}", f"share {what}", hits / of, *exact(hits, of), seconds)


def found(case: str, reports) -> Iterator[Row]:
    told = list(reports)
    hits = sum(SUPPORTED in one[0] for one in told)
    fold = float(np.mean([one[1][0] for one in told]))
    seconds = float(np.sum([one[2] for one in told]))
    yield Row(case, "planted", "figure over prevalence", fold)
    yield Row(case, f"found, {len(told)}", "share per report", hits / len(told), *exact(hits, len(told)), seconds)


def covered(case: str, inside: list[bool]) -> Iterator[Row]:
    hits = int(np.sum(inside))
    yield Row(case, f"95 % interval, {len(inside)}", "coverage", hits / len(inside), *exact(hits, len(inside)))


def exact(hits: int, of: int) -> tuple[float, float]:
    low, high = binomtest(hits, of).proportion_ci(method="exact")
    return float(low), float(high)
