"""Train factored attention on the alignment of one family, in minutes on one core."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from regard.core.family import Family
from regard.errors import InputError
from regard.models.factored.model import FactoredAttention, one_hot

FEWEST = 20.0  # effective rows; fewer say nothing of pairs
LONGEST = 500  # residues: couplings of all pairs are held at once
HEADS, WIDTH = 32, 32
# Chosen by the likelihood of rows that were held out, of families of 133 to 2,000 effective rows.
STEPS, BATCH, RATE = 800, 128, 2e-2
DECAY = 1.0  # over effective rows: the more rows, the less couplings have to be held back


def trained(
    family: Family,
    *,
    heads: int = HEADS,
    width: int = WIDTH,
    steps: int | None = None,
    seed: int = 0,
    advance: Callable[[int], object] = lambda done: None,
) -> FactoredAttention:
    """Factored attention that expects each residue of a family from all others.

    Pseudo-likelihood: every residue at once, none sees itself; gaps are not asked for; rows count by their weight.
    Adam on batches drawn by weight, the rate falls by a cosine.

    Raises
    ------
    InputError
        The family has fewer than 20 effective rows, or more than 500 residues.
    """
    length = family.codes.shape[1]
    if length > LONGEST:
        raise InputError(f"{length} residues; factored attention is trained on {LONGEST} at most: take a domain")
    if family.effective < FEWEST:
        raise InputError(
            f"{family.source}: {family.effective:.0f} effective rows (rows 80 % the same count once); {FEWEST:.0f} are "
            "the least to train on"
        )
    steps = STEPS if steps is None else steps
    model = untrained(length, heads=heads, width=width, seed=seed)
    hot, asked = one_hot(family.codes), torch.from_numpy(family.codes.astype(np.int64))
    with torch.no_grad():  # what is usual at each place, so that the layer learns what goes beyond
        weights = torch.from_numpy(family.weights).float()
        share = (torch.einsum("r,rla->la", weights, hot) + 0.5) / (weights.sum() + 0.5 * hot.shape[2])
        model.single += share.log()
    optimiser = torch.optim.Adam(model.parameters(), RATE)
    rate = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    rng = np.random.default_rng(seed)
    chance, decay = family.weights / family.effective, DECAY / family.effective
    for _ in range(steps):
        rows = rng.choice(len(chance), BATCH, p=chance)
        logits = model(hot[rows])
        loss = cross_entropy(logits.flatten(0, 1), asked[rows].flatten(), ignore_index=20, reduction="sum") / BATCH
        optimiser.zero_grad()
        (loss + decay * model.squared()).backward()
        optimiser.step()
        rate.step()
        advance(1)
    return model.eval()


def untrained(length: int, *, heads: int = HEADS, width: int = WIDTH, seed: int = 0) -> FactoredAttention:
    """The same layer with random weights of a seed, which `trained` begins from."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return FactoredAttention(length, heads, width)
