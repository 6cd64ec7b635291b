"""Train the network model on fresh simulations."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from regard.models.network.model import Config, NetworkModel, load
from regard.models.shelf.weight_files import save
from regard.train.checkpoint import content
from regard.train.loop import fit
from regard.train.muon import Muon
from regard.train.network_validation import Held, held_out, measure
from regard.train.plans import Plan, draw_plan
from regard.train.regulation import Tables, decisive

WARM = 150  # steps
HELD_OUT_SEED = 2**31  # training uses smaller ones: no network is in both


def loss(model: NetworkModel, tables: Tables, told: tuple[bool, bool, bool]) -> Tensor:
    """Binary cross-entropy of both readings, in nats a target gene, so that large networks weigh as small ones.

    `told`: whether the model is shown perturbations, times, and which genes may regulate.
    """
    device = tables.values.device.type
    with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
        logits = model.read(
            tables.values,
            perturbation=tables.perturbation if told[0] else None,
            time=tables.time if told[1] else None,
            series=tables.series if told[1] else None,
            allowed=tables.allowed if told[2] else None,
        )
    genes = tables.edges.shape[1]
    asked = ~torch.eye(genes, dtype=torch.bool, device=tables.edges.device).expand_as(tables.edges)
    if told[2]:
        asked = asked & tables.allowed[:, None, :]
    labels = tables.edges.float()
    parts = [F.binary_cross_entropy_with_logits(x, labels, reduction="none") for x in logits]
    return ((parts[0] + 0.3 * parts[1]) * asked).sum() / (len(labels) * genes)


class Supply:
    """The batch of any step: a pure function of the seed and the step, so that a stopped run sees the same ones.

    Simulating costs time: of each of `kinds` plans `together` batches are simulated at once and each is seen twice,
    told differently. Steps see them in random order within such a round, so that neighbouring ones see different kinds.
    """

    def __init__(self, *, cells: int, largest: int, device: str, seed: int, kinds: int = 12, together: int = 4):
        self.cells, self.largest, self.device, self.seed = cells, largest, device, seed
        self.kinds, self.together = kinds, together
        self.round, self.simulated = -1, {}

    def batch(self, step: int) -> Tables:
        """The tables of a step."""
        round_, place = divmod(step, 2 * self.kinds * self.together)
        order = np.random.default_rng([self.seed, 2, round_]).permutation(2 * self.kinds * self.together)
        kind, part = divmod(int(order[place]) // 2, self.together)
        if round_ != self.round:
            self.round, self.simulated = round_, {}
        if kind not in self.simulated:
            self.simulated[kind] = self.simulate(round_, kind)
        size, tables = self.simulated[kind]
        return tables.part(part * size, (part + 1) * size)

    def simulate(self, round_: int, kind: int) -> tuple[int, Tables]:
        """Tables in a batch, and as many batches of one plan as belong together."""
        plan = draw_plan(np.random.default_rng([self.seed, 3, round_, kind]), cells=self.cells, largest=self.largest)
        size = batch_size(plan, self.cells)
        return size, decisive(plan, size * self.together, [self.seed, round_, kind], self.device)


def batch_size(plan: Plan, cells: int) -> int:
    """Tables in a batch of about `cells` values, where a pair of genes costs a quarter of a value."""
    return max(1, int(cells / (plan.genes * (plan.samples + plan.genes / 4))))


def optimizers(model: NetworkModel, rate: float) -> list[torch.optim.Optimizer]:
    """Muon (Jordan et al. 2024) for the matrices between hidden layers, AdamW for inputs, outputs and vectors."""
    inner, outer, vectors = [], [], []
    for name, parameter in model.named_parameters():
        if parameter.ndim < 2:
            vectors.append(parameter)
        elif name.startswith(("embed.0", "maps", "edge")) or ".weigh." in name:
            outer.append(parameter)
        else:
            inner.append(parameter)
    groups = [{"params": outer, "weight_decay": 0.05}, {"params": vectors, "weight_decay": 0.0}]
    return [
        Muon(inner, rate, weight_decay=0.05),
        torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.95)),
    ]


def rise_and_sink(step: int, share: float) -> float:
    """Share of the rate: up during the first 150 steps, then half a cosine down to zero."""
    return min((step + 1) / WARM, 0.5 + 0.5 * math.cos(math.pi * share))


def train(
    config: Config,
    out: Path,
    *,
    minutes: float = 0.0,
    steps: int | None = None,
    seed: int,
    device: str = "cpu",
    rate: float = 2e-3,
    cells: int = 5_000,
    largest: int = 120,
    every: int = 300,
    held: list[Held] | None = None,
    start: Path | None = None,
    force: bool = False,
) -> NetworkModel:
    """Train for so many `steps`, or else `minutes`, interruptions not counted; writes `network.safetensors` to `out`.

    A second call with the same `out` goes on from its checkpoint, see `loop.fit`.

    Parameters
    ----------
    cells : values of expression in a batch.
    largest : genes of the largest tables.
    every : steps between two rows of `log.tsv`, which has a column for each held-out set, way of telling and method.
    held : what to validate on; `network_validation.SETS` if left out.
    start : weights to start from instead of random ones; the model is of their size then, whatever `config` says.
    """
    torch.manual_seed(seed)
    model = (NetworkModel(config) if start is None else load(start)).to(device)
    supply = Supply(cells=cells, largest=largest, device=device, seed=seed)

    def losses(model: NetworkModel, rng: np.random.Generator, step: int) -> dict[str, Tensor]:
        tables = supply.batch(step)
        told = rng.random(3) < (0.6, 0.6, 0.2)
        return {"nats": loss(model, tables, (bool(told[0]), bool(told[1]), bool(told[2])))}

    @cache  # simulated when first needed: another run's folder is refused at once
    def sets() -> list[Held]:
        return held_out(2 * cells, HELD_OUT_SEED, device) if held is None else held

    fit(
        model,
        losses,
        lambda model: {"/".join(names): figure for names, figure in measure(model, sets()).items()},
        steps=steps,
        minutes=minutes,
        rate=rate,
        out=out,
        seed=seed,
        run={
            "recipe": "network",
            "values in a batch": cells,
            "largest": largest,
            "start weights": content(start) if start else "random",
        },
        force=force,
        every=every,
        schedule=rise_and_sink,
        optimizers=optimizers(model, rate),
    )
    save(model, out / "network.safetensors")
    return model
