"""What the network model sees of each gene in each sample: the value on several scales, and what is known."""

from __future__ import annotations

import torch
from torch import Tensor

CHANNELS = 26


def channels(
    values: Tensor,
    perturbation: Tensor | None = None,
    time: Tensor | None = None,
    series: Tensor | None = None,
    allowed: Tensor | None = None,
) -> Tensor:
    """Input channels, float32 (batch, genes, samples, CHANNELS), of tables (batch, samples, genes).

    Whatever the units: each gene is standardised and ranked by itself, and shown once more on the scale of
    the whole table, so that quiet genes can be told from lively ones. `perturbation` is as in `Expression`,
    (batch, samples, genes); `time` (batch, samples) with NaN, `series` with −1 where a sample is outside;
    `allowed`, bool (batch, genes), which genes may regulate. What is None is marked as not told.
    """
    x = values.transpose(1, 2).float()  # (B, G, S)
    _, genes, samples = x.shape
    mean, spread = x.mean(2, keepdim=True), x.std(2, keepdim=True, correction=0)
    z = ((x - mean) / (spread + 1e-6 * x.abs().amax(2, keepdim=True) + 1e-12)).clamp(-8, 8)
    table_mean, table_spread = x.mean((1, 2), keepdim=True), x.std((1, 2), keepdim=True, correction=0) + 1e-12
    zeros = (x == 0).float()
    ones = torch.ones_like(x)
    parts = [
        z,
        normal_scores(x),
        torch.asinh((x - table_mean) / table_spread),
        torch.asinh((mean - table_mean) / table_spread) * ones,
        (spread / table_spread).clamp(1e-3, 1e3).log() * ones,
        zeros,
        zeros.mean(2, keepdim=True) * ones,
        z.mean(1, keepdim=True) * ones,
        z.std(1, keepdim=True, correction=0) * ones,
        ones * torch.tensor(samples / 100.0).log(),
        ones * torch.tensor(genes / 30.0).log(),
    ]
    nothing = torch.zeros_like(x)
    if perturbation is None:
        parts += [nothing] * 6
    else:
        done = perturbation.transpose(1, 2)
        count = (done > 0).sum(1, keepdim=True)
        parts += [ones, *((done == code).float() for code in (1, 2, 3)), (count > 0) * ones, count.log1p() * ones]
    if time is None:
        parts += [nothing] * 7
    else:
        if series is None:
            series = torch.full(time.shape, -1, device=time.device)
        parts += [ones, *time_channels(z, time, series)]
    if allowed is None:
        parts += [nothing] * 2
    else:
        parts += [allowed[:, :, None] * ones, ~allowed[:, :, None] * ones]
    return torch.stack(parts, dim=3)


def normal_scores(x: Tensor) -> Tensor:
    """Each gene's ranks over samples (last axis), ties averaged, as quantiles of a normal distribution."""
    x = x.contiguous()
    ordered = x.sort(dim=2).values
    rank = torch.searchsorted(ordered, x) + torch.searchsorted(ordered, x, right=True)  # twice the middle rank
    return torch.special.ndtri((rank / (2 * x.shape[2])).clamp(1e-4, 1 - 1e-4))


def time_channels(z: Tensor, time: Tensor, series: Tensor) -> list[Tensor]:
    """Six channels (batch, genes, samples): has a time, time, difference to the next row of its series and to the last.

    z, shape (batch, genes, samples), is expression in units of each gene's own standard deviation.
    """
    known = ~time.isnan()
    stamp = torch.where(known, time, 0.0)
    stamp = stamp / stamp.abs().amax(1, keepdim=True).clamp(min=1e-12)
    order = torch.argsort(series + 0.5 * (stamp + 1) / 1.01, dim=1)  # by series, then by time
    place = order[:, None, :].expand_as(z)
    row = z.gather(2, place)
    ordered = series.gather(1, order)
    follows = ((ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0))[:, None, :]
    step = (row[:, :, 1:] - row[:, :, :-1]) * follows
    edge = torch.zeros_like(z[:, :, :1])
    follows = follows.expand_as(step).float()
    out = []
    for part in ((step, edge), (follows, edge), (edge, step), (edge, follows)):
        out.append(torch.zeros_like(z).scatter(2, place, torch.cat(part, dim=2)))
    ones = torch.ones_like(z)
    return [known[:, None, :] * ones, stamp[:, None, :] * ones, *out]
