"""Refit the promoter head on frozen features of the fine-tuned trunk.

    python training/dna/promoter.py DATA PREPARED FINETUNED OUT

FINETUNED is the folder that finetune.py wrote, OUT the file of the head (weight, bias). Stochastic
gradient steps leave a linear head far from its best; logistic regression on many more fresh negatives
does not. Each promoter comes with a copy with replaced blocks and a window of chr22, half of them
GC-matched. The penalty is chosen by Matthews correlation on promoters of fold 1.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from enhancer import fit_head
from finetune import BLOCKS, GENOME, PROMOTER, Background, gc_share, load
from sklearn.metrics import matthews_corrcoef, roc_auc_score

from regard.models.dna_gpt import Config, DnaGPT
from regard.train.negatives import replace_blocks

SEED, PROMOTERS, HELD = 4, 5000, 1000
PENALTIES = (3e-4, 3e-3, 3e-2)


@torch.inference_mode()
def features(model: DnaGPT, codes: np.ndarray, batch: int = 8) -> np.ndarray:
    """The trunk's features, shape (sequences, features)."""
    parts = []
    for part in torch.from_numpy(codes).long().split(batch):
        parts.append(model.features(model.states(part), part, torch.full((len(part),), part.shape[1])).numpy())
    return np.concatenate(parts)


def main(data: Path, prepared: Path, finetuned: Path, out: Path) -> None:
    codes, label, fold, genome, role = load(data, prepared)
    placed = pd.read_csv(prepared / "promoters.tsv", sep="\t").chr22.dropna().astype(int)
    rng = np.random.default_rng(SEED)
    model = DnaGPT(Config())
    trunk = torch.load(finetuned / "checkpoint.pt", weights_only=True)["model"]
    model.load_state_dict({name: w for name, w in trunk.items() if not name.startswith("classifiers.")})
    model.eval()

    def wanted(promoters):
        return np.where(rng.random(len(promoters)) < 0.5, gc_share(promoters), np.nan)

    trained = rng.permutation(np.flatnonzero((fold >= 2) & (label == 1)))[:PROMOTERS]
    positive = codes[trained]
    windows = Background(genome, role == "train", placed).draw(wanted(positive), rng)
    x = features(model, np.concatenate([replace_blocks(positive, rng), windows, positive]))
    y = np.repeat([BLOCKS, GENOME, PROMOTER], len(positive))

    held = rng.permutation(np.flatnonzero(fold == 1))[:HELD]
    real = codes[held][label[held] == 1]
    source = Background(genome, role == "validation", placed)
    matched, anything = source.draw(gc_share(real), rng), source.draw(np.full(len(real), np.nan), rng)
    sets = {
        name: features(model, s)
        for name, s in (("blocks", codes[held]), ("real", real), ("matched", matched), ("windows", anything))
    }
    truth = np.repeat([1, 0], len(real))
    weight, bias = fit_head(x[:, :-1], y, PENALTIES[1])
    odds = (sets["blocks"][:, :-1] @ weight.T + bias) @ (np.eye(3)[PROMOTER] - np.eye(3)[BLOCKS])
    print(
        f"without the log likelihood, C {PENALTIES[1]:g}: MCC {matthews_corrcoef(label[held], odds > 0):.3f}",
        flush=True,
    )
    found = {}
    for penalty in PENALTIES:
        weight, bias = fit_head(x, y, penalty)
        logits = {name: s @ weight.T + bias for name, s in sets.items()}
        odds = logits["blocks"][:, PROMOTER] - logits["blocks"][:, BLOCKS]
        mcc = matthews_corrcoef(label[held], odds > 0)
        real_odds = {n: logits[n][:, PROMOTER] - logits[n][:, GENOME] for n in ("real", "matched", "windows")}
        auroc = {
            n: roc_auc_score(truth, np.concatenate([real_odds["real"], real_odds[n]])) for n in ("matched", "windows")
        }
        print(
            f"C {penalty:g}: MCC {mcc:.3f}, AUROC GC-matched {auroc['matched']:.3f}, windows {auroc['windows']:.3f}",
            flush=True,
        )
        found[penalty] = mcc, weight, bias
    penalty = max(found, key=lambda c: found[c][0])
    print(f"chosen C {penalty:g}")
    _, weight, bias = found[penalty]
    torch.save({"weight": torch.from_numpy(weight).float(), "bias": torch.from_numpy(bias).float()}, out)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:5]))
