"""Simulated regulation: random networks, their expression in many kinds of experiment, and the true edges.

A `Plan` (`plans`) says what a batch of tables looks like (how many genes, which samples, which kind of model and
measurement); `simulate` makes the tables, all at once on the generator's device; `decisive` those of them that vary
together most.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from regard.train import cells, kinetics, structural
from regard.train.kinetics import Conditions, draw_kinetics
from regard.train.measurement import by_array, by_counts, by_scale, drop_low
from regard.train.plans import Plan
from regard.train.structural import draw_structural
from regard.train.topology import Topology, coin, draw_topology, normal, uniform

KNOCKOUT, KNOCKDOWN, OVEREXPRESSION = 1, 2, 3  # as in regard.data.expression.KINDS
TAKING_SIDES = ("fate", "logic", "switch")


@dataclass
class Tables:
    """A batch of tables with the same plan.

    `values`, (batch, samples, genes); `perturbation`, int8 of that shape; `time`, (batch, samples), NaN where
    there is none; `series`, int of that shape, −1 outside; `allowed`, bool (batch, genes): may regulate;
    `edges`, bool (batch, target, regulator); `sign`, int8 of that shape, +1 where an edge activates, −1 where it
    represses, 0 where there is none or it does now one, now the other.
    """

    values: Tensor
    perturbation: Tensor
    time: Tensor
    series: Tensor
    allowed: Tensor
    edges: Tensor
    sign: Tensor

    def part(self, start: int, stop: int) -> Tables:
        return Tables(*(tensor[start:stop] for tensor in vars(self).values()))


def simulate(plan: Plan, batch: int, seed: int | list[int], device: str | torch.device = "cpu") -> Tables:
    """Draw `batch` networks and their tables; the same seed on the same device gives the same tables."""
    entropy = np.random.SeedSequence(seed).generate_state(1, np.uint64)[0]
    g = torch.Generator(device).manual_seed(int(entropy >> np.uint64(1)))
    topology = draw_topology(batch, plan.genes, g, ruled=plan.model == "fate", few=plan.few)
    perturbation = what_is_done(plan, batch, g)  # (B, samples, G)
    parts = structural_rows if plan.model == "structural" else kinetic_rows
    values, time, series, sign = parts(plan, topology, perturbation, g)
    if plan.counts:
        values = by_counts(torch.exp(0.7 * values) if plan.model == "structural" else values, g)
    elif plan.model == "structural":
        values = by_scale(values, g)
    else:
        values = by_array(values, g, published=plan.model == "published", clean=plan.model == "fate")
        values = drop_low(values, g, 0.5 if plan.cells else 0.0)
    edges = topology.edges()
    return Tables(values, perturbation, time, series, topology.allowed, edges, sign * edges)


def decisive(plan: Plan, batch: int, seed: int | list[int], device: str | torch.device = "cpu") -> Tables:
    """As `simulate`; of cells that take sides, where the seed says so, the most correlated third of what is drawn.

    Random networks mostly settle alike (mean |r| between genes .16, in published models of a cell's fate .35 to .7).
    """
    picky = plan.cells > 0 and plan.model in TAKING_SIDES and np.random.default_rng(seed).random() < 0.65
    if not picky:
        return simulate(plan, batch, seed, device)
    tables = simulate(plan, 3 * batch, seed, device)
    x = tables.values - tables.values.mean(1, keepdim=True)
    x = x / x.norm(dim=1, keepdim=True).clamp(min=1e-6)
    kept = (x.transpose(1, 2) @ x).abs().sum((1, 2)).topk(batch).indices.sort().values
    return Tables(*(tensor[kept] for tensor in vars(tables).values()))


def what_is_done(plan: Plan, batch: int, g: torch.Generator) -> Tensor:
    """Codes of all samples: wild type, each kind of perturbation of one gene a sample, the rest; cells of a screen."""
    codes = torch.zeros(batch, plan.samples, plan.genes, dtype=torch.int8, device=g.device)
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
    if plan.screened:
        codes[:, -plan.cells :] = cells.screen(plan, batch, (KNOCKOUT, KNOCKDOWN, OVEREXPRESSION), g)
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
        conditions = still(plan.steady)
        conditions.factor, conditions.addition = effect(genes_first(perturbation[:, : plan.steady]), g, published)
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
        if plan.types:
            done = effect(genes_first(perturbation[:, -plan.cells :]), g, published)
            found, minutes = cells.rest(net, plan, wild, *done, g)
        else:
            found, minutes = cells.differentiate(net, plan, batch, g)
        values.append(rows_first(found, batch))
        times.append(minutes)
    stamps = torch.cat(times) if times else torch.zeros(0, device=device)
    return torch.cat(values, dim=1), *series_index(plan, batch, g, stamps), kinetics.signs(net, batch)


def effect(code: Tensor, g: torch.Generator, published: bool) -> tuple[Tensor, Tensor]:
    """Factor on and addition to transcription, both as `code`, (n, samples), of what is done to each gene."""
    one = (len(code), 1)
    left = 0.5 if published else uniform(g, one, 0.1, 0.7)  # of transcription after a knock-down
    rest = 0.0 if published else 0.1 * uniform(g, one) * coin(g, one)
    factor = torch.where(code == KNOCKOUT, rest, torch.where(code == KNOCKDOWN, left, 1.0))
    return factor, torch.where(code == OVEREXPRESSION, uniform(g, one, 0.4, 1.5), 0.0)


def structural_rows(plan: Plan, topology: Topology, perturbation: Tensor, g: torch.Generator):
    batch, genes = topology.allowed.shape
    n, device = batch * genes, g.device
    net = draw_structural(topology, g)
    values = []
    if plan.steady:
        code = genes_first(perturbation[:, : plan.steady])
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
    return torch.cat(values, dim=1), *series_index(plan, batch, g, times), structural.signs(net, batch, genes)
