"""From true expression to what an array or a single-cell experiment reads."""

from __future__ import annotations

import torch
from torch import Tensor

from regard.train.topology import coin, normal, uniform


def by_array(x: Tensor, generator: torch.Generator, published: bool) -> Tensor:
    """Noisy intensities relative to each table's maximum; x, shape (batch, samples, genes), at least 0.

    Published: what DREAM4's replicates show, a standard deviation of about .05 together with the noise
    of the cell; what is exactly 0 (a gene that was deleted) stays 0, nothing else is.
    """
    g, one = generator, (len(x), 1, 1)
    constant = torch.full(one, 0.03, device=x.device) if published else 0.12 * uniform(g, one) ** 2
    factor = torch.full(one, 0.09, device=x.device) if published else 0.4 * uniform(g, one) ** 2
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
    depth = torch.exp(uniform(g, (batch, 1, 1), 0.1, 0.6) * normal(g, (batch, samples, 1)))
    level = torch.exp(uniform(g, (batch, 1, 1), -0.7, 3.5))  # mean molecules of a gene at full expression
    extra = torch.exp(uniform(g, (batch, 1, 1), 0.0, 0.5) * normal(g, (batch, samples, genes)))
    mean = (x.clamp(min=0) * abundance * depth * level * extra).clamp(max=1e5)
    counts = torch.poisson(mean, generator=g)
    total = counts.sum(2, keepdim=True).clamp(min=1)
    normal_depth = counts / total * total.mean(1, keepdim=True)
    way = uniform(g, (batch, 1, 1))
    counts = torch.where(way < 0.7, normal_depth.log1p(), torch.where(way < 0.9, counts.log1p(), counts))
    return drop_low(counts, g, 0.3)


def drop_low(x: Tensor, generator: torch.Generator, chance: float) -> Tensor:
    """In a share `chance` of tables, zero most values below a quantile of their gene (as BEELINE's drop-outs)."""
    g = generator
    share = uniform(g, (len(x), 1, 1), 0.1, 0.7)
    rank = x.argsort(dim=1).argsort(dim=1) / x.shape[1]
    dropped = (rank < share) & coin(g, tuple(x.shape), share) & coin(g, (len(x), 1, 1), chance)
    return torch.where(dropped, 0.0, x)
