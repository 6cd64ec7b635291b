"""Fine-tune the trunk on promoters against two kinds of negatives at once.

    python training/dna/finetune.py DATA PREPARED PRETRAINED OUT [steps]

One head with three classes: blocks (a promoter with 12 of 20 blocks replaced, made afresh at every
step), genome (a window of chr22, half of them GC-matched), promoter. Next-base prediction goes on
beside it on everything that is natural.
"""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from sklearn.metrics import matthews_corrcoef, roc_auc_score

from regard.core.sequences import complement, encode
from regard.models.dna_gpt import Config, DnaGPT
from regard.models.predict import logits_of
from regard.train.genome import gc_matched, read_genome
from regard.train.loop import fit
from regard.train.negatives import replace_blocks
from regard.train.pretrain import next_base_loss

SEED, LENGTH, PROMOTERS = 2, 300, 12
BLOCKS, GENOME, PROMOTER = 0, 1, 2
CONFIG = replace(Config(), tasks={"promoter": ["blocks", "genome", "promoter"]})


def load(data: Path, prepared: Path):
    table = pd.read_parquet(data / "promoter_train.parquet")
    fold = pd.read_csv(prepared / "promoters.tsv", sep="\t").fold.to_numpy()
    genome = read_genome(data / "human_chr22.fa.gz")
    role = pd.read_csv(prepared / "segments.tsv", sep="\t").set_index("segment").role[genome.names].to_numpy()
    codes = np.stack([encode(s) for s in table.sequence])
    return codes, table.label.to_numpy(), fold, genome, role


class Background:
    """Windows of some segments of chr22 that overlap no known promoter, by GC share."""

    def __init__(self, genome, segments, promoter_starts):
        starts = genome.window_starts(LENGTH)
        keep = segments[np.searchsorted(genome.starts, starts, side="right") - 1]
        near = np.zeros(len(genome.codes) + LENGTH, dtype=bool)
        for at in promoter_starts:
            near[max(0, at - LENGTH) : at + LENGTH] = True
        starts = starts[keep & ~near[starts]]
        gc = genome.gc(starts, LENGTH)
        order = np.argsort(gc, kind="stable")
        self.genome, self.starts, self.gc_share = genome, starts[order], gc[order]

    def draw(self, wanted, rng):
        """One window for each wanted GC share (nan: any), random strand, codes (n, LENGTH)."""
        at = rng.choice(self.starts, len(wanted))
        matched = ~np.isnan(wanted)
        at[matched] = gc_matched(self.starts, self.gc_share, wanted[matched], rng)
        codes = self.genome.codes[at[:, None] + np.arange(LENGTH)]
        flip = rng.random(len(codes)) < 0.5
        codes[flip] = complement(codes[flip])[:, ::-1]
        return codes


def gc_share(codes):
    return ((codes == 1) | (codes == 2)).mean(axis=1)


def main(data, prepared, pretrained, out, steps=900):
    codes, label, fold, genome, role = load(data, prepared)
    placed = pd.read_csv(prepared / "promoters.tsv", sep="\t").chr22.dropna().astype(int)
    promoters = codes[(fold >= 2) & (label == 1)]
    background = Background(genome, role == "train", placed)

    def losses(model, rng):
        positive = promoters[rng.integers(0, len(promoters), PROMOTERS)]
        wanted = np.where(rng.random(PROMOTERS) < 0.5, gc_share(positive), np.nan)
        built = replace_blocks(positive, rng)
        drawn = np.concatenate([positive, built, background.draw(wanted, rng)])
        if rng.random() < 0.2:  # promoters do not always come as 300 bases with the TSS at 249
            length = rng.integers(100, LENGTH)
            begin = rng.integers(0, LENGTH - length)
            drawn = drawn[:, begin : begin + length]
        tokens = torch.from_numpy(drawn).long()
        states = model.states(tokens)
        features = model.features(states, tokens, torch.full((len(tokens),), tokens.shape[1]))
        target = torch.tensor([PROMOTER, BLOCKS, GENOME]).repeat_interleave(PROMOTERS)
        natural = torch.cat([torch.arange(PROMOTERS), torch.arange(2 * PROMOTERS, 3 * PROMOTERS)])
        nats = next_base_loss(model.predict_next(states[-1][natural]), tokens[natural], torch.ones(1, tokens.shape[1]))
        return {
            "cross_entropy": F.cross_entropy(model.classifiers["promoter"](features), target),
            "half_nats": 0.5 * nats,
        }

    rng = np.random.default_rng(SEED)
    held = rng.permutation(np.flatnonzero(fold == 1))[:400]
    positive = codes[held][label[held] == 1]
    windows = Background(genome, role == "validation", placed)
    matched = windows.draw(gc_share(positive), rng)
    anything = windows.draw(np.full(len(positive), np.nan), rng)

    def validate(model):
        def log_odds(sequences, other):
            logits = logits_of(model, "promoter", list(sequences))
            return logits[:, PROMOTER] - logits[:, other]

        real = log_odds(positive, GENOME)
        truth = np.repeat([1, 0], [len(real), len(real)])
        return {
            "mcc_blocks": matthews_corrcoef(label[held], log_odds(codes[held], BLOCKS) > 0),
            "auroc_gc_matched": roc_auc_score(truth, np.concatenate([real, log_odds(matched, GENOME)])),
            "auroc_windows": roc_auc_score(truth, np.concatenate([real, log_odds(anything, GENOME)])),
        }

    torch.manual_seed(SEED)
    model = DnaGPT(CONFIG)
    trunk = torch.load(pretrained / "checkpoint.pt", weights_only=True)["model"]
    model.load_state_dict(trunk, strict=False)
    fit(model, losses, validate, steps=steps, rate=6e-4, out=out, seed=SEED, every=150)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:5]), *map(int, sys.argv[5:]))
