"""Train the network model on fresh simulations for a given time; resumes from its checkpoint."""

from __future__ import annotations

import math
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from regard.errors import InputError
from regard.models.network import Config, NetworkModel, save
from regard.models.network_prior import statistics
from regard.train.network_validation import Held, held_out, validate
from regard.train.regulation import Plan, Tables, draw_plan, simulate

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
    """Batches of fresh tables: several kinds wait at a time, so that neighbouring steps see different ones."""

    def __init__(self, *, cells: int, largest: int, device: str, seed: int, waiting: int, together: int):
        self.cells, self.largest, self.device = cells, largest, device
        self.seed, self.waiting, self.together = seed, waiting, together
        self.stock: list[tuple[Tables, int, int]] = []  # tables, tables a batch, next table
        self.seconds = 0.0  # spent on simulating

    def next(self, drawn: int) -> Tables:
        """One batch; `drawn` counts the draws so far and seeds this one."""
        rng = np.random.default_rng([self.seed, drawn])
        while len(self.stock) < self.waiting:
            plan = draw_plan(rng, cells=self.cells, largest=self.largest)
            batch = batch_size(plan, self.cells)
            at = time.monotonic()
            tables = simulate(plan, batch * self.together, [self.seed, drawn, len(self.stock)], self.device)
            if self.device != "cpu":
                torch.cuda.synchronize()
            self.seconds += time.monotonic() - at
            self.stock.append((tables, batch, 0))
        place = int(rng.integers(len(self.stock)))
        tables, batch, start = self.stock[place]
        if start + 2 * batch > len(tables.values):
            self.stock.pop(place)
        else:
            self.stock[place] = (tables, batch, start + batch)
        return tables.part(start, start + batch)


def batch_size(plan: Plan, cells: int) -> int:
    """Tables in a batch of about `cells` values, bounded for tables of few samples by their gene pairs."""
    return max(1, min(cells // (plan.genes * plan.samples), 4 * cells // plan.genes**2))


def train(
    config: Config,
    out: Path,
    *,
    minutes: float,
    device: str,
    seed: int,
    rate: float = 1e-3,
    cells: int = 131_072,
    largest: int = 200,
    held: list[Held] | None = None,
    every: float = 60.0,
    compiled: bool = False,
    resume: bool = False,
    started: float | None = None,
) -> NetworkModel:
    """Train for `minutes` in all, interruptions not counted, and write `network.safetensors` to `out`.

    The learning rate follows the share of the time that is gone: up during the first 3 %, then down as a
    half cosine to zero. Time for the last validation is set aside, so the run ends by itself within `minutes`.
    `log.tsv` has a row for each held-out set, each `every` seconds.
    """
    begin = time.monotonic() if started is None else started
    out.mkdir(parents=True, exist_ok=True)
    checkpoint = out / "checkpoint.pt"
    if checkpoint.exists() and not resume:
        raise InputError(f"{checkpoint}: there is a run here already; add --resume to go on with it")
    torch.manual_seed(seed)
    cuda = device.startswith("cuda")
    if cuda:
        torch.set_float32_matmul_precision("high")
        torch.backends.cuda.enable_cudnn_sdp(False)  # plans anew for every shape, and shapes change each step
    model = NetworkModel(config).to(device)
    matrices = [p for p in model.parameters() if p.ndim >= 2]
    others = [p for p in model.parameters() if p.ndim < 2]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.05}, {"params": others, "weight_decay": 0.0}],
        lr=rate,
        betas=(0.9, 0.95),
        fused=cuda,
    )
    step, drawn, tables, spent = 0, 0, 0, 0.0
    if resume and checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True, map_location=device)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        step, tables, spent = state["step"], state["tables"], state["spent"]
        drawn = step
    else:
        remember_prior(model, cells, largest, seed, device, 64 if cuda else 8)
    begin -= spent
    held = held_out(cells, largest, HELD_OUT_SEED, device) if held is None else held
    run = torch.compile(model.forward, dynamic=True) if compiled else None
    if run is not None:
        model.forward = run
    ahead = {"waiting": 12, "together": 6} if cuda else {"waiting": 3, "together": 2}
    supply = Supply(cells=cells, largest=largest, device=device, seed=seed, **ahead)

    def now() -> float:
        return time.monotonic() - begin

    def evaluate() -> float:
        at = time.monotonic()
        validate(model, held, out / "log.tsv", {"minutes": now() / 60, "step": step, "tables": tables}, cuda)
        return time.monotonic() - at

    cost = evaluate()
    sums = torch.zeros(2, device=device)
    last, values, skipped = now(), 0, 0
    while True:
        total = minutes * 60 - 1.5 * cost - 4  # for the last validation and files
        share = now() / max(total, 1e-9)
        if share >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = rate * min(share / 0.03, 0.5 + 0.5 * math.cos(math.pi * share)) + 1e-7
        batch = supply.next(drawn)
        rng = np.random.default_rng([seed, 1, drawn])
        told = (bool(rng.random() < 0.65), bool(rng.random() < 0.65), bool(rng.random() < 0.25))
        with torch.autocast(device.split(":")[0], torch.bfloat16, enabled=cuda):
            value = loss(model, batch, told)
        value.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        if bool(torch.isfinite(norm)):  # asking waits for the GPU, so the clock is that of finished work
            optimizer.step()
            sums += torch.stack([value.detach(), torch.ones_like(value)])
        else:
            skipped += 1
            if skipped > 100:
                raise InputError(f"step {step}: {skipped} gradients were not finite; lower --rate")
        optimizer.zero_grad(set_to_none=True)
        step, drawn, tables = step + 1, drawn + 1, tables + len(batch.values)
        values += batch.values.numel()
        if now() - last > every:
            mean, lasted = (sums[0] / sums[1]).item(), now() - last
            pace = f"{values / lasted / 1e6:.3f} M values/s, {100 * supply.seconds / lasted:.0f} % simulating"
            memory = f", {torch.cuda.max_memory_allocated() / 2**30:.1f} GiB" if cuda else ""
            print(
                f"{now() / 60:.2f} min, step {step}, {tables} tables, loss {mean:.4f}, {pace}, {skipped} skipped{memory}"
            )
            values, supply.seconds = 0, 0.0
            cost = max(0.7 * cost, evaluate())
            keep(model, optimizer, checkpoint, step=step, tables=tables, spent=now())
            save(model, out / "network.safetensors")
            sums.zero_()
            last = now()
    keep(model, optimizer, checkpoint, step=step, tables=tables, spent=now())
    save(model, out / "network.safetensors")
    evaluate()
    print(f"done: {now() / 60:.2f} min, {step} steps, {tables} tables", flush=True)
    return model.eval()


def remember_prior(model: NetworkModel, cells: int, largest: int, seed: int, device: str, plans: int) -> None:
    """Fill `model.prior` with the statistics of tables of the training prior, equally many of each of `plans` plans."""
    rng = np.random.default_rng([seed, 2])
    each = model.prior.shape[0] // plans
    for number in range(plans):
        plan = draw_plan(rng, cells=min(cells, 32_768), largest=largest)
        tables = simulate(plan, each, [seed, 2, number], device)
        model.prior[number * each : (number + 1) * each] = statistics(tables.values.cpu())


def keep(model, optimizer, path: Path, **counts) -> None:
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict()} | counts
    torch.save(state, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)
