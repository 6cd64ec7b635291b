"""Random regulatory networks: hubs, modules, chains, feedback; many at once."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

MOST = 8  # regulators of one gene


@dataclass
class Topology:
    """Who regulates whom in `batch` networks of `genes` genes.

    `regulators`, int64 (batch, genes, slots), names the regulator in each slot of a target;
    `present`, bool of that shape, says which slots are filled; `allowed`, bool (batch, genes),
    which genes may regulate at all.
    """

    regulators: Tensor
    present: Tensor
    allowed: Tensor

    def edges(self) -> Tensor:
        """Labels, bool (batch, target, regulator), False on the diagonal."""
        batch, genes, _ = self.regulators.shape
        edges = torch.zeros(batch, genes, genes, device=self.regulators.device)
        edges.scatter_add_(2, self.regulators, self.present.float())
        return (edges > 0) & ~torch.eye(genes, dtype=torch.bool, device=edges.device)


def uniform(generator: torch.Generator, shape: tuple[int, ...], low: float = 0.0, high: float = 1.0) -> Tensor:
    return torch.rand(shape, generator=generator, device=generator.device) * (high - low) + low


def normal(generator: torch.Generator, shape: tuple[int, ...]) -> Tensor:
    return torch.randn(shape, generator=generator, device=generator.device)


def coin(generator: torch.Generator, shape: tuple[int, ...], chance: float | Tensor = 0.5) -> Tensor:
    return torch.rand(shape, generator=generator, device=generator.device) < chance


def draw_topology(
    batch: int, genes: int, generator: torch.Generator, *, ruled: bool = False, few: bool = False
) -> Topology:
    """Draw networks, each with its own density, hubs, modules, chains and feedback.

    ruled : (almost) every gene has a regulator, and most genes of a small network meet, as in models of a cell's fate.
    few : 4 to 30 % of the genes may regulate, as factors among all that is expressed.

    A target's regulators are the best of log-weights plus Gumbel noise, that is, drawn without
    replacement in proportion to the weights: log-normal out-strength (near-uniform to scale-free),
    a bonus inside modules, one for neighbours along an order (chains and rings), one shared by both
    directions (reciprocal edges) and one against the order (none to a network without feedback).
    """
    g, one = generator, (batch, 1, 1)
    slots = min(MOST, genes - 1)
    spread = uniform(g, one, 0.0, 2.5)
    weight = normal(g, (batch, 1, genes)) * spread  # log out-strength of the regulator (last axis)
    order = torch.rand(batch, genes, generator=g, device=g.device).argsort(dim=1)
    ahead = order[:, :, None] - order[:, None, :]  # > 0: the regulator comes before the target
    groups = (1 + uniform(g, one, 0.0, max(1.0, genes / 6))).long()[:, 0]
    group = order * groups // genes
    same = group[:, :, None] == group[:, None, :]
    weight = weight + same * uniform(g, one, 0.0, 5.0) * coin(g, one)
    ring = torch.where(coin(g, one), (ahead - 1).remainder(genes), (ahead - 1).abs())
    weight = weight - ring * uniform(g, one, 0.3, 2.0) * coin(g, one, 0.25)
    pairs = normal(g, (batch, genes, genes))
    mutual = uniform(g, one, 0.0, 4.0 if ruled else 2.0) * coin(g, one, 0.7 if ruled else 0.4)
    weight = weight + (pairs + pairs.transpose(1, 2)) * mutual
    feedforward = torch.where(coin(g, one, 0.3), 20.0, uniform(g, one, 0.0, 3.0)) * coin(g, one, 0.6)
    weight = weight - (ahead < 0) * feedforward

    share = torch.where(coin(g, (batch, 1), 0.5), 1.0, uniform(g, (batch, 1), 0.1, 1.0))
    if few:
        share = uniform(g, (batch, 1), 0.04, 0.3)
    rank = torch.rand(batch, genes, generator=g, device=g.device).argsort(dim=1)
    allowed = rank < (share * genes).ceil().clamp(min=min(3, genes))
    weight = weight.masked_fill(~allowed[:, None, :], -torch.inf)
    weight = weight.masked_fill(torch.eye(genes, dtype=torch.bool, device=g.device), -torch.inf)
    gumbel = -torch.log(-torch.log(uniform(g, (batch, genes, genes), 1e-6, 1 - 1e-6)))
    best = (weight + gumbel).topk(slots, dim=2)

    mean = torch.exp(uniform(g, (batch, 1), -0.35, 1.15))  # 0.7 to 3.2 regulators a gene
    if ruled:
        mean = torch.exp(uniform(g, (batch, 1), 0.0, 1.5)).clamp(max=0.55 * genes)
    uneven = torch.exp(normal(g, (batch, genes)) * uniform(g, (batch, 1), 0.0, 0.8))
    number = torch.poisson(mean * uneven, generator=g)[:, :, None]
    present = (torch.arange(slots, device=g.device) < number) & best.values.isfinite() & (best.values > -15)
    if ruled:
        rule = coin(g, (batch, genes), uniform(g, (batch, 1), 0.8, 1.15))
        present[:, :, 0] |= rule & best.values[:, :, 0].isfinite()
    present[:, :, 0] |= (rank == 0) & best.values[:, :, 0].isfinite()  # no network without an edge
    return Topology(best.indices, present, allowed)
