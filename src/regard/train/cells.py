"""Single cells of simulated networks: along a differentiation, at rest in some types, or in a screen."""

from __future__ import annotations

import torch
from torch import Tensor

from regard.train import kinetics
from regard.train.kinetics import Conditions, Kinetics
from regard.train.plans import Plan
from regard.train.topology import coin, normal, uniform

CELLS_A_RUN = 4  # cells are taken at random times of this many times fewer differentiations
ORIGINS = 6  # states that cells may come from
EVERY = 14.0  # minutes between two of the times at which a cell may be taken


def of_network(batch: int, genes: int, value: Tensor) -> Tensor:
    """What a network has, (batch, 1, 1), for each of its genes, (batch × genes, 1)."""
    return value.expand(batch, genes, 1).reshape(-1, 1)


def differentiate(net: Kinetics, plan: Plan, batch: int, g: torch.Generator) -> tuple[Tensor, Tensor]:
    """mRNA of cells taken along differentiations, (batch × genes, cells), and the minute of each, (cells,).

    Cells start as one progenitor with most genes off; of style "fate", in half of the tables, in one of six states, and
    in some with signals of its own.
    """
    genes, n, device = plan.genes, batch * plan.genes, g.device
    runs, fate = -(-plan.cells // CELLS_A_RUN), plan.model == "fate"
    shift = (0.3 * uniform(g, (batch, 1, 1)) ** 2 * normal(g, (batch, genes, runs))).reshape(n, -1)
    often = of_network(batch, genes, uniform(g, (batch, 1, 1), 0.1, 0.6)) if fate else 0.35
    start = uniform(g, (n, 1)) * coin(g, (n, 1), often)
    if fate:
        several = of_network(batch, genes, coin(g, (batch, 1, 1)))
        origin = torch.randint(ORIGINS, (runs,), generator=g, device=device) * coin(g, (runs,), 0.7)
        states = uniform(g, (n, ORIGINS)) * coin(g, (n, ORIGINS), often)
        start = torch.where(several, states[:, origin], start)
        driven = coin(g, (n, 1), 0.3) & of_network(batch, genes, coin(g, (batch, 1, 1), 0.4)) & several
        signal = of_network(batch, genes, uniform(g, (batch, 1, 1), 0.3, 1.0)) * normal(g, (n, ORIGINS))
        shift = shift + torch.where(driven, signal[:, origin], 0.0)
    zero = torch.zeros_like(shift)
    length = 2 * int(uniform(g, (1,), 18, 45))
    how = {"steps": length, "minutes": EVERY / 2, "every": 2}
    _, _, path = kinetics.integrate(net, Conditions(shift, zero + 1, zero), start, g, **how)
    path = path[1:].permute(1, 0, 2).flatten(1)  # (n, records × runs)
    chosen = torch.randperm(path.shape[1], generator=g, device=device)[: plan.cells]
    return path[:, chosen], EVERY * (1 + chosen // runs)


def rest(
    net: Kinetics, plan: Plan, wild: Tensor, factor: Tensor, addition: Tensor, g: torch.Generator
) -> tuple[Tensor, Tensor]:
    """mRNA of cells of some types in their steady states, (batch × genes, cells), and their times, all NaN.

    Types differ in what drives some of the genes; cells besides, by themselves and by causes that no gene of the table
    is behind (cycle, stress).
    """
    n = len(wild)
    genes, batch, device = plan.genes, n // plan.genes, g.device
    driven = coin(g, (batch, genes, 1), uniform(g, (batch, 1, 1), 0.15, 1.0))
    drive = uniform(g, (batch, 1, 1), 0.2, 0.9) * normal(g, (batch, genes, plan.types)) * driven
    which = torch.randint(plan.types, (plan.cells,), generator=g, device=device)
    own = uniform(g, (batch, 1, 1), 0.0, 0.2) * normal(g, (batch, genes, plan.cells))
    hidden = normal(g, (batch, genes, 3)) * coin(g, (batch, genes, 3), 0.3)
    hidden = hidden @ normal(g, (batch, 3, plan.cells)) * uniform(g, (batch, 1, 1), 0.0, 0.4)
    shift = drive[:, :, which] + own + hidden * coin(g, (batch, 1, 1))
    conditions = Conditions(shift.reshape(n, -1), factor, addition)
    x = kinetics.settle(net, conditions, wild)
    x, _, _ = kinetics.integrate(net, conditions, x, g, steps=20, minutes=10.0)
    return x, torch.full((plan.cells,), torch.nan, device=device)


def screen(plan: Plan, batch: int, codes: tuple[int, ...], g: torch.Generator) -> Tensor:
    """What is done to each cell of a screen, int8 (batch, cells, genes): one gene of `screened`, or none in a tenth.

    codes : the kinds of perturbation, of which a table has one.
    """
    device = g.device
    done = torch.zeros(batch, plan.cells, plan.genes, dtype=torch.int8, device=device)
    if not plan.screened:
        return done
    targets = torch.rand(batch, plan.genes, generator=g, device=device).argsort(dim=1)[:, : plan.screened]
    gene = targets.gather(1, torch.randint(plan.screened, (batch, plan.cells), generator=g, device=device))
    kind = torch.tensor(codes, dtype=torch.int8, device=device)
    kind = kind[torch.randint(len(codes), (batch, 1), generator=g, device=device)].expand(batch, plan.cells)
    kind = kind * coin(g, (batch, plan.cells), 0.9)
    return done.scatter_(2, gene[:, :, None], kind[:, :, None])
