"""How unlike the training simulations a table is, from statistics that need no labels."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from regard.data.expression import Expression
from regard.errors import InputError

STATISTICS = (
    "log genes",
    "log samples",
    "mean |correlation| above noise",
    "95th percentile of |correlation| above noise",
    "share of variance in the first component",
    "participation of components",
    "mean |skewness|",
    "excess kurtosis",
    "share of zeros",
    "spread of gene standard deviations",
    "gene means over gene standard deviations",
    "correlation of gene mean and standard deviation",
    "share of variance between samples",
)
NEIGHBOURS = 5


def statistics(values: Tensor) -> Tensor:
    """Statistics of tables (batch, samples, genes), shape (batch, len(STATISTICS)), each roughly of order 1."""
    x = values.double()
    batch, samples, genes = x.shape
    mean, spread = x.mean(1), x.std(1, correction=0)
    z = (x - mean[:, None]) / (spread[:, None] + 1e-6 * x.abs().amax(1, keepdim=True) + 1e-12)
    z = z.clamp(-10, 10)
    correlation = z.transpose(1, 2) @ z / samples
    off = correlation.abs()[:, ~torch.eye(genes, dtype=torch.bool, device=x.device)]  # (B, G (G − 1))
    if off.shape[1] > 20_000:  # the quantile of many pairs is that of some
        off = off[:, :: off.shape[1] // 20_000 + 1]
    noise = samples**-0.5
    small = correlation if genes <= samples else z @ z.transpose(1, 2) / genes
    values_ = torch.linalg.eigvalsh(small).clamp(min=0)
    values_ = values_ / values_.sum(1, keepdim=True).clamp(min=1e-12)
    log_spread = (spread / spread.mean(1, keepdim=True).clamp(min=1e-12)).clamp(min=1e-3).log()
    level = mean / spread.clamp(min=1e-12).quantile(0.5, dim=1, keepdim=True)
    centred_level, centred_spread = level - level.mean(1, keepdim=True), log_spread - log_spread.mean(1, keepdim=True)
    parts = [
        torch.full((batch,), genes, device=x.device).double().log(),
        torch.full((batch,), samples, device=x.device).double().log(),
        10 * (off.mean(1) - 0.8 * noise),
        5 * (off.quantile(0.95, dim=1) - 1.96 * noise),
        5 * values_[:, -1],
        5 / (values_**2).sum(1) / min(genes, samples),
        (z**3).mean(1).abs().mean(1).log1p() * 2,
        (z**4).mean((1, 2)).log() * 2,
        3 * (x == 0).double().mean((1, 2)),
        3 * log_spread.std(1, correction=0),
        torch.asinh(level.mean(1)),
        2 * (centred_level * centred_spread).mean(1)
        / ((centred_level**2).mean(1) * (centred_spread**2).mean(1)).sqrt().clamp(min=1e-9),
        5 * z.mean(2).var(1, correction=0),
    ]  # fmt: skip
    return torch.stack(parts, dim=1).float()


def percentile(table: Tensor, reference: Tensor) -> float:
    """Percentile, 0 to 100, of a table's distance among the distances that training tables have themselves.

    The distance is the mean over the five nearest training tables of the Euclidean distance in units of
    the training tables' standard deviations; a training table does not count as its own neighbour.
    table, shape (statistics,); reference, shape (tables, statistics).
    """
    spread = reference.std(0).clamp(min=1e-3)
    scaled = reference / spread
    among = torch.cdist(scaled, scaled).fill_diagonal_(torch.inf)
    usual = among.topk(NEIGHBOURS, dim=1, largest=False).values.mean(1)
    own = torch.cdist((table / spread)[None], scaled).topk(NEIGHBOURS, dim=1, largest=False).values.mean()
    return float((usual < own).double().mean() * 100)


def unlike_prior(model: nn.Module, expression: Expression) -> float:
    """How unlike the tables that a network model was trained on a table is, as a percentile (see `percentile`).

    Above 99 the table is less like the training tables than 99 in 100 of themselves: then nothing that was
    measured on simulations holds for it.
    """
    values = expression.values[:, np.ptp(expression.values, axis=0) > 0]
    if values.shape[1] < 2:
        raise InputError("fewer than two genes vary: there is no network to look for")
    reference = model.prior[model.prior.any(dim=1)]
    if len(reference) <= NEIGHBOURS:
        return 100.0  # hardly trained: nothing is like what it has seen
    return percentile(statistics(torch.as_tensor(values)[None])[0], reference)
