"""Train the network model on fresh simulations for a given time; resumes from its checkpoint."""

from __future__ import annotations

import math
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from regard.errors import InputError
from regard.models.network.model import Config, NetworkModel, load
from regard.models.network.prior import statistics
from regard.models.shelf.weight_files import save
from regard.train.muon import Muon
from regard.train.network_validation import Held, held_out, validate
from regard.train.regulation import Plan, Tables, draw_plan, simulate

WARM = 150  # steps
HELD_OUT_SEED = 2**31  # training uses smaller ones: no network is in both


def loss(model: NetworkModel, tables: Tables, told: tuple[bool, bool, bool]) -> Tensor:
    """Binary cross-entropy of both readings, in nats a target gene, so that large networks weigh as small ones.

    `told`: whether the model is shown perturbations, times, and which genes may regulate.
    """
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
    """Batches of fresh tables: several kinds wait at a time, so that neighbouring steps see different ones.

    Every table comes twice, at different times and told differently, as simulating costs time too. `prior` keeps the
    statistics of the newest tables, one of each kind drawn, the newest first (see `models.network_prior`).
    """

    def __init__(
        self, prior: Tensor, *, cells: int, largest: int, device: str, seed: int, waiting: int = 12, together: int = 4
    ):
        self.prior, self.cells, self.largest, self.device, self.seed = prior, cells, largest, device, seed
        self.waiting, self.together = waiting, together
        self.stock: list[list[Tables]] = []
        self.seconds = 0.0  # spent on simulating

    def next(self, drawn: int) -> Tables:
        """One batch; `drawn` counts the draws so far and seeds this one."""
        rng = np.random.default_rng([self.seed, drawn])
        begin = time.monotonic()
        while len(self.stock) < self.waiting:
            plan = draw_plan(rng, cells=self.cells, largest=self.largest)
            batch = batch_size(plan, self.cells)
            tables = simulate(plan, batch * self.together, [self.seed, drawn, len(self.stock)], self.device)
            parts = [tables.part(start, start + batch) for start in range(0, batch * self.together, batch)]
            self.stock.append(parts * 2)
            self.prior.copy_(self.prior.roll(1, 0))
            self.prior[0] = statistics(tables.values[:1])[0]
        self.seconds += time.monotonic() - begin
        place = int(rng.integers(len(self.stock)))
        batch = self.stock[place].pop()
        if not self.stock[place]:
            del self.stock[place]
        return batch


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


def train(
    config: Config,
    out: Path,
    *,
    minutes: float,
    steps: int | None = None,
    seed: int,
    device: str = "cpu",
    rate: float = 2e-3,
    cells: int = 5_000,
    largest: int = 120,
    every: float = 200.0,
    held: list[Held] | None = None,
    start: Path | None = None,
) -> NetworkModel:
    """Train for `minutes`, or `steps`, in all, interruptions not counted, and write `network.safetensors` to `out`.

    A second call with the same `out` goes on from its checkpoint, with more `minutes` or `steps` also after the end.
    The learning rate goes up during the first 150 steps and follows the share of the run that is gone down to zero,
    as half a cosine. `log.tsv` has a row for each held-out set, each `every` seconds.

    Parameters
    ----------
    minutes, steps : the first that is reached ends the run; no end by steps if left out.
    cells : values of expression in a batch.
    largest : genes of the largest tables.
    held : what to validate on; `network_validation.SETS` if left out.
    start : weights to start from instead of random ones, for a run without checkpoint.
    """
    begin = time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    model = NetworkModel(config).to(device)
    if start is not None:
        model.load_state_dict(load(start).state_dict())
    both = optimizers(model, rate)
    checkpoint = out / "checkpoint.pt"
    step, tables = 0, 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True, map_location=device)
        if state["config"] != asdict(config) or state["seed"] != seed:
            raise InputError(f"{checkpoint}: belongs to a run of another size or seed; use another folder")
        model.load_state_dict(state["model"])
        for one, kept in zip(both, state["optimizers"], strict=True):
            one.load_state_dict(kept)
        step, tables = state["step"], state["tables"]
        begin -= state["spent"]
    held = held_out(2 * cells, HELD_OUT_SEED, device) if held is None else held
    supply = Supply(model.prior, cells=cells, largest=largest, device=device, seed=seed)

    def now() -> float:
        return time.monotonic() - begin

    def share_gone() -> float:
        return max(now() / 60 / minutes if minutes else 1.0, step / steps if steps else 0.0)

    def evaluate() -> None:
        validate(model, held, out / "log.tsv", {"minutes": now() / 60, "step": step, "tables": tables})

    def keep() -> None:
        state = {"model": model.state_dict(), "optimizers": [one.state_dict() for one in both]}
        state |= {"config": asdict(config), "seed": seed, "step": step, "tables": tables, "spent": now()}
        torch.save(state, checkpoint.with_suffix(".new"))
        checkpoint.with_suffix(".new").replace(checkpoint)
        save(model, out / "network.safetensors")

    sums, seen, fresh, skipped, last = 0.0, 0, 0, 0, now()
    while (share := share_gone()) < 1:
        for one in both:
            for group in one.param_groups:
                group["lr"] = rate * min((step + 1) / WARM, 0.5 + 0.5 * math.cos(math.pi * share))
        batch = supply.next(step)
        chances = np.random.default_rng([seed, 1, step]).random(3)
        value = loss(model, batch, told=(chances[0] < 0.6, chances[1] < 0.6, chances[2] < 0.2))
        value.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        if torch.isfinite(norm):
            for one in both:
                one.step()
            sums, seen, skipped = sums + value.item(), seen + 1, 0
        elif (skipped := skipped + 1) > 20:
            raise InputError(f"step {step}: {skipped} gradients in a row were not finite; lower the rate")
        model.zero_grad(set_to_none=True)
        step, tables, fresh = step + 1, tables + len(batch.values), fresh + len(batch.values)
        if now() - last > every:
            lasted = now() - last
            print(
                f"{now() / 60:.1f} min, step {step}, loss {sums / seen:.4f}, {fresh / lasted:.0f} tables/s, "
                f"{seen / lasted:.2f} steps/s, {100 * supply.seconds / lasted:.0f} % simulating",
                flush=True,
            )
            evaluate()
            keep()
            sums, seen, fresh, supply.seconds, last = 0.0, 0, 0, 0.0, now()
    keep()
    evaluate()
    return model.eval()
