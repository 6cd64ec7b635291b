"""From true expression to what an array or a single-cell experiment reads."""

from __future__ import annotations

import torch
from torch import Tensor

from regard.train.topology import coin, normal, uniform


def by_array(x: Tensor, generator: torch.Generator, *, published: bool, clean: bool = False) -> Tensor:
    """Noisy intensities relative to each table's maximum; x, shape (batch, samples, genes), at least 0.

    Published: what DREAM4's replicates show, a standard deviation of about .05 together with the noise
    of the cell; what is exactly 0 (a gene that was deleted) stays 0, nothing else is. Clean: four tables in ten have
    no noise of measurement at all, as a simulator's own cells.
    """
    g, one = generator, (len(x), 1, 1)
    constant = torch.full(one, 0.03, device=x.device) if published else 0.12 * uniform(g, one) ** 2
    factor = torch.full(one, 0.09, device=x.device) if published else 0.4 * uniform(g, one) ** 2
    if clean:
        less = uniform(g, one) * coin(g, one, 0.6)
        constant, factor = constant * less, factor * less
    constant = constant * x.amax((1, 2), keepdim=True)
    noisy = x * torch.exp(factor * normal(g, tuple(x.shape))) + constant * normal(g, tuple(x.shape))
    clipped = torch.where(coin(g, one, 0.0 if published else 0.5), noisy.clamp(min=0), noisy.abs())
    noisy = torch.where(x > 1e-6, clipped, 0.0)
    return noisy / noisy.amax((1, 2), keepdim=True).clamp(min=1e-6)


def by_scale(x: Tensor, generator: torch.Generator) -> Tensor:
    """Values of a structural model on an arbitrary scale for each gene, some tables exponentiated."""
    g = generator
    noisy = x + 0.5 * uniform(g, (len(x), 1, 1)) * normal(g, tuple(x.shape))
    spread = uniform(g, (len(x), 1, 1), 0.0, 1.0)
    scale = torch.exp(spread * normal(g, (len(x), 1, x.shape[2])))
    raised = torch.where(coin(g, (len(x), 1, 1), 0.3), torch.exp(0.5 * noisy), noisy)
    return raised * scale + 3 * spread * normal(g, (len(x), 1, x.shape[2]))


def by_counts(x: Tensor, generator: torch.Generator) -> Tensor:
    """Counts of molecules with uneven depth, extra variance and drop-outs; mostly normalised and log-transformed."""
    g = generator
    batch, samples, genes = x.shape
    abundance = torch.exp(uniform(g, (batch, 1, 1), 0.2, 1.3) * normal(g, (batch, 1, genes)))
    captured = in_droplets(x.clamp(min=0) * abundance, g)
    depth = torch.exp(uniform(g, (batch, 1, 1), 0.1, 0.6) * normal(g, (batch, samples, 1)))
    level = torch.exp(uniform(g, (batch, 1, 1), -0.7, 3.5))  # mean molecules of a gene at full expression
    extra = torch.exp(uniform(g, (batch, 1, 1), 0.0, 0.5) * normal(g, (batch, samples, genes)))
    mean = (captured * depth * level * extra).clamp(max=1e5)
    counts = torch.poisson(mean, generator=g)
    total = counts.sum(2, keepdim=True).clamp(min=1)
    normal_depth = counts / total * total.mean(1, keepdim=True)
    way = uniform(g, (batch, 1, 1))
    counts = torch.where(way < 0.7, normal_depth.log1p(), torch.where(way < 0.9, counts.log1p(), counts))
    return drop_low(counts, g, 0.3)


def in_droplets(x: Tensor, generator: torch.Generator) -> Tensor:
    """What droplets hold of the cells x, (batch, samples, genes), each of these in some tables.

    Ambient RNA: the table's mean is up to a fifth of every droplet. Doublets: up to a tenth are the mean of two cells.
    Batches: two to four groups of samples, in which each gene is caught more or less well.
    """
    g, one = generator, (len(x), 1, 1)
    ambient = uniform(g, one, 0.0, 0.2) * coin(g, one, 0.4)
    x = torch.lerp(x, x.mean(1, keepdim=True).expand_as(x), ambient)
    other = torch.rand(x.shape[:2], generator=g, device=g.device).argsort(dim=1)[:, :, None].expand_as(x)
    doublet = coin(g, (*x.shape[:2], 1), uniform(g, one, 0.0, 0.1) * coin(g, one, 0.4))
    x = torch.where(doublet, (x + x.gather(1, other)) / 2, x)
    group = (uniform(g, (*x.shape[:2], 1)) * (2 + (3 * uniform(g, one)).floor())).long().expand_as(x)
    caught = torch.exp(uniform(g, one, 0.0, 0.5) * coin(g, one, 0.3) * normal(g, (len(x), 4, x.shape[2])))
    return x * caught.gather(1, group)


def drop_low(x: Tensor, generator: torch.Generator, chance: float) -> Tensor:
    """In a share `chance` of tables, zero most values below a quantile of their gene (as BEELINE's drop-outs)."""
    g = generator
    share = uniform(g, (len(x), 1, 1), 0.1, 0.7)
    rank = x.argsort(dim=1).argsort(dim=1) / x.shape[1]
    dropped = (rank < share) & coin(g, tuple(x.shape), share) & coin(g, (len(x), 1, 1), chance)
    return torch.where(dropped, 0.0, x)
