"""Refit the promoter head on frozen features of the trained trunk.

    python training/dna/promoter.py DATA TRAINED TEACHER OUT

TRAINED is the checkpoint.pt that train.py wrote, TEACHER what teacher.py wrote, OUT the file of the head
(weight, bias): the mean of the head as it was trained and of a logistic regression on fresh negatives.
The regression's targets of promoters and of copies with replaced blocks are the teacher's shares at
temperature 2; some of its sequences are cropped, some stand inside longer windows; its penalty is chosen
by Matthews correlation on promoters of fold 1. Then prints, for several log priors of the class `genome`,
what they cost and bring: that Matthews correlation, the share of promoters kept, and the shares of random
and GC-matched windows of validation segments that are called promoters.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from batches import BLOCKS, GENOME, LENGTH, PROMOTER, classification, read_background, read_promoters, surround
from enhancer import fit_head
from teacher import log_odds, read_teacher
from validation import held_out

from regard.models.dna_gpt.model import DnaGPT
from regard.models.dna_gpt.predict import features_of
from train import CONFIG, TRAINING

SEED, HELD, TEMPERATURE = 4, 1500, 2.0
WHOLE, OTHER = 4000, 80  # promoters as they are; promoters of each other length
SHORTER, LONGER = range(120, 300, 18), range(320, 520, 20)
PENALTIES = (3e-2, 1e-1, 3e-1)


def training_rows(data: Path, teacher) -> tuple[list[np.ndarray], np.ndarray]:
    """Sequences of several lengths, and the share of each class that is wanted for them, (sequences, 3)."""
    draw = torch.Generator().manual_seed(SEED)
    promoters = read_promoters(data, TRAINING).positive
    genomic = read_background([data / "human_chr22.fa.gz"], "train")
    sequences, shares = [], []
    for length in [LENGTH, *SHORTER, *LONGER]:
        tokens, target = classification(promoters, genomic, WHOLE if length == LENGTH else OTHER, draw)
        taught = log_odds(teacher, tokens).div(TEMPERATURE).sigmoid()
        wanted = torch.zeros(len(tokens), 3)
        wanted[:, PROMOTER], wanted[:, BLOCKS] = taught, 1 - taught
        wanted[target == GENOME] = torch.eye(3)[GENOME]
        if length < LENGTH:
            begin = int(torch.randint(LENGTH - length, (1,), generator=draw))
            tokens = tokens[:, begin : begin + length]
        elif length > LENGTH:
            tokens = surround(tokens, genomic, length, draw)
        sequences += list(tokens.numpy())
        shares.append(wanted.numpy())
    return sequences, np.concatenate(shares)


def fit_shares(x: np.ndarray, shares: np.ndarray, penalty: float) -> tuple[np.ndarray, np.ndarray]:
    """`fit_head` for shares of classes: each row counts once for every class, with its share as weight."""
    rows, classes = np.nonzero(shares > 1e-3)
    return fit_head(x[rows], classes, penalty, weights=shares[rows, classes])


def main(data: Path, trained: Path, taught_by: Path, out: Path) -> None:
    model = DnaGPT(CONFIG)
    model.load_state_dict(torch.load(trained, weights_only=True)["model"])
    model.eval()
    sequences, shares = training_rows(data, read_teacher(taught_by))
    x = features_of(model, sequences).numpy()

    # The held-out sequences go through the trunk once: what is measured then are heads alone.
    kept: dict[int, torch.Tensor] = {}
    head = model.classifiers["promoter"]

    def classify(tokens):
        key = hash(tokens.numpy().tobytes())
        if key not in kept:
            kept[key] = features_of(model, list(tokens.numpy()))
        return head(kept[key])

    measure, priors = held_out(data, HELD)
    print("head as trained:", shown(measure(classify)), flush=True)
    trained_head = [head.weight.data, head.bias.data]
    found = {}
    for penalty in PENALTIES:
        weight, bias = (torch.from_numpy(a).float() for a in fit_shares(x, shares, penalty))
        head.weight.data, head.bias.data = weight, bias
        figures = measure(classify)
        print(f"C {penalty:g}:", shown(figures), flush=True)
        found[penalty] = figures["mcc_blocks"], weight, bias
    penalty = max(found, key=lambda c: found[c][0])
    _, *refitted = found[penalty]
    weight, bias = ((one + other) / 2 for one, other in zip(trained_head, refitted, strict=True))
    head.weight.data, head.bias.data = weight, bias
    print(f"mean of C {penalty:g} and of the head as trained:", shown(measure(classify)))
    print(priors(classify).round(3).to_string(index=False))
    torch.save({"weight": weight, "bias": bias}, out)


def shown(figures: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in figures.items())


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:5]))
