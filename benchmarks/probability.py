"""Networks: does the model say rightly what an edge does, and how likely it is? On new networks, strangers' too.

Writes docs/network-probability.svg beside the table.
"""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt

from benchmarks import ROOT, Row
from benchmarks._simulators import SIMULATORS
from benchmarks.strangers import REAL, fewer_trees
from benchmarks.strangers import SEED as STRANGERS
from regard.data.expression import Expression
from regard.errors import InputError
from regard.judge.calibration import brier, calibration_error
from regard.plot.reliability import reliability
from regard.plot.style import save, styled
from regard.predictors.correlation import correlated
from regard.studies.network.consensus import CONSENSUS
from regard.studies.network.methods import run_methods
from regard.train.network_calibration import draw
from regard.train.plans import Plan

SEED = 2**31 + 13  # none that training, its held-out sets or the calibration have used
FAMILY = range(60)  # tables as in training
MEASURED = range(8, 12)  # networks of each stranger; what correlation weighs was chosen on the first eight
READINGS = ("attention", "attention.layer", CONSENSUS.name)
FIGURE = ROOT / "docs" / "network-probability.svg"
OURS = "as in training: "


def run(family: range = FAMILY, measured: range = MEASURED, figure: Path = FIGURE, real: bool = True) -> Iterator[Row]:
    cases: dict[str, list[dict[str, np.ndarray]]] = {}
    for drawn in draw(family, SEED):
        told = drawn.expression.perturbation is not None, drawn.expression.series is not None
        found = figures(drawn.expression, drawn.edges, drawn.regulators, drawn.sign)
        cases.setdefault(OURS + design(drawn.plan, *told), []).append(found)
    for name, simulate in SIMULATORS.items():
        for number in measured:
            cases.setdefault(name, []).append(figures(*simulate([STRANGERS, zlib.crc32(name.encode()), number])))
    for name, read in REAL.items() if real else ():
        try:
            cases[name] = [figures(*read())]
        except InputError as error:
            print(f"{name}: {error}")
    together = {name: joined(tables) for name, tables in cases.items()}
    ours = [table for name, tables in cases.items() if name.startswith(OURS) for table in tables]
    for name, one in ({OURS + "all": joined(ours)} | together if ours else together).items():
        yield from rows(name, one, len(ours) if name == OURS + "all" else len(cases[name]))
    draw_figure(joined(ours), {name: together[name] for name in SIMULATORS}, figure)


def design(plan: Plan, perturbed: bool, timed: bool) -> str:
    """What a table is of, in words; and whether it is told."""
    kinds = {
        "a screen": plan.screened > 0,
        "cells": plan.cells > 0,
        "all kinds of sample": bool(plan.multifactorial and plan.series),
        "perturbations": plan.knockouts > 0,
        "series": plan.series > 0,
        "multifactorial": True,
    }
    kind = next(name for name, is_it in kinds.items() if is_it)
    return kind + ", told" * (perturbed or timed)


def figures(
    expression: Expression, edges: np.ndarray, regulators: list[int] | None, sign: np.ndarray | None
) -> dict[str, np.ndarray]:
    """Of one table: each candidate's probability by each reading, and whether it is an edge; of each true edge with
    a sign, this, the probability that it activates, Pearson's correlation, and the probability of the edge."""
    with tempfile.TemporaryDirectory() as kept, fewer_trees():
        how = {"regulators": regulators, "model": None, "seed": 0, "threads": 1, "kept": Path(kept)}
        found = run_methods(list(READINGS), expression, **how, begin=lambda _: lambda _: None)
    columns = np.arange(len(edges)) if regulators is None else np.unique(regulators)
    varies = np.ptp(expression.values, axis=0) > 0
    asked = varies[:, None] & varies[columns] & (np.arange(len(edges))[:, None] != columns)
    out = {"edge": edges[:, columns][asked]}
    for name, one in found.items():
        assert one.probabilities is not None
        out[name] = one.probabilities[asked]
    there = asked & (np.zeros_like(asked) if sign is None else sign[:, columns] != 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        r = correlated(expression.values, columns)
    first = found[READINGS[0]]
    assert first.activates is not None
    return out | {
        "sign": np.zeros(0) if sign is None else sign[:, columns][there],
        "activates": first.activates[there],
        "pearson": r[there],
    }


def joined(tables: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    return {name: np.concatenate([one[name] for one in tables]) for name in tables[0]}


def rows(case: str, one: dict[str, np.ndarray], tables: int) -> Iterator[Row]:
    edge = one["edge"].astype(float)
    yield Row(case, "all candidates", "tables", tables)
    yield Row(case, "all candidates", "share that are edges", edge.mean())
    yield Row(case, "base rate", "Brier", brier(np.full(len(edge), edge.mean()), edge))
    for name in READINGS:
        yield Row(case, name, "Brier", brier(one[name], edge))
        yield Row(case, name, "mean probability", float(one[name].mean()))
        yield Row(case, name, "calibration error", calibration_error(one[name], edge))
    truth = one["sign"]
    if not len(truth):
        return
    yield Row(case, "true edges with a sign", "edges", len(truth))
    yield Row(case, "one sign for all", "sign right", max((truth > 0).mean(), (truth < 0).mean()))
    yield Row(case, "pearson", "sign right", float((np.sign(one["pearson"]) == truth).mean()))
    right = np.sign(one["activates"] - 0.5) == truth
    sure = np.maximum(one["activates"], 1 - one["activates"])
    yield Row(case, "attention", "sign right", float(right.mean()))
    yield Row(case, "attention", "mean probability that the sign is right", float(sure.mean()))
    yield Row(case, "attention", "calibration error of the sign", calibration_error(sure, right, least=0.5))


@styled
def draw_figure(ours: dict[str, np.ndarray], strangers: dict[str, dict[str, np.ndarray]], path: Path) -> None:
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(13.5, 4.6), layout="constrained")
    shown = {"as in training": ours} | strangers
    for axis, name in ((left, READINGS[0]), (middle, READINGS[-1])):
        reliability(axis, {case: (one[name], one["edge"]) for case, one in shown.items()})
        axis.set(xlabel=f"probability of an edge, {name}", ylabel="share that are edges", title=f"edges, {name}")
    signs = {
        name: (np.maximum(one["activates"], 1 - one["activates"]), np.sign(one["activates"] - 0.5) == one["sign"])
        for name, one in shown.items()
        if len(one["sign"])
    }
    reliability(right, signs, least=0.5)
    right.set(xlabel="probability that the sign is right", ylabel="share that are right", title="signs of true edges")
    save(figure, path, page=False)
