"""Held-out figures of an initiation model: promoters with their real flanks against windows of chr22.

    PYTHONPATH=src python training/initiation/evaluate.py MODEL [--device cpu]

MODEL is an initiation.safetensors, or puffin.pth for comparison. Only promoters of fold 0 and chr22 segments
of the role `test` are used. The promoter score is the summed rate over the 300 bases, on their strand.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

import numpy as np
import torch

from data import FLANK, LENGTH, TSS, background_starts, flanked_promoters, read_tables, windows
from regard.data.sequences import encode
from regard.models.initiation import model as initiation
from regard.models.initiation import puffin
from regard.models.initiation.flanks import fill_flanks
from regard.train.genome import gc_matched

WINDOWS = 2000  # random ones, and as many with the GC share of the promoters
SHORT, DRAWS = 400, 4  # promoters of fold 0 without true flanks, and random flanks for each


def auroc(positive: np.ndarray, negative: np.ndarray) -> float:
    """Chance that a positive scores higher than a negative; ties count half."""
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive) + np.searchsorted(ordered, positive, side="right")
    return float(below.mean() / (2 * len(negative)))


def rows(codes: np.ndarray | torch.Tensor) -> torch.Tensor:
    """One-hot, (batch, 4, length), of codes 0 to 4, (batch, length); N is a quarter of each."""
    codes = torch.as_tensor(codes)
    table = torch.cat([torch.eye(4), torch.full((1, 4), 0.25)]).to(codes.device)
    return table[codes.long()].transpose(1, 2).contiguous()


def predictions(model, codes: np.ndarray, device: str) -> np.ndarray:
    """ln(rate + 1) on the given strand of the inner 300 of (n, 950)."""
    with torch.inference_mode():
        parts = [model(rows(part).to(device))[:, 0, FLANK:-FLANK].cpu() for part in torch.from_numpy(codes).split(64)]
    return torch.cat(parts).numpy()


def evaluate(path: Path, data: Path, seed: int = 0, device: str = "cpu", share: float = 1.0) -> dict[str, float]:
    """AUROC of promoters against windows, and how often the highest prediction is within 10 bases of the TSS.

    `share` of the windows and short promoters are used; below 1 for a trial.
    """
    n_windows, n_short = int(share * WINDOWS), int(share * SHORT)
    rng = np.random.default_rng(seed)
    model = (puffin if path.suffix == ".pth" else initiation).load(path).to(device)
    table, genome, role = read_tables(data / "dna")
    promoters = flanked_promoters(table, genome, fold=0)
    starts = background_starts(genome, role == "test", table, FLANK)
    share = genome.gc(starts, LENGTH)
    order = np.argsort(share, kind="stable")
    gc = np.isin(promoters[:, FLANK:-FLANK], (1, 2)).mean(axis=1)
    matched = gc_matched(starts[order], share[order], rng.choice(gc, n_windows), rng)
    negatives = {"random": rng.choice(starts, n_windows), "matched": matched}

    found = predictions(model, promoters, device)
    result = {"promoters_with_flanks": len(promoters), "tss_within_10": near(found)}
    for name, at in negatives.items():
        codes = windows(genome, at - FLANK, rng, LENGTH + 2 * FLANK)
        other = predictions(model, codes, device)
        result[f"auroc_{name}"] = auroc(np.expm1(found).sum(axis=1), np.expm1(other).sum(axis=1))
    short = table.sequence[table.fold == 0].sample(n_short, random_state=seed)
    filled = [fill_flanks("", text, "", "", FLANK, DRAWS, rng)[1] for text in short]
    codes = np.stack([encode(text) for texts in filled for text in texts])
    mean = predictions(model, codes, device).reshape(n_short, DRAWS, LENGTH).mean(axis=1)
    return result | {
        "tss_within_10_random_flanks": near(mean),
        "promoters_with_random_flanks": n_short,
        "windows": n_windows,
    }


def near(found: np.ndarray) -> float:
    """Share of promoters, (n, 300), whose highest prediction is within 10 bases of the TSS."""
    return float((np.abs(found.argmax(axis=1) - TSS) <= 10).mean())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--data", type=Path, default=os.environ.get("REGARD_DATA"))
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    print(json.dumps(evaluate(args.model, Path(args.data), device=args.device), indent=2))
