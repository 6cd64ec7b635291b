"""Simulated tables to learn regression from: structural equations and additive functions, with noise.

Whole batches on one device. A table has R rows and C columns to predict a target from. Its variables
come from a random sparse network: each is a sum of functions of its parents, one kind of function an
edge, plus noise of its own, iterated to (near) rest, so that feedback is allowed. The target is one
of the variables, or an additive function of some of them that none of the columns responds to. Wide on
purpose: linear to steep, near-noiseless to mostly noise, knock-outs, shared confounders, warped
scales, drop-outs.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

ROUNDS = 6  # of the iteration; paths longer than this carry nothing


class Tables(NamedTuple):
    x: Tensor  # (B, R, C)
    y: Tensor  # (B, R)
    parents: Tensor  # bool (B, C): columns that enter the target's own equation


def bent(x: Tensor) -> Tensor:
    """The kinds of function an edge may have, shape (kinds, *x.shape); x has unit scale."""
    hill = torch.sigmoid(4 * (x - 0.5))
    return torch.stack([x, x.tanh(), 2 * hill, x.relu(), x.square().clamp(max=9) - 1, (1.5 * x).sin(), (2 * x).sign()])


KINDS = 7
USUAL = (0.35, 0.2, 0.2, 0.1, 0.05, 0.05, 0.05)  # how often each kind is drawn


def log_uniform(low: float, high: float, shape, generator: torch.Generator) -> Tensor:
    u = torch.rand(shape, generator=generator, device=generator.device)
    return torch.exp(math.log(low) + u * (math.log(high) - math.log(low)))


def standard(x: Tensor, dim: int = 1) -> Tensor:
    deviation, mean = torch.std_mean(x, dim=dim, keepdim=True)
    return (x - mean) / deviation.clamp(min=1e-4)


def edges(batch: int, nodes: int, generator: torch.Generator) -> Tensor:
    """Weights of each kind, shape (batch, kinds, parent, child); a table's mean in-degree is 1 to 6."""
    device = generator.device

    def uniform(*shape):
        return torch.rand(shape, generator=generator, device=device)

    degree = log_uniform(1, 6, (batch, 1, 1), generator)
    hub = log_uniform(0.1, 10, (batch, nodes, 1), generator) ** uniform(batch, 1, 1)  # scale-free to even
    chance = (degree * hub / hub.mean(dim=1, keepdim=True) / nodes).clamp(max=0.9)
    present = uniform(batch, nodes, nodes) < chance
    acyclic = uniform(batch, 1, 1) < 0.5
    rank = torch.arange(nodes, device=device)
    present &= torch.where(acyclic, rank[:, None] < rank[None, :], rank[:, None] != rank[None, :])
    sign = torch.where(uniform(batch, nodes, nodes) < uniform(batch, 1, 1), -1.0, 1.0)
    weight = present * sign * log_uniform(0.3, 1.5, (batch, nodes, nodes), generator)
    usual = torch.tensor(USUAL, device=device).expand(batch, KINDS)
    linear = torch.eye(KINDS, device=device)[0].expand(batch, KINDS)
    usual = torch.where(uniform(batch, 1) < 0.15, linear, usual)  # some tables are linear throughout
    kind = torch.multinomial(usual, nodes * nodes, replacement=True, generator=generator).view(batch, 1, nodes, nodes)
    return weight[:, None] * (kind == torch.arange(KINDS, device=device)[:, None, None])


def additive(parents: Tensor, values: Tensor, weight: Tensor) -> Tensor:
    """Sum over parents of weight × function of its kind; (B, R, nodes) -> (B, R, children)."""
    signal = torch.einsum("kbrp,bkpc->brc", bent(values), weight)
    norm = weight.square().sum(dim=(1, 2)).sqrt().clamp(min=1e-3)  # (B, children)
    return parents * signal / norm[:, None]


def structural(rows: int, weight: Tensor, generator: torch.Generator) -> Tensor:
    """Values of all variables, shape (B, R, nodes): own noise and parents, iterated ROUNDS times."""
    batch, _, nodes, _ = weight.shape
    device = generator.device

    def normal(*shape):
        return torch.randn(shape, generator=generator, device=device)

    noise = log_uniform(0.05, 2, (batch, 1, nodes), generator)
    own = normal(batch, rows, nodes)
    loose = torch.rand((batch, 1, 1), generator=generator, device=device) < 0.3
    factors = normal(batch, rows, 2) @ normal(batch, 2, nodes)  # confounders that no column shows
    own = torch.where(loose, (own + 0.7 * factors) / 1.4, own)
    share = noise / (1 + noise.square()).sqrt()  # noise's part of a variable with parents
    rooted = (weight.abs().sum(dim=(1, 2)) == 0)[:, None]
    share = torch.where(rooted, 1.0, share)
    silenced = torch.rand((batch, rows, nodes), generator=generator, device=device) < 1 / (4 * nodes)
    silenced &= torch.rand((batch, 1, 1), generator=generator, device=device) < 0.3  # tables with knock-outs
    values = own
    for _ in range(ROUNDS):
        values = share * own + additive((1 - share.square()).sqrt(), values, weight)
        values = torch.where(silenced, -2.5, values).clamp(-6, 6)
    return values


def warped(values: Tensor, generator: torch.Generator) -> Tensor:
    """Each column on a scale of its own: as it is, exponential, compressed; and drop-outs in some tables."""
    batch, _, columns = values.shape
    device = generator.device

    def uniform(*shape):
        return torch.rand(shape, generator=generator, device=device)

    values = standard(values)
    steep = log_uniform(0.2, 1.5, (batch, 1, columns), generator)
    scale = torch.where(uniform(batch, 1, 1) < 0.7, uniform(batch, 1, 1), uniform(batch, 1, columns))
    values = torch.where(scale < 0.2, (steep * values).exp(), values)
    values = torch.where(scale > 0.9, (steep * 2 * values).tanh(), values)
    dropped = uniform(*values.shape) < 0.5 * uniform(batch, 1, 1)
    dropped &= uniform(batch, 1, 1) < 0.1
    return torch.where(dropped, values.amin(dim=1, keepdim=True), values)


def with_parents(weight: Tensor, generator: torch.Generator) -> Tensor:
    """A variable of each table, nearly always one with parents."""
    return torch.multinomial((weight.abs().sum(dim=(1, 2)) > 0) + 0.02, 1, generator=generator)[:, 0]


def draw(batch: int, rows: int, columns: int, generator: torch.Generator) -> Tables:
    """A batch of tables, all of one size; the device is the generator's."""
    device, nodes = generator.device, columns + 1
    weight = edges(batch, nodes, generator)
    values = structural(rows, weight, generator)
    table = torch.arange(batch, device=device)
    target = with_parents(weight, generator)
    parents = weight.abs().sum(dim=1)[table, :, target] > 0

    more = edges(batch, nodes, generator)  # one more child, which nothing responds to
    outside = more[table, :, :, with_parents(more, generator)][..., None]
    quiet = log_uniform(0.05, 1, (batch, 1), generator)
    y = additive(torch.ones((), device=device), values, outside)[..., 0]
    y = y + quiet * torch.randn(y.shape, generator=generator, device=device)
    keep = torch.rand((batch, 1), generator=generator, device=device) < 0.6  # a variable of the network itself
    y = torch.where(keep, values[table, :, target], y)
    parents = torch.where(keep, parents, outside[..., 0].abs().sum(dim=1) > 0)

    shuffled = torch.rand((batch, nodes), generator=generator, device=device)
    shuffled[table, target] = 2.0  # last: left out of the columns
    order = shuffled.argsort(dim=1)[:, :columns]
    x = values.gather(2, order[:, None].expand(batch, rows, columns))
    both = warped(torch.cat([x, y[..., None]], dim=2), generator)
    return Tables(both[..., :-1], both[..., -1], parents.gather(1, order))
