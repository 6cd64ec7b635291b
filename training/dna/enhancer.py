"""Fit the enhancer head on frozen features of a trunk.

    python training/dna/enhancer.py DATA TRUNK OUT

DATA holds enhancer_train.tsv, TRUNK is a file of weights, OUT the file of the head (weight, bias).

Multinomial logistic regression on the standardised features, the mean of both strands because an
enhancer has no direction; its penalty is chosen by cross-validation over families; the scale goes
into the weights, so that the head is one linear layer.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, matthews_corrcoef

from regard.data.sequences import encode
from regard.models.dna_gpt.model import load
from regard.models.dna_gpt.predict import features_of
from regard.train.families import families, folds

SEED = 3
PENALTIES = (3e-4, 1e-3, 3e-3)  # scikit-learn's C: smaller is stronger


def fit_head(x: np.ndarray, y: np.ndarray, penalty: float, weights: np.ndarray | None = None):
    """Weight (classes, features) and bias (classes,) for x as it is; `weights` of the rows, (rows,)."""
    centre, scale = x.mean(axis=0), x.std(axis=0) + 1e-6
    fit = LogisticRegression(C=penalty, max_iter=500, tol=1e-3).fit((x - centre) / scale, y, weights)
    weight = fit.coef_ / scale
    return weight, fit.intercept_ - weight @ centre


def cross_validate(x, y, fold, penalty) -> tuple[float, float]:
    """Log loss and Matthews correlation of predictions for each fold by the others."""
    logits = np.empty((len(y), y.max() + 1))
    for held in np.unique(fold):
        weight, bias = fit_head(x[fold != held], y[fold != held], penalty)
        logits[fold == held] = x[fold == held] @ weight.T + bias
    shares = torch.softmax(torch.from_numpy(logits), dim=1).numpy()
    return log_loss(y, shares), matthews_corrcoef(y, logits.argmax(axis=1))


def choose(x, y, family, *, penalties=PENALTIES, n: int = 5, seed: int = SEED) -> tuple[float, float]:
    """The lowest cross-validated log loss (smoother than a correlation), and the penalty that gives it."""
    fold = folds(family, n, seed)
    return min((cross_validate(x, y, fold, penalty)[0], penalty) for penalty in penalties)


def main(data: Path, trunk: Path, out: Path) -> None:
    table = pd.read_csv(data / "enhancer_train.tsv", sep="\t")
    y, family = table.label.to_numpy(), families(table.sequence.tolist(), k=50)
    x = features_of(load(trunk), [encode(s) for s in table.sequence], both_strands=True).numpy()
    fold = folds(family, 5, SEED)
    for penalty in PENALTIES:
        loss, mcc = cross_validate(x, y, fold, penalty)
        print(f"C {penalty:g}: cross-validated log loss {loss:.4f}, MCC {mcc:.3f}")
    _, penalty = choose(x, y, family)
    weight, bias = fit_head(x, y, penalty)
    print(f"chosen C {penalty:g}")
    head = {"weight": torch.from_numpy(weight).float(), "bias": torch.from_numpy(bias).float()}
    torch.save(head, out)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
