"""Gene regulation as stochastic differential equations of mRNA and protein, many networks at once.

The form follows GeneNetWeaver (Schaffter, Marbach and Floreano 2011): Hill terms grouped into
modules, a transcription rate for every combination of active modules, Langevin noise on production
and degradation. Concentrations are relative to a gene's own maximum, so they lie near 0 to 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from regard.train.topology import Topology, coin, normal, uniform

MODULES = 3
SELF = {"switch": 0.3, "logic": 0.3, "fate": 0.7}  # the largest share of genes that regulate themselves


@dataclass
class Kinetics:
    """Parameters of n = batch × genes genes, their e edges and the u modules that hold an edge.

    `source`, (e,): the regulator's row among the n genes. `log_k`, `hill`, `sign` (within its module), `joined` (its
    module acts as a complex), (e, 1). `place`, (e,): 2 × its module's number, plus 1 for a repressor in a complex.
    `module`, (u,): row among n × MODULES. `complexes` and `blocked` (a complex with a repressor), (u, 1).
    `basal`, (n, 1), and `effect`, (n, MODULES): transcription rate and what each module adds.
    `mrna_decay`, `protein_decay`: rates per minute, (n, 1). `noise`, (n, 1).
    """

    source: Tensor
    log_k: Tensor
    hill: Tensor
    sign: Tensor
    joined: Tensor
    place: Tensor
    module: Tensor
    complexes: Tensor
    blocked: Tensor
    basal: Tensor
    effect: Tensor
    mrna_decay: Tensor
    protein_decay: Tensor
    noise: Tensor


def draw_kinetics(topology: Topology, generator: torch.Generator, style: str) -> Kinetics:
    """Draw parameters of a style.

    "published" is GeneNetWeaver's; "wide" is wider; "switch" is steep and noisy; "logic" is Boolean rules as steep
    terms: off unless an activator is there, off where a repressor is; "fate" is the same, faster and often holding
    itself on, so that cells take sides and stay there.
    """
    g = generator
    batch, genes, slots = topology.regulators.shape
    n, device = batch * genes, g.device

    def per_network(low: float, high: float) -> Tensor:
        return uniform(g, (batch, 1, 1), low, high).expand(batch, genes, 1).reshape(n, 1)

    def log_range(low: float, high: float) -> Tensor:
        return torch.exp(uniform(g, (n, 1), math.log(low), math.log(high)))

    present = topology.present.reshape(n, slots)
    rows = (topology.regulators + genes * torch.arange(batch, device=device)[:, None, None]).reshape(n, slots)
    holds = torch.zeros(n, dtype=torch.bool, device=device)
    if style in SELF:  # a gene may also hold itself on; no label, as self-loops are not edges
        itself = torch.arange(n, device=device)
        last = coin(g, (n,), per_network(0.0, SELF[style])[:, 0]) & ~present[:, -1]
        holds = last & (style == "fate")  # elsewhere it may also hold itself down
        rows = torch.cat([rows[:, :-1], torch.where(last, itself, rows[:, -1])[:, None]], dim=1)
        present = torch.cat([present[:, :-1], (present[:, -1] | last)[:, None]], dim=1)

    if style == "published":
        k, hill = uniform(g, (n, slots), 0.01, 1.0), (2 + math.sqrt(2) * normal(g, (n, slots))).clamp(1, 10)
        half_life, noise = (
            (uniform(g, (n, 1), 5, 50), uniform(g, (n, 1), 5, 50)),
            torch.full((n, 1), 0.05, device=device),
        )
        activators, complexes = torch.full((n, 1), 0.5, device=device), torch.full((n, 1), 0.5, device=device)
    elif style == "wide":
        k, hill = uniform(g, (n, slots), 0.05, 1.0), torch.exp(uniform(g, (n, slots), 0.0, 2.3))
        half_life, noise = (log_range(2, 100), log_range(2, 100)), 0.2 * per_network(0, 1) ** 2
        activators, complexes = per_network(0.3, 0.85), per_network(0, 1)
    elif style == "logic":
        k, hill = uniform(g, (n, slots), 0.4, 0.6), 6 + 6 * per_network(0, 1).expand(n, slots)
        half_life, noise = (log_range(2, 20), log_range(5, 70)), 0.02 + 0.45 * per_network(0, 1) ** 2
        activators, complexes = per_network(0.05, 0.9), per_network(0, 0.7)
    elif style == "fate":
        k, hill = uniform(g, (n, slots), 0.25, 0.6), 4 + 7 * per_network(0, 1).expand(n, slots)
        half_life, noise = (log_range(2, 12), log_range(5, 60)), 0.02 + 0.4 * per_network(0, 1) ** 3
        activators, complexes = per_network(0.0, 0.9), per_network(0, 0.7)
    else:
        k, hill = uniform(g, (n, slots), 0.3, 0.65), 3 + 9 * per_network(0, 1).expand(n, slots)
        half_life, noise = (log_range(3, 10), log_range(20, 60)), 0.02 + 0.4 * per_network(0, 1) ** 2
        activators, complexes = per_network(0.4, 0.8), per_network(0, 1)

    # Each slot joins a module that an earlier slot opened, or opens the next one.
    module = torch.zeros(n, slots, dtype=torch.long, device=device)
    opened = torch.ones(n, device=device)
    for slot in range(1, slots):
        choice = (uniform(g, (n,)) * (opened + 1)).long().clamp(max=MODULES - 1)
        module[:, slot] = choice
        opened = torch.maximum(opened, choice + 1.0)
    member = (module[:, None, :] == torch.arange(MODULES, device=device)[:, None]) & present[:, None, :]  # (n, m, r)
    member = member.float()

    # A module with mostly repressors represses; inside it they count as its activators.
    raw = torch.where(coin(g, (n, slots), activators), 1.0, -1.0)
    raw[holds, -1] = 1.0
    tie = torch.where(coin(g, (n, MODULES)), 0.5, -0.5)
    module_sign = torch.sign((member * raw[:, None, :]).sum(2) + tie)  # (n, m)
    sign = raw * (member * module_sign[:, :, None]).sum(1)
    sign = torch.where(present, sign, 1.0)

    used = member.amax(2)
    strength = uniform(g, (n, MODULES), 0.25, 1.0) * used
    up, down = strength * (module_sign > 0), strength * (module_sign < 0)
    rises, falls = up.sum(1, keepdim=True), down.sum(1, keepdim=True)
    low = (0.05 * normal(g, (n, 1))).abs().clamp(max=0.25)
    basal = torch.where(rises > 0, torch.where(falls > 0, uniform(g, (n, 1), 0.25, 0.75), low), 1.0)
    if style == "wide":
        basal = torch.where(rises == 0, uniform(g, (n, 1), 0.5, 1.0), basal)
    if style == "switch":
        basal = torch.where(rises > 0, torch.where(falls > 0, 0.6, 0.02), uniform(g, (n, 1), 0.7, 1.0))
    top = 1.0 if style == "published" else uniform(g, (n, 1), 0.6, 1.0).maximum(basal)
    up = up * (top - basal) / rises.clamp(min=1e-6)
    floor = torch.minimum(basal, uniform(g, (n, 1), 0.0, 0.25))
    short = (basal - falls) > 0.25  # the most repressed state must be low
    down = torch.where(short, down * (basal - floor) / falls.clamp(min=1e-6), down)
    if style in ("logic", "fate"):  # on where any activator is, off where any repressor is
        basal = torch.where(rises > 0, 0.0, 1.0)
        up, down = used * (module_sign > 0), MODULES * used * (module_sign < 0)
    fast, slow = (math.log(2) / life for life in half_life)

    # From here on only what is there: edges and the modules that hold one.
    gene, slot = present.nonzero(as_tuple=True)
    row = gene * MODULES + module[gene, slot]
    held, number = row.unique(return_inverse=True)
    together = coin(g, (n, MODULES), complexes.expand(n, MODULES)).flatten()
    sign = sign[gene, slot]
    joined = together[row]
    blocks = joined & (sign < 0)
    blocked = torch.zeros(len(held), device=device).index_add_(0, number, blocks.float()) > 0
    return Kinetics(
        rows[gene, slot], k[gene, slot, None].log(), hill[gene, slot, None], sign[:, None], joined[:, None],
        2 * number + blocks, held, together[held, None], blocked[:, None].float(), basal, up - down, fast, slow, noise,
    )  # fmt: skip


def signs(kinetics: Kinetics, batch: int) -> Tensor:
    """What each edge does to its target, int8 (batch, target, regulator): +1 activates, -1 represses, 0 no edge.

    A regulator of a module that represses does the opposite of what it does to the module.
    """
    genes = len(kinetics.basal) // batch
    row = kinetics.module[kinetics.place // 2]  # of each edge, among genes × modules
    does = kinetics.sign[:, 0] * kinetics.effect.flatten()[row].sign()
    found = torch.zeros(len(kinetics.basal), genes, dtype=torch.int8, device=does.device)
    found[row // MODULES, kinetics.source % genes] = does.to(torch.int8)
    return found.view(batch, genes, genes)


def state_rates(kinetics: Kinetics, shift: Tensor) -> Tensor:
    """Transcription rate of each combination of active modules, (n, 2^modules, samples), given a shift of the basal."""
    basal = (kinetics.basal + shift).clamp(0, 1)  # (n, S)
    rates = basal[:, None, :]
    for module in range(MODULES):
        rates = torch.cat([rates, rates + kinetics.effect[:, module, None, None]], dim=1)
    return rates.clamp(0, 1)


def transcription(kinetics: Kinetics, rates: Tensor, protein: Tensor) -> Tensor:
    """Mean transcription rate, (n, samples), with protein of that shape.

    Hill terms are taken in log space and clamped at ± 12, so nothing overflows.
    """
    k, samples = kinetics, protein.shape[1]
    x = protein.clamp(min=1e-6).log_()[k.source].sub_(k.log_k).mul_(k.hill).clamp_(-12, 12)  # (e, S)
    alone = x.mul(k.sign).sigmoid_().log_()  # their sum is the logarithm of a product of Hill terms
    sums = torch.zeros(len(k.module) * 2, samples, device=x.device)
    sums = sums.index_add_(0, k.place, torch.where(k.joined, x, alone)).view(-1, 2, samples)
    first = sums[:, 0].clamp(-12, 12)
    complexes = 1 / (1 + torch.exp(-first) + torch.exp(sums[:, 1].clamp(-12, 12)) * k.blocked)
    active = torch.zeros(len(k.basal) * MODULES, samples, device=x.device)
    active[k.module] = torch.where(k.complexes, complexes, first.exp())
    active = active.view(-1, MODULES, samples)
    for module in reversed(range(MODULES)):  # the last module is the leading bit
        half = rates.shape[1] // 2
        rates = torch.lerp(rates[:, :half], rates[:, half:], active[:, module, None])
    return rates[:, 0]


@dataclass
class Conditions:
    """What is done to the genes of each sample, all (n, samples): basal shift, factor on and addition to the rate."""

    shift: Tensor
    factor: Tensor
    addition: Tensor

    def rate(self, kinetics: Kinetics, rates: Tensor, protein: Tensor) -> Tensor:
        return transcription(kinetics, rates, protein) * self.factor + self.addition


def relax(x: Tensor, goal: Tensor, decay: Tensor, noise: Tensor, generator: torch.Generator) -> Tensor:
    """One step of dx = (goal − x) dt + noise √(goal + x) dW, solved exactly for a constant goal; reflected at 0."""
    mean = goal + (x - goal) * decay
    spread = noise * ((goal + x) * (1 - decay * decay) / 2).clamp(min=0).sqrt()
    return torch.addcmul(mean, spread, torch.randn(x.shape, generator=generator, device=x.device)).abs_()


def settle(kinetics: Kinetics, conditions: Conditions, start: Tensor, steps: int = 40) -> Tensor:
    """Steady state without noise by damped iteration from `start`, (n, samples)."""
    rates, x = state_rates(kinetics, conditions.shift), start.expand_as(conditions.shift)
    for step in range(steps):
        x = torch.lerp(x, conditions.rate(kinetics, rates, x), 0.7 if step < steps // 2 else 0.4)
    return x


def integrate(
    kinetics: Kinetics,
    conditions: Conditions,
    start: Tensor,
    generator: torch.Generator,
    *,
    steps: int,
    minutes: float,
    every: int = 0,
    protein: Tensor | None = None,
):
    """Run the stochastic equations from mRNA = `start`, (n, samples); mRNA, protein and records.

    Parameters
    ----------
    protein : where it starts; as mRNA where not given.
    every : keep mRNA each `every` steps, (records, n, samples), the first being the start; 0 for that one alone.
    """
    rates = state_rates(kinetics, conditions.shift)
    mrna = start.expand_as(conditions.shift)
    protein = mrna if protein is None else protein
    fast, slow = torch.exp(-kinetics.mrna_decay * minutes), torch.exp(-kinetics.protein_decay * minutes)
    records = [mrna]
    for step in range(steps):
        goal = conditions.rate(kinetics, rates, protein)
        mrna = relax(mrna, goal, fast, kinetics.noise, generator)
        protein = relax(protein, mrna, slow, kinetics.noise, generator)
        if every and (step + 1) % every == 0:
            records.append(mrna)
    return mrna, protein, torch.stack(records)
