"""One resumable training loop: warm-up, linear decay, checkpoints written beside and renamed."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from rich.progress import Progress, TimeRemainingColumn
from torch import Tensor, nn

from regard.errors import InputError
from regard.train.muon import Muon

Losses = dict[str, Tensor]


def fit(
    model: nn.Module,
    losses: Callable[[nn.Module, np.random.Generator], Losses],
    validate: Callable[[nn.Module], dict[str, float]],
    *,
    steps: int,
    rate: float,
    out: Path,
    seed: int,
    every: int = 200,
    decay: float = 0.1,
) -> nn.Module:
    """Train in place for `steps` steps; a second call with the same `out` goes on where it stopped.

    Parameters
    ----------
    losses : draws its own batch from the generator it is given and returns named losses; their
        sum is minimised. Step i always gets the generator (seed, i), so a resumed run sees the
        batches that an uninterrupted one would have seen.
    validate : named figures on held-out data, computed every `every` steps and logged.
    rate : the highest learning rate, reached after 5 % of the steps, then falling to zero.
    out : folder of `checkpoint.pt` and `log.tsv`.
    """
    out.mkdir(parents=True, exist_ok=True)
    optimizers = optimizers_of(model, rate, decay)
    start, spent = restore(model, optimizers, out / "checkpoint.pt", steps, seed)
    begin, sums, seen = time.monotonic() - spent, {}, 0
    warm = max(1, steps // 20)
    with Progress(*Progress.get_default_columns(), TimeRemainingColumn()) as progress:
        bar = progress.add_task("training", total=steps, completed=start)
        for step in range(start, steps):
            for group in (g for o in optimizers for g in o.param_groups):
                group["lr"] = rate * min((step + 1) / warm, (steps - step) / (steps - warm + 1))
            model.train()
            parts = losses(model, np.random.default_rng([seed, step]))
            torch.stack(list(parts.values())).sum().backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            for optimizer in optimizers:
                optimizer.step()
            model.zero_grad(set_to_none=True)
            progress.advance(bar)
            seen += 1
            for name, value in parts.items():
                sums[name] = sums.get(name, 0.0) + value.detach()  # no wait for the device at every step
            if (step + 1) % every == 0 or step + 1 == steps:
                model.eval()
                with torch.no_grad():
                    held_out = validate(model)
                row = {"step": step + 1, "seconds": round(time.monotonic() - begin)}
                row |= {f"train_{name}": float(value) / seen for name, value in sums.items()} | held_out
                log(out / "log.tsv", row)
                progress.console.print(row)
                sums, seen = {}, 0
                save(model, optimizers, out / "checkpoint.pt", step + 1, steps, seed, row["seconds"])
    return model.eval()


def optimizers_of(model: nn.Module, rate: float, decay: float) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside blocks, AdamW for embeddings, outputs, norms and biases."""
    named = {name: p for name, p in model.named_parameters() if p.requires_grad}
    inside = [p for name, p in named.items() if "blocks." in name and p.ndim == 2]
    matrices = [p for name, p in named.items() if "blocks." not in name and p.ndim >= 2]
    vectors = [p for p in named.values() if p.ndim < 2]
    groups = [{"params": matrices, "weight_decay": decay}, {"params": vectors, "weight_decay": 0.0}]
    adam = torch.optim.AdamW([g for g in groups if g["params"]], lr=rate, betas=(0.9, 0.95))
    return [Muon(inside, rate, weight_decay=decay), adam] if inside else [adam]


def save(model, optimizers, path: Path, step: int, steps: int, seed: int, seconds: float) -> None:
    state = {
        "model": model.state_dict(),
        "optimizers": [optimizer.state_dict() for optimizer in optimizers],
        "step": step,
        "steps": steps,
        "seed": seed,
        "seconds": seconds,
    }
    torch.save(state, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)


def restore(model, optimizers, path: Path, steps: int, seed: int) -> tuple[int, float]:
    """Load a checkpoint where there is one; the step to go on from and the seconds spent so far."""
    if not path.exists():
        return 0, 0.0
    state = torch.load(path, weights_only=True)
    if (state["steps"], state["seed"]) != (steps, seed):
        raise InputError(
            f"{path}: belongs to a run of {state['steps']} steps with seed {state['seed']}, "
            f"not {steps} with seed {seed}; use another folder"
        )
    model.load_state_dict(state["model"])
    for optimizer, saved in zip(optimizers, state["optimizers"], strict=True):
        optimizer.load_state_dict(saved)
    return state["step"], state["seconds"]


def log(path: Path, row: dict) -> None:
    """Append one line to a TSV, with a header where the file is new."""
    new = not path.exists()
    with path.open("a") as file:
        if new:
            file.write("\t".join(row) + "\n")
        file.write("\t".join(f"{v:.5g}" if isinstance(v, float) else str(v) for v in row.values()) + "\n")
