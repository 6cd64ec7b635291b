"""Refit the promoter head on frozen features of the trained trunk.

    python training/dna/promoter.py DATA TRAINED OUT

TRAINED is the checkpoint.pt that train.py wrote, OUT the file of the head (weight, bias). Stochastic
gradient steps leave a linear head short of its best; logistic regression on fresh negatives does not.
The penalty is chosen by Matthews correlation on promoters of fold 1. Then prints, for several log priors
of the class `genome`, what they cost and bring: that Matthews correlation, the share of promoters kept,
and the shares of random and GC-matched windows of validation segments that are called promoters.
"""

import sys
from pathlib import Path

import torch
from batches import classification, read_background, read_promoters
from enhancer import fit_head
from validation import held_out

from regard.models.dna_gpt import DnaGPT
from regard.models.predict import features_of
from train import CONFIG, TRAINING

SEED, PROMOTERS, HELD = 4, 6000, 1500
PENALTIES = (3e-3, 3e-2, 3e-1)


def main(data: Path, trained: Path, out: Path) -> None:
    model = DnaGPT(CONFIG)
    model.load_state_dict(torch.load(trained, weights_only=True)["model"])
    model.eval()
    draw = torch.Generator().manual_seed(SEED)
    genomic = read_background([data / "human_chr22.fa.gz"], "train")
    tokens, y = classification(read_promoters(data, TRAINING).positive, genomic, PROMOTERS, draw)
    x = features_of(model, list(tokens.numpy())).numpy()

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
    found = {}
    for penalty in PENALTIES:
        weight, bias = (torch.from_numpy(a).float() for a in fit_head(x, y.numpy(), penalty))
        head.weight.data, head.bias.data = weight, bias
        figures = measure(classify)
        print(f"C {penalty:g}:", shown(figures), flush=True)
        found[penalty] = figures["mcc_blocks"], weight, bias
    penalty = max(found, key=lambda c: found[c][0])
    print(f"chosen C {penalty:g}")
    _, weight, bias = found[penalty]
    head.weight.data, head.bias.data = weight, bias
    print(priors(classify).round(3).to_string(index=False))
    torch.save({"weight": weight, "bias": bias}, out)


def shown(figures: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in figures.items())


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
