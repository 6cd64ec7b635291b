"""Train the last block of the promoter trunk, and a head, on enhancers.

    python training/dna/enhancer_trunk.py DATA TRUNK OUT

DATA holds enhancer_train.tsv, TRUNK is a file of weights, OUT the file of the model. The blocks before the
last stay as they are, so that what they hand on is computed once. The head begins as the regression of
`enhancer.py`, and keeps its penalty.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from training.dna.enhancer import SEED, choose, fit_head

from regard.data.sequences import complement, encode
from regard.models.dna_gpt.model import Config, DnaGPT, load
from regard.models.dna_gpt.predict import features_of, logits_of
from regard.models.shelf.weight_files import save
from regard.train.families import families

CLASSES = ["none", "weak", "strong"]
EPOCHS, BATCH, RATE, WARM_UP, DROPPED = 4, 32, 3e-4, 30, 0.2


@dataclass(frozen=True)
class HandedOn:
    """What the blocks before the last make of both strands: (sequences, 2, length), (…, width), (…, blocks × width)."""

    tokens: Tensor
    states: Tensor
    means: Tensor


@torch.inference_mode()
def handed_on(trunk: DnaGPT, codes: np.ndarray) -> HandedOn:
    """Read both strands of sequences of one length, (sequences, length), up to the last block."""
    tokens = torch.from_numpy(np.stack([codes, complement(codes)[:, ::-1]], axis=1).astype(np.int64))
    length, states, means = codes.shape[1], [], []
    for some in tokens.split(BATCH):
        x, found = trunk.embedded(some.flatten(0, 1)), []
        for block in trunk.blocks[:-1]:
            x = block(x, trunk.turn[:length])
            found.append(F.layer_norm(x, x.shape[-1:]).mean(dim=1))
        states.append(x.half().unflatten(0, (-1, 2)))
        means.append(torch.cat(found, dim=1).unflatten(0, (-1, 2)))
    return HandedOn(tokens, torch.cat(states).clone(), torch.cat(means).clone())


def features(model: DnaGPT, of: HandedOn, rows: Tensor, strand: Tensor) -> Tensor:
    """What the head reads of one strand of these sequences, (rows, features); see `DnaGPT.features`."""
    tokens, state = of.tokens[rows, strand], of.states[rows, strand].float()
    last = model.blocks[-1](state, model.turn[: state.shape[1]])
    lengths = torch.full((len(tokens),), tokens.shape[1])
    return torch.cat([of.means[rows, strand], model.features([last], tokens, lengths)], dim=1)


@torch.inference_mode()
def class_logits(model: DnaGPT, of: HandedOn, rows: np.ndarray) -> np.ndarray:
    """Logits of these sequences, the mean of both strands, (rows, classes)."""
    head, found = model.classifiers["enhancer"], []
    for some in torch.from_numpy(rows).split(BATCH):
        strands = [head(features(model, of, some, torch.full_like(some, strand))) for strand in (0, 1)]
        found.append(torch.stack(strands).mean(dim=0))
    return torch.cat(found).numpy()


def tuned(
    trunk: DnaGPT, of: HandedOn, x: np.ndarray, y: np.ndarray, rows: np.ndarray, penalty: float,
    advance: Callable[[int], object] = lambda step: None,
) -> DnaGPT:  # fmt: skip
    """A model whose last block, spots and head were trained on these rows, from `trunk` and from the regression.

    x : features of all sequences by the trunk as it is, (sequences, features). y : int, (sequences,).
    """
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    config: Config = replace(trunk.config, tasks={"enhancer": CLASSES}, both_strands=["enhancer"])
    model, known = DnaGPT(config), trunk.state_dict()
    model.load_state_dict({n: w for n, w in known.items() if not n.startswith("classifiers.")}, strict=False)
    model.requires_grad_(False)
    head, last = model.classifiers["enhancer"], [*model.blocks[-1].parameters(), *model.spots.parameters()]
    for one in last:
        one.requires_grad_(True)
    weight, bias = fit_head(x[rows], y[rows], penalty)
    centre, scale = (torch.from_numpy(one).float() for one in (x[rows].mean(axis=0), x[rows].std(axis=0) + 1e-6))
    # While it learns, the head reads standardised features, so that one rate and one penalty suit them all.
    standard = nn.Linear(len(centre), len(CLASSES))
    standard.weight.data = torch.from_numpy(weight).float() * scale
    standard.bias.data = torch.from_numpy(bias + weight @ x[rows].mean(axis=0)).float()
    groups = [{"params": last, "weight_decay": 0.1}, {"params": standard.parameters(), "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.98))
    labels, steps = torch.from_numpy(y).long(), EPOCHS * len(rows) // BATCH
    for step in range(steps):
        chosen = torch.from_numpy(rng.choice(rows, BATCH, replace=False))
        read = (features(model, of, chosen, torch.from_numpy(rng.integers(0, 2, BATCH))) - centre) / scale
        loss = F.cross_entropy(standard(F.dropout(read, DROPPED)), labels[chosen])
        loss = loss + standard.weight.square().sum() / (2 * penalty * len(rows))  # scikit-learn's, of the mean loss
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1, (step + 1) / WARM_UP) * (0.02 + 0.98 * (1 - step / steps))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(last, 1.0)
        optimizer.step()
        advance(step)
    head.weight.data = standard.weight.data / scale
    head.bias.data = standard.bias.data - head.weight.data @ centre
    return model.eval()


def rounded(model: DnaGPT, stored: DnaGPT, sequences: list[np.ndarray]) -> tuple[float, int]:
    """By how much a logit differs at most after storing in half precision, and how many decisions do."""
    old, new = (logits_of(m, "enhancer", sequences, both_strands=True) for m in (model, stored))
    return float(abs(old - new).max()), int((old.argmax(axis=1) != new.argmax(axis=1)).sum())


def main(data: Path, trunk: Path, out: Path) -> None:
    table = pd.read_csv(data / "enhancer_train.tsv", sep="\t")
    y, family = table.label.to_numpy(), families(table.sequence.tolist(), k=50)
    codes, start = np.stack([encode(s) for s in table.sequence]), load(trunk)
    x = features_of(start, list(codes), both_strands=True).numpy()
    loss, penalty = choose(x, y, family)
    print(f"chosen C {penalty:g}, cross-validated log loss {loss:.4f}")
    model = tuned(start, handed_on(start, codes), x, y, np.arange(len(y)), penalty)
    save(model, out)
    some = list(codes[:: math.ceil(len(codes) / 200)])
    difference, changed = rounded(model, load(out), some)
    print(f"in half precision logits differ by {difference:.2g} at most, {changed} of {len(some)} decisions")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
