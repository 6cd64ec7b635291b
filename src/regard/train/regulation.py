"""Simulated regulation: random networks, their expression in many kinds of experiment, and the true edges.

A `Plan` says what a batch of tables looks like (how many genes, which samples, which kind of model
and measurement); `draw_plan` draws one from the prior; `simulate` makes the tables, all at once on the
generator's device.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from regard.train import kinetics, structural
from regard.train.kinetics import Conditions, draw_kinetics
from regard.train.measurement import by_array, by_counts, by_scale, drop_low
from regard.train.structural import draw_structural
from regard.train.topology import Topology, coin, draw_topology, normal, uniform

KNOCKOUT, KNOCKDOWN, OVEREXPRESSION = 1, 2, 3  # as in regard.data.expression.KINDS
CELLS_A_RUN = 4  # cells are taken at random times of this many times fewer differentiations


@dataclass(frozen=True)
class Plan:
    """What a table looks like: its genes, the number of samples of each kind, the model and the measurement.

    `model`: "published", "wide" (stochastic kinetics), "switch" (near-Boolean kinetics; `cells` are taken at
    random times of their own differentiation), or "structural" (equations). `counts`: measured as molecules.
    """

    genes: int
    model: str = "published"
    wild: int = 0
    knockouts: int = 0
    knockdowns: int = 0
    overexpressions: int = 0
    multifactorial: int = 0
    series: int = 0
    points: int = 21
    cells: int = 0
    counts: bool = False

    @property
    def steady(self) -> int:
        return self.wild + self.knockouts + self.knockdowns + self.overexpressions + self.multifactorial

    @property
    def samples(self) -> int:
        return self.steady + self.series * self.points + self.cells


@dataclass
class Tables:
    """A batch of tables with the same plan.

    `values`, (batch, samples, genes); `perturbation`, int8 of that shape; `time`, (batch, samples), NaN where
    there is none; `series`, int of that shape, −1 outside; `allowed`, bool (batch, genes): may regulate;
    `edges`, bool (batch, target, regulator).
    """

    values: Tensor
    perturbation: Tensor
    time: Tensor
    series: Tensor
    allowed: Tensor
    edges: Tensor

    def part(self, start: int, stop: int) -> Tables:
        return Tables(*(tensor[start:stop] for tensor in vars(self).values()))


def simulate(plan: Plan, batch: int, seed: int | list[int], device: str | torch.device = "cpu") -> Tables:
    """Draw `batch` networks and their tables; the same seed on the same device gives the same tables."""
    entropy = np.random.SeedSequence(seed).generate_state(1, np.uint64)[0]
    g = torch.Generator(device).manual_seed(int(entropy >> np.uint64(1)))
    topology = draw_topology(batch, plan.genes, g)
    perturbation = what_is_done(plan, batch, g)  # (B, steady, G)
    parts = structural_rows if plan.model == "structural" else kinetic_rows
    values, time, series = parts(plan, topology, perturbation, g)
    if plan.counts:
        values = by_counts(torch.exp(0.7 * values) if plan.model == "structural" else values, g)
    elif plan.model == "structural":
        values = by_scale(values, g)
    else:
        values = by_array(values, g, published=plan.model == "published")
        values = drop_low(values, g, 0.5 if plan.cells else 0.0)
    rest = plan.samples - plan.steady
    perturbation = torch.cat([perturbation, perturbation.new_zeros(batch, rest, plan.genes)], dim=1)
    return Tables(values, perturbation, time, series, topology.allowed, topology.edges())


def what_is_done(plan: Plan, batch: int, g: torch.Generator) -> Tensor:
    """Codes of the steady samples: wild type, each kind of perturbation of one gene a sample, multifactorial."""
    codes = torch.zeros(batch, plan.steady, plan.genes, dtype=torch.int8, device=g.device)
    start = plan.wild
    for code, number in (
        (KNOCKOUT, plan.knockouts),
        (KNOCKDOWN, plan.knockdowns),
        (OVEREXPRESSION, plan.overexpressions),
    ):
        rounds = -(-number // plan.genes)  # every gene once before any gene twice
        if number:
            order = torch.rand(batch, rounds, plan.genes, generator=g, device=g.device).argsort(dim=2)
            gene = order.reshape(batch, -1)[:, :number, None]
            codes[:, start : start + number].scatter_(2, gene, code)
        start += number
    return codes


def rows_first(x: Tensor, batch: int) -> Tensor:
    """(batch × genes, samples) to (batch, samples, genes)."""
    return x.reshape(batch, -1, x.shape[-1]).transpose(1, 2)


def genes_first(x: Tensor) -> Tensor:
    """(batch, samples, genes) to (batch × genes, samples)."""
    return x.transpose(1, 2).flatten(0, 1)


def shared_causes(shape: tuple[int, int, int], g: torch.Generator) -> Tensor:
    """Basal shifts, (batch, genes, samples), of which hidden causes of many genes are a part in some tables."""
    batch, genes, samples = shape
    hidden = normal(g, (batch, genes, 2)) @ normal(g, (batch, 2, samples))
    weight = uniform(g, (batch, 1, 1), 0.0, 0.7) * coin(g, (batch, 1, 1), 0.35)
    own = normal(g, shape)
    return uniform(g, (batch, 1, 1), 0.1, 0.6) * (weight * hidden + (1 - weight) * own)


def series_index(plan: Plan, batch: int, g: torch.Generator, times: Tensor) -> tuple[Tensor, Tensor]:
    """Time and series number of every sample, each (batch, samples); `times` (series × points + cells,) of the last."""
    before = torch.full((batch, plan.steady), torch.nan, device=g.device)
    time = torch.cat([before, times.expand(batch, -1)], dim=1)
    numbers = torch.arange(plan.series, device=g.device).repeat_interleave(plan.points)
    series = torch.full((batch, plan.samples), -1, dtype=torch.long, device=g.device)
    series[:, plan.steady : plan.steady + len(numbers)] = numbers
    return time, series


def kinetic_rows(plan: Plan, topology: Topology, perturbation: Tensor, g: torch.Generator):
    batch, genes = topology.allowed.shape
    n, device = batch * genes, g.device
    published = plan.model == "published"
    net = draw_kinetics(topology, g, plan.model)

    def still(samples: int) -> Conditions:
        zero = torch.zeros(n, samples, device=device)
        return Conditions(zero, zero + 1, zero)

    wild = kinetics.settle(net, still(1), torch.full((n, 1), 0.5, device=device))
    values, times = [], []
    if plan.steady:
        code = genes_first(perturbation)
        conditions = still(plan.steady)
        left = 0.5 if published else uniform(g, (n, 1), 0.1, 0.7)  # of transcription after a knock-down
        rest = 0.0 if published else 0.1 * uniform(g, (n, 1)) * coin(g, (n, 1))
        conditions.factor = torch.where(code == KNOCKOUT, rest, torch.where(code == KNOCKDOWN, left, 1.0))
        conditions.addition = torch.where(code == OVEREXPRESSION, uniform(g, (n, 1), 0.4, 1.5), 0.0)
        shape = (batch, genes, plan.steady)
        shift = 0.33 * normal(g, shape) if published else shared_causes(shape, g)
        single = plan.steady - plan.multifactorial  # elsewhere, samples differ little or not at all
        background = 0.0 if published else 0.4 * coin(g, (batch, 1, 1), 0.4)
        shift[:, :, :single] *= background
        conditions.shift = shift.reshape(n, -1)
        x = kinetics.settle(net, conditions, wild)
        x, _, _ = kinetics.integrate(net, conditions, x, g, steps=20, minutes=10.0)
        x = x * ((conditions.factor > 0) | (conditions.addition > 0))  # a deleted gene makes nothing at all
        values.append(rows_first(x, batch))
    if plan.series:
        conditions = still(plan.series)
        hit = coin(g, (n, plan.series), 0.33 if published else uniform(g, (batch, 1, 1), 0.05, 0.6).expand(
            batch, genes, 1).reshape(n, 1))  # fmt: skip
        size = uniform(g, (n, plan.series), 0.7, 1.3) if published else uniform(g, (n, plan.series), 0.1, 1.0)
        conditions.shift = hit * size * torch.where(coin(g, (n, plan.series)), 1.0, -1.0)
        gap = 50.0 if published else float(torch.exp(uniform(g, (1,), 2.0, 4.8)))  # 7 to 120 minutes
        half = (plan.points - 1) // 2
        run = {"generator": g, "minutes": gap / 5, "every": 5}
        start = wild if published else (wild + 0.3 * normal(g, (n, plan.series))).clamp(min=0)
        mrna, protein, first = kinetics.integrate(net, conditions, start, steps=5 * half, **run)
        back = still(plan.series) if published or coin(g, (1,), 0.6) else conditions
        later = 5 * (plan.points - 1 - half)
        _, _, second = kinetics.integrate(net, back, mrna, steps=later, protein=protein, **run)
        path = torch.cat([first, second[1:]])  # (points, n, series)
        path = path.reshape(plan.points, batch, genes, plan.series).permute(1, 3, 0, 2)
        values.append(path.reshape(batch, -1, genes))
        times.append(gap * torch.arange(plan.points, device=device).repeat(plan.series))
    if plan.cells:
        runs = -(-plan.cells // CELLS_A_RUN)
        conditions = still(runs)
        conditions.shift = (0.3 * uniform(g, (batch, 1, 1)) ** 2 * normal(g, (batch, genes, runs))).reshape(n, -1)
        start = uniform(g, (n, 1)) * coin(g, (n, 1), 0.35)  # the progenitor: most genes off
        length = 2 * int(uniform(g, (1,), 18, 45))
        _, _, path = kinetics.integrate(net, conditions, start, g, steps=length, minutes=7.0, every=2)
        path = path[1:].permute(1, 0, 2).flatten(1)  # (n, records × runs)
        chosen = torch.randperm(path.shape[1], generator=g, device=device)[: plan.cells]
        values.append(rows_first(path[:, chosen], batch))
        times.append(14.0 * (1 + chosen // runs))
    stamps = torch.cat(times) if times else torch.zeros(0, device=device)
    return torch.cat(values, dim=1), *series_index(plan, batch, g, stamps)


def structural_rows(plan: Plan, topology: Topology, perturbation: Tensor, g: torch.Generator):
    batch, genes = topology.allowed.shape
    n, device = batch * genes, g.device
    net = draw_structural(topology, g)
    values = []
    if plan.steady:
        code = genes_first(perturbation)
        low, high = -uniform(g, (n, 1), 1.0, 4.0), uniform(g, (n, 1), 1.0, 4.0)
        addition = torch.where(code == KNOCKOUT, low, torch.where(code == KNOCKDOWN, low / 2, 0.0))
        addition = torch.where(code == OVEREXPRESSION, high, addition)
        factor = torch.where(code == KNOCKOUT, 0.0, torch.where(code == KNOCKDOWN, 0.5, 1.0))
        noise = 1.5 * shared_causes((batch, genes, plan.steady), g)
        noise = noise * torch.exp(0.5 * uniform(g, (batch, 1, 1)) * normal(g, (batch, genes, 1)))
        values.append(rows_first(structural.settle(net, Conditions(noise.reshape(n, -1), factor, addition)), batch))
    if plan.series:
        zero = torch.zeros(n, plan.series, device=device)
        shift = normal(g, (n, plan.series)) * coin(g, (n, plan.series), 0.3)
        keep = float(uniform(g, (1,), 0.2, 0.9))
        path = structural.follow(net, Conditions(shift, zero + 1, zero), g, points=plan.points, keep=keep)
        path = path.reshape(plan.points, batch, genes, plan.series).permute(1, 3, 0, 2)
        values.append(path.reshape(batch, -1, genes))
    times = torch.arange(plan.points, device=device, dtype=torch.float32).repeat(plan.series)
    return torch.cat(values, dim=1), *series_index(plan, batch, g, times)


def draw_plan(rng: np.random.Generator, *, cells: int = 5_000, largest: int = 120) -> Plan:
    """Draw what a batch looks like: 5 to `largest` genes, 10 to 1,000 samples, at most 2.5 × `cells` values a table."""
    low, high = [(5, 16), (16, 50), (50, 121)][rng.choice(3, p=[0.62, 0.24, 0.14])]
    genes = int(np.exp(rng.uniform(np.log(min(low, largest)), np.log(min(high, largest + 1)))))
    most = int(np.clip(2.5 * cells / genes, 10, 1000))

    def some(low: float, high: float) -> int:
        return int(np.exp(rng.uniform(np.log(low), np.log(high))))

    model = str(rng.choice(["published", "wide", "switch", "structural"], p=[0.64, 0.15, 0.13, 0.08]))
    if model == "switch" and rng.random() < 0.75:
        return Plan(genes, "switch", cells=min(some(50, 800), most), counts=bool(rng.random() < 0.3))
    counts = model != "published" and rng.random() < 0.25
    kinds = rng.choice(["multifactorial", "knockouts", "series", "all"], p=[0.34, 0.26, 0.18, 0.22])
    parts: dict[str, int] = {}
    if kinds in ("multifactorial", "all"):
        parts["multifactorial"] = genes if rng.random() < 0.5 else some(10, 400)
    if kinds in ("knockouts", "all"):
        share = 1.0 if rng.random() < 0.7 else rng.uniform(0.2, 1.0)
        copies = int(rng.choice([1, 2, 4])) if counts or rng.random() < 0.1 else 1
        parts["wild"] = int(rng.integers(1, 4)) * copies
        parts["knockouts"] = max(1, int(share * genes)) * copies
        parts["knockdowns"] = int(share * genes) if rng.random() < 0.6 else 0
        parts["overexpressions"] = int(share * genes) if rng.random() < (0 if model == "published" else 0.25) else 0
    if kinds in ("series", "all"):
        parts["series"] = 5 if rng.random() < 0.4 else int(rng.integers(2, 11))
        parts["points"] = 21 if rng.random() < 0.6 else int(rng.integers(6, 40))
    plan = Plan(genes, model, **parts, counts=counts)
    while plan.samples > most:  # halve the longest part until the table fits
        rows = {name: number * (plan.points if name == "series" else 1) for name, number in parts.items()}
        longer = [name for name in rows if name not in ("points", "wild") and parts[name] > 1]
        if not longer:
            break
        parts[max(longer, key=rows.__getitem__)] //= 2
        plan = Plan(genes, model, **parts, counts=counts)
    if plan.samples < 10:
        plan = Plan(genes, model, **(parts | {"multifactorial": parts.get("multifactorial", 0) + 10}), counts=counts)
    return plan
