"""Train the initiation model: promoters of known start against chr22, for a given time.

    PYTHONPATH=src python training/initiation/run.py --out DIR --minutes 10 --device cuda --seed 0

Needs torch, numpy, scipy, pandas with pyarrow, safetensors. $REGARD_DATA (or --data) holds
dna/promoter_train.parquet and dna/human_chr22.fa.gz. Writes to DIR: initiation.safetensors (the best by
validation), log.tsv, result.json (held-out figures). Nothing is chosen on what result.json measures.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import time
from pathlib import Path

import numpy as np
import torch
from evaluate import auroc, evaluate, rows
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from data import LENGTH, TSS, Data, load_data
from regard.models.initiation.model import PARTS, Config, InitiationModel
from regard.models.shelf.weight_files import save
from regard.train.initiation import View, ViewedModel, draw_view, losses, penalties

VALIDATION = View(upstream=150, downstream=20)
LOOKS = {"cuda": 20, "cpu": 4}  # validations a run
HELD_OUT = {"cuda": 2638, "cpu": 300}  # promoters, and as many windows of each kind, in a validation


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--data", type=Path, default=os.environ.get("REGARD_DATA"))
    parser.add_argument("--batch", type=int, help="promoters a step, and as many windows; 512 on cuda, 32 on cpu")
    parser.add_argument("--detectors", type=int, default=24)
    parser.add_argument("--width", type=int, default=19)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--smooth", type=float, default=1e-2)
    parser.add_argument("--sparse", type=float, default=2e-5)
    parser.add_argument("--decay", type=float, default=1e-2)
    args = parser.parse_args()
    if args.data is None:
        parser.error("set REGARD_DATA or give --data")
    args.data = Path(args.data)
    args.batch = args.batch or (512 if args.device == "cuda" else 32)
    return args


def new_model(detectors: int, width: int) -> InitiationModel:
    names = [f"motif {i + 1}" for i in range(detectors)]
    upstream = TSS - width // 2  # the furthest that a start sees of its own promoter
    reach = 2 * upstream + 1
    model = InitiationModel(
        Config(
            motifs=[f"{n}+" for n in names] + [f"{n}-" for n in names],
            targets=["EPDnew+"],
            detectors=dict(zip(PARTS, (detectors, 10, 32), strict=True)),
            width=dict(zip(PARTS, (width, 15, 3), strict=True)),
            reach=dict(zip(PARTS, (reach, 15, reach), strict=True)),
        )
    )
    with torch.no_grad():
        for part in ("motif", "initiator"):
            torch.nn.init.normal_(model.detector[part].weight, std=0.3)
            model.detector[part].bias.fill_(-2.0)
        model.bias.fill_(-5.0)
    return model


def held_out(model: ViewedModel, data: Data, device: str) -> dict[str, float]:
    """Figures on fold 1 and validation segments, by which the best weights are kept."""
    model.eval()
    amount, peak = {}, None
    for name, codes in {"promoters": data.promoters["validation"], **data.validation_windows}.items():
        with torch.inference_mode():
            parts = [rows(part).to(device) for part in torch.from_numpy(codes[: HELD_OUT[device]]).split(256)]
            scores = torch.cat([model.scores(model.activations(x), VALIDATION) for x in parts]).cpu()
        amount[name] = scores.logsumexp(dim=1).numpy()
        peak = scores.argmax(dim=1) if name == "promoters" else peak
    near = (peak - (TSS - model.margin - VALIDATION.upstream)).abs() <= 10
    return {
        "auroc_random": auroc(amount["promoters"], amount["random"]),
        "auroc_matched": auroc(amount["promoters"], amount["matched"]),
        "tss_within_10": float(near.float().mean()),
    }


def log(path: Path, row: dict[str, float]) -> None:
    new = not path.exists()
    with path.open("a") as file:
        if new:
            file.write("\t".join(row) + "\n")
        file.write("\t".join(f"{v:.5g}" for v in row.values()) + "\n")


def main() -> None:
    args = parse()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(args.seed)
    data = load_data(args.data / "dna", args.seed)
    model = ViewedModel(new_model(args.detectors, args.width)).to(args.device)
    averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.995))
    curves = [*model.model.effect.parameters(), model.model.bias]
    detectors = list(model.model.detector.parameters())
    optimizer = torch.optim.AdamW(
        [{"params": curves, "weight_decay": args.decay}, {"params": detectors, "weight_decay": 0.0}], betas=(0.9, 0.99)
    )
    train = data.promoters["train"]
    print(f"{len(train)} promoters and {len(data.starts)} windows to train on", flush=True)

    begin, step, since, best, looks, sums = time.monotonic(), 0, 0, -1.0, 0, {}
    while (done := (time.monotonic() - begin) / (60 * args.minutes)) < 1:
        for group in optimizer.param_groups:
            group["lr"] = args.rate * min(1.0, (step + 1) / 100) * 0.5 * (1 + math.cos(math.pi * done))
        rng = np.random.default_rng([args.seed, step])
        view = draw_view(rng, length=LENGTH, tss=TSS, margin=model.margin)
        promoters = rows(torch.from_numpy(train[rng.integers(0, len(train), args.batch)]).to(args.device))
        background = rows(torch.from_numpy(data.draw_background(args.batch, rng)).to(args.device))
        model.train()
        parts = losses(model, promoters, background, view, TSS)
        parts |= penalties(model, smooth=args.smooth, sparse=args.sparse)
        torch.stack(list(parts.values())).sum().backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        averaged.update_parameters(model)
        step += 1
        sums = {name: sums.get(name, 0.0) + value.detach() for name, value in parts.items()}
        if time.monotonic() - begin >= (looks + 1) / LOOKS[args.device] * 60 * args.minutes * 0.99:
            looks += 1
            figures = held_out(averaged.module, data, args.device)
            row = {"step": step, "seconds": round(time.monotonic() - begin)}
            row |= {name: float(value) / (step - since) for name, value in sums.items()} | figures
            log(args.out / "log.tsv", row)
            print(row, flush=True)
            since, sums = step, {}
            if sum(figures.values()) > best:
                best = sum(figures.values())
                save(averaged.module.finished().cpu(), args.out / "initiation.safetensors")
    share = 1.0 if args.device == "cuda" else 0.1
    result = evaluate(args.out / "initiation.safetensors", args.data, device=args.device, share=share)
    settings = {name: value for name, value in vars(args).items() if name not in ("out", "data")}
    result |= {"steps": step, "minutes_in_all": (time.monotonic() - begin) / 60, "settings": settings}
    (args.out / "result.json").write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2), flush=True)


if __name__ == "__main__":
    main()
