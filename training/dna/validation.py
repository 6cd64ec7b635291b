"""The figures that choices are made on: promoters of fold 1 and windows of validation segments."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from batches import (
    BLOCKS,
    GENOME,
    PROMOTER,
    Promoters,
    gc_share,
    long_windows,
    read_background,
    read_promoters,
    windows,
)
from scipy.special import softmax
from sklearn.metrics import matthews_corrcoef, roc_auc_score

from regard.train.pretrain import cross_entropy_bits

SEED = 1
PRIORS = (-9.0, -3.0, -2.5, -2.0, -1.5, -1.0, -0.5, 0.0)


def held_out(data: Path, n: int) -> tuple[Callable, Callable]:
    """Two functions of a classifier (tokens → logits of blocks, genome, promoter), measured on n rows.

    The first gives figures by name; the second a table of what a log prior of `genome` does.
    """
    draw = torch.Generator().manual_seed(SEED)
    table = read_promoters(data, [1])
    table = Promoters(table.codes[:n], table.label[:n])
    genomic = read_background([data / "human_chr22.fa.gz"], "validation")
    real = table.positive
    matched = windows(genomic, gc_share(real), draw)
    anything = windows(genomic, torch.full((len(real),), float("nan")), draw)
    label = table.label.cpu().numpy()
    truth = [1] * len(real) + [0] * len(real)

    @torch.inference_mode()
    def logits(classify, tokens):
        return torch.cat([classify(part) for part in tokens.split(16)])

    def measure(classify):
        found = [logits(classify, tokens).numpy() for tokens in (table.codes, matched, anything)]
        odds = [x[:, PROMOTER] - x[:, GENOME] for x in (found[0][label == 1], *found[1:])]
        built = found[0][:, PROMOTER] - found[0][:, BLOCKS]
        return {
            "mcc_blocks": matthews_corrcoef(label, built > 0),
            "auroc_blocks": roc_auc_score(label, built),
            "auroc_matched": roc_auc_score(truth, np.concatenate([odds[0], odds[1]])),
            "auroc_windows": roc_auc_score(truth, np.concatenate([odds[0], odds[2]])),
        }

    def priors(classify):
        found = [logits(classify, tokens).numpy() for tokens in (table.codes, matched, anything)]
        rows = []
        for prior in PRIORS:
            called = [softmax(x + np.eye(3)[GENOME] * prior, axis=1)[:, PROMOTER] > 0.5 for x in found]
            mcc = matthews_corrcoef(label, called[0])
            rows.append((prior, mcc, called[0][label == 1].mean(), called[2].mean(), called[1].mean()))
        return pd.DataFrame(rows, columns=["log_prior", "mcc", "promoters_kept", "windows_called", "gc_matched_called"])

    return measure, priors


def bits(data: Path, n: int = 512) -> Callable[[torch.nn.Module], dict[str, float]]:
    """Bits per base on windows of 256 bases of validation segments; the first 64 are context only."""
    draw = torch.Generator().manual_seed(SEED)
    genomic = read_background([data / "human_chr22.fa.gz"], "validation")
    tokens, masked = long_windows(genomic, n, 256, draw)
    repeat = masked[:, 64:].cpu().numpy()

    def measure(model):
        found = np.concatenate([cross_entropy_bits(model, part.long()) for part in tokens.split(16)])[:, 63:]
        return {"bits_unique": float(found[~repeat].mean()), "bits_repeats": float(found[repeat].mean())}

    return measure
