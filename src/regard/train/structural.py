"""Structural equations: each gene a weighted sum of functions of its regulators plus noise; feedback allowed."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from regard.train.kinetics import Conditions
from regard.train.topology import Topology, coin, normal, uniform

FUNCTIONS = (
    lambda x: x,
    torch.tanh,
    torch.relu,
    torch.sin,
    lambda x: 1.6 * torch.sigmoid(2.5 * x),
)  # slope at most 1


@dataclass
class Structural:
    """Edges sorted by function: `source` and `target`, (e,), rows among the n genes; `weight`, (e, 1); `counts`."""

    source: Tensor
    target: Tensor
    weight: Tensor
    counts: list[int]


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
    which = (uniform(g, (n, slots)) * len(FUNCTIONS)).long() * bent
    target, slot = topology.present.reshape(n, slots).nonzero(as_tuple=True)
    order = which[target, slot].argsort(stable=True)
    target, slot = target[order], slot[order]
    counts = which[target, slot].bincount(minlength=len(FUNCTIONS)).tolist()
    return Structural(rows.reshape(n, slots)[target, slot], target, weight[target, slot, None], counts)


def respond(net: Structural, x: Tensor) -> Tensor:
    """Sum over regulators, (n, samples), of x of that shape."""
    parts = [function(part) for function, part in zip(FUNCTIONS, x[net.source].split(net.counts), strict=True)]
    return torch.zeros_like(x).index_add_(0, net.target, torch.cat(parts) * net.weight)


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
