"""Train the small regressor in TabPFN's checkpoint format.

    python training/tabpfn/run.py --out DIR [--minutes 75] [--device cpu] [--cells 10000] [--seed 0]

Needs torch, safetensors and regard, not tabpfn, and no data: every step draws fresh tables. Writes to DIR
`checkpoint.safetensors` (read by tabpfn's own loader), `log.tsv`, and `state.pt`, from which a second
call with the same DIR goes on where an interrupted one stopped.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path

import torch
from network import CONFIG, Network, density_loss, mean_of
from prior import Tables, draw
from safetensors.torch import save_file
from torch import Tensor, nn

from regard.train.muon import Muon

RATE, WARM, DECAY = 2e-3, 100, 0.02
NARROW = 0.5  # of the time, in which tables widen
ROWS, COLUMNS = (20, 300), (2, 100)  # of a table, log-uniform; rows count those whose target is asked for


def generator_of(device: str, *numbers: int) -> torch.Generator:
    seed = int(torch.randint(2**62, (1,), generator=torch.Generator().manual_seed(hash(numbers) % 2**62)))
    return torch.Generator(device).manual_seed(seed)


def size(generator: torch.Generator, cells: int, progress: float) -> tuple[int, int, int]:
    """Tables, rows and columns of a batch with about `cells` cells; wide tables come later.

    In wide tables of noise there is little to learn from: beginning with few columns ends the time in
    which the network predicts no better than the mean.
    """
    u = torch.rand(2, generator=generator)
    few, most = COLUMNS
    widest = 2 * few * (most / 2 / few) ** min(1, progress / NARROW)
    ranges = (ROWS, (few, widest))
    rows, columns = (round(a * (b / a) ** p) for p, (a, b) in zip(u.tolist(), ranges, strict=True))
    return max(2, cells // (rows * (columns + 1))), rows, columns


def shown(y: Tensor, known: int) -> tuple[Tensor, Tensor]:
    """Targets of the first `known` rows and of the others, scaled as TabPFNRegressor scales them."""
    deviation, mean = torch.std_mean(y[:, :known], dim=1, keepdim=True, correction=0)
    y = ((y - mean) / deviation.clamp(min=1e-3)).clamp(-20, 20)
    return y[:, :known], y[:, known:]


def borders_of(device: str, buckets: int, batches: int = 64) -> Tensor:
    """Borders of the bars: quantiles of the prior's scaled targets, so that bars are equally filled."""
    generator, hidden = generator_of(device, 1), []
    for _ in range(batches):
        tables = draw(64, 120, 8, generator)
        hidden.append(shown(tables.y, 80)[1].flatten())
    values = torch.cat(hidden).cpu().double().sort().values
    place = torch.linspace(0, 1, buckets + 1, dtype=torch.float64) * (len(values) - 1)
    borders = values[place.long()]
    borders[0], borders[-1] = borders[1] - 1, borders[-2] + 1  # widths of the half-normal tails
    return (borders + torch.arange(buckets + 1) * 1e-6).float().to(device)  # no bar of width zero


def ridge(tables: Tables, known: int) -> Tensor:
    """Predictions of ridge regression, penalty 1 on standardised columns: what a line would reach."""
    deviation, mean = torch.std_mean(tables.x[:, :known], dim=1, keepdim=True)
    x = (tables.x - mean) / deviation.clamp(min=1e-6)
    y, _ = shown(tables.y, known)
    seen = x[:, :known]
    penalty = torch.eye(x.shape[2], device=x.device)
    return (x[:, known:] @ torch.linalg.solve(seen.mT @ seen + penalty, seen.mT @ y[..., None]))[..., 0]


@torch.no_grad()
def validate(model: Network, borders: Tensor, device: str, batch: int) -> dict[str, float]:
    """Held-out tables: the loss, and the share of variance explained beside that of ridge regression."""
    sums = {"loss": 0.0, "explained": 0.0, "ridge": 0.0}
    sizes = [(30, 5), (30, 50), (100, 10), (100, 100), (200, 30)]
    for i, (known, columns) in enumerate(sizes):
        tables = draw(batch, known + 50, columns, generator_of(device, 2, i))
        y, asked = shown(tables.y, known)
        identity = torch.randn(columns, model.width // 4, generator=generator_of(device, 3, i), device=device)
        logits = model(tables.x, y, identity)
        sums["loss"] += density_loss(logits, asked, borders).item() / len(sizes)
        spread = (asked - asked.mean(dim=1, keepdim=True)).square().mean(dim=1)
        for name, guess in (("explained", mean_of(logits, borders)), ("ridge", ridge(tables, known))):
            share = 1 - (guess - asked).square().mean(dim=1) / spread.clamp(min=1e-3)
            sums[name] += share.clamp(-1, 1).mean().item() / len(sizes)
    return sums


def save(model: Network, borders: Tensor, path: Path) -> None:
    """Write what `TabPFNRegressor(model_path=…)` reads: weights in half precision, borders in full."""
    tensors = {name: weight.detach().half().cpu().contiguous() for name, weight in model.state_dict().items()}
    tensors |= {"criterion.borders": borders.cpu(), "criterion.losses_per_bucket": torch.zeros(len(borders) - 1)}
    header = {"architecture_name": "tabpfn_v2", "config": CONFIG | {"max_num_classes": 0}}
    save_file(tensors, path.with_suffix(".new"), metadata={name: json.dumps(value) for name, value in header.items()})
    path.with_suffix(".new").replace(path)


def train(
    out: Path, minutes: float, device: str, seed: int, cells: int, every: float = 120.0, steps: int | None = None
) -> None:
    """Train for `minutes`, or `steps`, in all, and write the checkpoint; see the top of the file."""
    torch.manual_seed(seed)
    out.mkdir(parents=True, exist_ok=True)
    model = Network(**CONFIG).to(device)
    inner = list(model.blocks.parameters())  # matrices only
    outer = [p for name, p in model.named_parameters() if not name.startswith("blocks.")]
    optimizers = [
        Muon(inner, RATE, weight_decay=DECAY),
        torch.optim.AdamW(outer, lr=RATE, betas=(0.9, 0.98), weight_decay=0.0),
    ]
    borders, step, spent = borders_of(device, CONFIG["num_buckets"]), 0, 0.0
    if (out / "state.pt").exists():
        state = torch.load(out / "state.pt", weights_only=True, map_location=device)
        model.load_state_dict(state["model"])
        for optimizer, kept in zip(optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(kept)
        borders, step, spent = state["borders"], state["step"], state["seconds"]
    begin, last, total = time.monotonic() - spent, spent, torch.zeros((), device=device)
    seen = tables_seen = 0
    while (now := time.monotonic() - begin) < 60 * minutes and step != steps:
        host, source = generator_of("cpu", seed, 4, step), generator_of(device, seed, 5, step)
        batch, rows, columns = size(host, cells, now / (60 * minutes))
        tables = draw(batch, rows, columns, source)
        known = round(rows * (0.5 + 0.4 * torch.rand(1, generator=host).item()))
        y, asked = shown(tables.y, known)
        identity = torch.randn(columns, model.width // 4, generator=source, device=device)
        with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
            logits = model(tables.x, y, identity)
        loss = density_loss(logits, asked, borders)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in optimizers:
            for group in optimizer.param_groups:  # warm-up by steps, then half a cosine by time
                group["lr"] = RATE * min(1, (step + 1) / WARM) * math.cos(math.pi / 2 * now / (60 * minutes)) ** 2
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        total, seen, step, tables_seen = total + loss.detach(), seen + 1, step + 1, tables_seen + batch
        if (now := time.monotonic() - begin) - last > every or now >= 60 * minutes or step == steps:
            row = {"step": step, "seconds": round(now), "tables": tables_seen, "train_loss": total.item() / seen}
            row |= validate(model, borders, device, batch=8)
            print(row, flush=True)
            new = not (out / "log.tsv").exists()
            with (out / "log.tsv").open("a") as file:
                lines = ["\t".join(row)] if new else []
                lines.append("\t".join(f"{v:.5g}" if isinstance(v, float) else str(v) for v in row.values()))
                file.write("\n".join(lines) + "\n")
            state = {
                "model": model.state_dict(),
                "optimizers": [o.state_dict() for o in optimizers],
                "borders": borders,
            }
            torch.save(state | {"step": step, "seconds": now}, out / "state.new")
            (out / "state.new").replace(out / "state.pt")
            last, seen, total = now, 0, torch.zeros((), device=device)
    save(model, borders, out / "checkpoint.safetensors")
    print(out / "checkpoint.safetensors", (out / "checkpoint.safetensors").stat().st_size, "bytes")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=75)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cells", type=int, default=10_000, help="cells a step, over all its tables")
    given = parser.parse_args()
    train(given.out, given.minutes, given.device, given.seed, given.cells)
