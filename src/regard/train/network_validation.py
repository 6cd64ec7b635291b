"""Held-out simulations: which designs and sizes, and how well edges are found on them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from regard.models.network.model import NetworkModel
from regard.train.plans import Plan
from regard.train.regulation import KNOCKOUT, Tables, simulate

SETS = {  # name: plan, tables; the published kinetics first, then what is wider
    "multifactorial-10": (Plan(10, multifactorial=10), 64),
    "knockouts-10": (Plan(10, wild=1, knockouts=10, knockdowns=10), 64),
    "series-10": (Plan(10, series=5), 64),
    "all-10": (Plan(10, wild=1, knockouts=10, knockdowns=10, multifactorial=10, series=5), 64),
    "multifactorial-50": (Plan(50, multifactorial=50), 12),
    "multifactorial-100": (Plan(100, multifactorial=100), 8),
    "knockouts-50": (Plan(50, wild=1, knockouts=50, knockdowns=50), 8),
    "series-50": (Plan(50, series=10), 8),
    "wide-multifactorial-30": (Plan(30, "wide", multifactorial=150), 16),
    "wide-knockouts-30": (Plan(30, "wide", wild=2, knockouts=30), 16),
    "structural-20": (Plan(20, "structural", multifactorial=200), 16),
    "cells-10": (Plan(10, "switch", cells=500), 24),
    "cells-30": (Plan(30, "switch", cells=400), 12),
    "counted-cells-20": (Plan(20, "switch", cells=500, counts=True), 16),
    "all-100": (Plan(100, wild=1, knockouts=100, knockdowns=100, series=20), 3),
    "logic-cells-10": (Plan(10, "logic", cells=500), 24),
    "fate-cells-10": (Plan(10, "fate", cells=500), 24),
    "counted-types-50": (Plan(50, "wide", cells=500, types=8, counts=True, few=True), 8),
    "counted-screen-30": (Plan(30, "wide", cells=600, types=2, screened=20, counts=True), 8),
    "counted-knockouts-30": (Plan(30, "wide", wild=30, knockouts=120, counts=True), 12),
}


@dataclass
class Held:
    """A named held-out set and the AUPRC of cheap methods on it."""

    name: str
    tables: Tables
    others: dict[str, float]


def held_out(values: int, seed: int, device: str = "cpu") -> list[Held]:
    """The held-out sets, each of at most so many `values` but at least two tables."""
    sets = []
    for number, (name, (plan, tables)) in enumerate(SETS.items()):
        tables = max(2, min(tables, values // (plan.genes * plan.samples)))
        drawn = simulate(plan, tables, [seed, number], device)
        others = {"pearson": average_precision(pearson(drawn.values), drawn.edges)}
        if plan.knockouts:
            others["knockout-z"] = average_precision(knockout_z(drawn), drawn.edges)
        others["prevalence"] = float(drawn.edges.float().mean() * plan.genes / (plan.genes - 1))
        sets.append(Held(name, drawn, others))
    return sets


@torch.no_grad()
def measure(model: NetworkModel, held: list[Held]) -> dict[tuple[str, str, str], float]:
    """Mean AUPRC by set, what is told (`expression` alone, or all that is known) and method."""
    figures: dict[tuple[str, str, str], float] = {}
    for part in held:
        tables = part.tables
        known = {"perturbation": tables.perturbation, "time": tables.time, "series": tables.series}
        says_something = bool((tables.perturbation > 0).any()) or not bool(tables.time.isnan().all())
        ways = {"expression": {}, "told": known} if says_something else {"expression": {}}
        for way, extra in ways.items():
            scores: tuple[list[Tensor], list[Tensor]] = ([], [])
            step = max(1, 5_000 // tables.values[0].numel())
            for start in range(0, len(tables.values), step):
                chosen = slice(start, start + step)
                read = model.read(tables.values[chosen], **{k: v[chosen] for k, v in extra.items()})
                for whole, piece in zip(scores, read, strict=True):
                    whole.append(piece)
            for reading, pieces in zip(("attention", "attention.layer"), scores, strict=True):
                figures[part.name, way, reading] = average_precision(torch.cat(pieces), tables.edges)
        for name, figure in part.others.items():
            figures[part.name, "told" if name == "knockout-z" else "expression", name] = figure
    return figures


def average_precision(scores: Tensor, edges: Tensor) -> float:
    """Mean over tables of the average precision; both (batch, target, regulator), the diagonal left out."""
    off = ~torch.eye(edges.shape[1], dtype=torch.bool, device=edges.device)
    order = scores[:, off].argsort(dim=1, descending=True)
    hit = edges[:, off].gather(1, order).double()
    precision = hit.cumsum(1) / torch.arange(1, hit.shape[1] + 1, device=hit.device)
    return float(((precision * hit).sum(1) / hit.sum(1).clamp(min=1)).mean())


def pearson(values: Tensor) -> Tensor:
    """Absolute correlation between genes, (batch, genes, genes), of (batch, samples, genes)."""
    z = values - values.mean(1, keepdim=True)
    z = z / z.norm(dim=1, keepdim=True).clamp(min=1e-12)
    return (z.transpose(1, 2) @ z).abs()


def knockout_z(tables: Tables) -> Tensor:
    """|Change of the target when the regulator is knocked out| over the target's standard deviation."""
    z = (tables.values - tables.values.mean(1, keepdim=True)) / tables.values.std(1, keepdim=True).clamp(min=1e-12)
    out = (tables.perturbation == KNOCKOUT).float()  # (B, S, G)
    change = z.transpose(1, 2) @ out / out.sum(1).clamp(min=1)[:, None, :]
    return change.abs()
