"""Structural equations: each gene a weighted sum of functions of its regulators plus noise; feedback allowed."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from regard.train.kinetics import Conditions
from regard.train.topology import Topology, coin, normal, uniform


@dataclass
class Structural:
    """`rows`, (n, r): the regulator's row among the n genes; `weight` and `shape` (which function), (n, r, 1)."""

    rows: Tensor
    weight: Tensor
    shape: Tensor


def draw_structural(topology: Topology, generator: torch.Generator) -> Structural:
    """Draw weights whose absolute sum is below 1 for each gene, so that feedback settles."""
    g = generator
    batch, genes, slots = topology.regulators.shape
    n = batch * genes
    rows = topology.regulators + genes * torch.arange(batch, device=g.device)[:, None, None]
    weight = uniform(g, (n, slots), 0.3, 1.0) * topology.present.reshape(n, slots)
    total = uniform(g, (n, 1), 0.5, 0.98)  # what regulators can explain, beside noise of sd 1
    weight = weight * total / weight.sum(1, keepdim=True).clamp(min=1e-6)
    weight = weight * torch.where(coin(g, (n, slots), 0.6), 1.0, -1.0)
    bent = coin(g, (batch, 1, 1), 0.6).expand(batch, genes, slots).reshape(n, slots)  # else linear
    shape = (uniform(g, (n, slots)) * 5).long() * bent
    return Structural(rows.reshape(n, slots), weight[:, :, None], shape[:, :, None])


def respond(net: Structural, x: Tensor) -> Tensor:
    """Sum over regulators, (n, samples), of x of that shape; each function has slope at most 1."""
    source = x[net.rows]  # (n, r, S)
    value = source
    for index, function in enumerate((torch.tanh, torch.relu, torch.sin, soft_step), start=1):
        value = torch.where(net.shape == index, function(source), value)
    return (net.weight * value).sum(1)


def soft_step(x: Tensor) -> Tensor:
    return 1.6 * torch.sigmoid(2.5 * x)


def settle(net: Structural, conditions: Conditions, steps: int = 25) -> Tensor:
    """Values, (n, samples), once every equation holds; `conditions.shift` is the noise."""
    x = conditions.shift
    for _ in range(steps):
        x = (respond(net, x) + conditions.shift) * conditions.factor + conditions.addition
    return x.clamp(-20, 20)


def follow(net: Structural, conditions: Conditions, generator: torch.Generator, *, points: int, keep: float) -> Tensor:
    """An autoregression of `points` rows, (points, n, series), that keeps a share `keep` of the last row."""
    x = 2 * normal(generator, tuple(conditions.shift.shape))
    records = []
    for _ in range(points):
        records.append(x)
        goal = respond(net, x) * conditions.factor + conditions.addition + conditions.shift
        x = (keep * x + (1 - keep) * goal + 0.2 * normal(generator, tuple(x.shape))).clamp(-20, 20)
    return torch.stack(records)
