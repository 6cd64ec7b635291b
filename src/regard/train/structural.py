"""Structural equations: each gene a function of its regulators plus noise; feedback allowed.

A network's functions are all linear, or sums of one function a regulator, or draws from Gaussian processes of all
regulators together.
"""

from __future__ import annotations

import math
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
MONOTONE = torch.tensor([True, True, True, False, True])  # of FUNCTIONS
WAVES = 16  # cosines whose sum is a draw from a Gaussian process (Rahimi & Recht 2007)


@dataclass
class Structural:
    """Edges sorted by function: `source` and `target`, (e,), rows among the n genes; `weight`, (e, 1); `counts`.

    Where all edges of a gene are one Gaussian process: `joint`, (j, 2), source and target of each edge; `frequency`,
    (j, WAVES), and of the gene `offset` and `height`, (n, WAVES), the heights 0 for all other genes.
    """

    source: Tensor
    target: Tensor
    weight: Tensor
    counts: list[int]
    joint: Tensor
    frequency: Tensor
    offset: Tensor
    height: Tensor


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
    kind = uniform(g, (batch, 1, 1)).expand(batch, genes, slots).reshape(n, slots)
    which = (uniform(g, (n, slots)) * len(FUNCTIONS)).long() * (kind > 0.4)  # else linear
    present, process = topology.present.reshape(n, slots), kind > 0.8
    gene, place = (present & process).nonzero(as_tuple=True)
    reach = uniform(g, (n, 1), 1.0, 3.0)  # how far a regulator must move before its effect is another
    frequency = normal(g, (len(gene), WAVES)) / reach[gene]
    offset = uniform(g, (n, WAVES), 0.0, 2 * math.pi)
    height = total * math.sqrt(2 / WAVES) * normal(g, (n, WAVES)) * (present & process).any(1, keepdim=True)
    joint = torch.stack([rows.reshape(n, slots)[gene, place], gene], dim=1)
    target, slot = (present & ~process).nonzero(as_tuple=True)
    order = which[target, slot].argsort(stable=True)
    target, slot = target[order], slot[order]
    counts = which[target, slot].bincount(minlength=len(FUNCTIONS)).tolist()
    source = rows.reshape(n, slots)[target, slot]
    return Structural(source, target, weight[target, slot, None], counts, joint, frequency, offset, height)


def signs(net: Structural, batch: int, genes: int) -> Tensor:
    """What each edge does, int8 (batch, target, regulator): +1, -1, or 0 where it depends on the regulator's level."""
    one_way = MONOTONE.to(net.weight.device).repeat_interleave(torch.tensor(net.counts, device=net.weight.device))
    found = torch.zeros(batch * genes, genes, dtype=torch.int8, device=net.weight.device)
    found[net.target, net.source % genes] = (net.weight[:, 0].sign() * one_way).to(torch.int8)
    return found.view(batch, genes, genes)


def respond(net: Structural, x: Tensor) -> Tensor:
    """Sum over regulators, (n, samples), of x of that shape."""
    parts = [function(part) for function, part in zip(FUNCTIONS, x[net.source].split(net.counts), strict=True)]
    out = torch.zeros_like(x).index_add_(0, net.target, torch.cat(parts) * net.weight)
    if len(net.joint):
        source, target = net.joint.T
        phase = net.offset[:, :, None].repeat(1, 1, x.shape[1])
        phase.index_add_(0, target, net.frequency[:, :, None] * x[source][:, None, :])
        out = out + (net.height[:, :, None] * phase.cos()).sum(1)
    return out


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
