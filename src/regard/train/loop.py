"""One training loop for every model; a run that was stopped goes on to the very bytes of one that was not."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich import progress
from torch import Tensor, nn

from regard.errors import RegardError
from regard.train import checkpoint
from regard.train.muon import Muon

Losses = dict[str, Tensor]
MOST_SKIPPED = 20  # gradients in a row that are no numbers


def fit(
    model: nn.Module,
    losses: Callable[[nn.Module, np.random.Generator, int], Losses],
    validate: Callable[[nn.Module], dict[str, float]],
    *,
    steps: int | None,
    rate: float,
    out: Path,
    seed: int,
    run: dict[str, Any] | None = None,
    force: bool = False,
    every: int = 200,
    minutes: float = 0.0,
    schedule: Callable[[int, float], float] | None = None,
    optimizers: list[torch.optim.Optimizer] | None = None,
) -> nn.Module:
    """Train in place; a second call with the same `out` goes on where the first stopped.

    All that a step depends on is the weights, the optimisers' state, `seed` and the step's number. The first two lie in
    the checkpoint, so that where a run was stopped cannot be seen in its weights, nor in `log.tsv`.

    Parameters
    ----------
    losses : draws its own batch and returns named losses, whose sum is minimised. It is given the generator
        (seed, step) and the step's number; all that it draws must come from them.
    validate : named figures on held-out data, computed every `every` steps and logged.
    steps, minutes : where the run ends. By the clock, if `steps` is None: then the rate follows the clock too, no two
        runs are alike, and a later call with more minutes goes on.
    rate : the highest learning rate.
    out : folder of `checkpoint.pt` and `log.tsv`.
    run : what else the result depends on: input, start weights, options; see `checkpoint.resume`.
    schedule : share of `rate` at a step, given its number and the share of the run that is gone; `warm_up_and_fall`
        if left out.
    optimizers : those of `optimizers_of` if left out.

    Raises
    ------
    InputError
        `out` holds another run, or something else, and there is no `force`.
    RegardError
        Gradients are no numbers, or the disk is full.
    """
    optimizers = optimizers_of(model, rate) if optimizers is None else optimizers
    schedule = schedule or warm_up_and_fall(steps or 1)
    config: Any = getattr(model, "config", None)
    same = {"steps": steps or "by the clock", "seed": seed, "rate": rate, **(run or {})}
    if config is not None:
        same["model"] = asdict(config)
    state = checkpoint.resume(out, same, model, optimizers, force=force)
    begin, sums, seen = time.monotonic() - state.seconds, {}, 0

    def gone() -> float:
        """Share of the run that is behind us."""
        if steps is not None:
            return state.step / steps
        return (time.monotonic() - begin) / 60 / minutes if minutes else 1.0

    with progress.Progress(*progress.Progress.get_default_columns(), progress.TimeRemainingColumn()) as bars:
        share = gone()
        bar = bars.add_task("training", total=1.0, completed=share)
        while share < 1:
            for group in (g for o in optimizers for g in o.param_groups):
                group["lr"] = rate * schedule(state.step, share)
            parts = one_step(model, optimizers, losses, state, seed)
            seen += not state.skipped
            for name, value in parts.items():  # summed as tensors: no wait for the device at every step
                sums[name] = sums.get(name, 0.0) + (0.0 if state.skipped else value.detach())
            share = gone()
            bars.update(bar, completed=share)
            if state.step % every == 0 or share >= 1:
                model.eval()
                with torch.no_grad():
                    held_out = validate(model)
                train = {f"train_{name}": float(value) / max(seen, 1) for name, value in sums.items()}
                row = {"step": state.step, **train, **held_out}
                state.log += lines(row, header=not state.log)
                state.seconds = time.monotonic() - begin
                checkpoint.keep(out, same, model, optimizers, state)
                bars.console.print(f"{state.seconds / 60:.1f} min", row)
                sums, seen = {}, 0
    return model.eval()


def one_step(model, optimizers, losses, state: checkpoint.Progress, seed: int) -> Losses:
    """Losses of one batch, and a step down their gradient; one that is no number is left out."""
    model.train()
    parts = losses(model, np.random.default_rng([seed, state.step]), state.step)
    torch.stack(list(parts.values())).sum().backward()
    norm = nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    state.skipped = 0 if torch.isfinite(norm) else state.skipped + 1
    if state.skipped > MOST_SKIPPED:
        raise RegardError(f"step {state.step}: {state.skipped} gradients in a row were no numbers; lower the rate")
    for optimizer in optimizers if not state.skipped else []:
        optimizer.step()
    model.zero_grad(set_to_none=True)
    state.step += 1
    return parts


def warm_up_and_fall(steps: int) -> Callable[[int, float], float]:
    """Up during 5 % of the steps, then down to zero in a straight line."""
    warm = max(1, steps // 20)
    return lambda step, share: min((step + 1) / warm, (steps - step) / (steps - warm + 1))


def optimizers_of(model: nn.Module, rate: float, decay: float = 0.1) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside blocks, AdamW for embeddings, outputs, norms and biases."""
    named = {name: p for name, p in model.named_parameters() if p.requires_grad}
    inside = [p for name, p in named.items() if "blocks." in name and p.ndim == 2]
    matrices = [p for name, p in named.items() if "blocks." not in name and p.ndim >= 2]
    vectors = [p for p in named.values() if p.ndim < 2]
    groups = [{"params": matrices, "weight_decay": decay}, {"params": vectors, "weight_decay": 0.0}]
    adam = torch.optim.AdamW([g for g in groups if g["params"]], lr=rate, betas=(0.9, 0.95))
    return [Muon(inside, rate, weight_decay=decay), adam] if inside else [adam]


def lines(row: dict, header: bool) -> str:
    """A row of a TSV, under its names where it is the first."""
    text = "\t".join(f"{v:.5g}" if isinstance(v, float) else str(v) for v in row.values()) + "\n"
    return "\t".join(row) + "\n" + text if header else text
