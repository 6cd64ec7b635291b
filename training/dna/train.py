"""Train the DNA GPT: next base and promoter, at once.

    python training/dna/train.py DATA OUT [--start WEIGHTS] [--steps N] [--batch N]

Every step sees a classification batch (batches.py); the next base is predicted beside it in whatever
is natural there. Goes on where it stopped; measures promoters of fold 1 as it goes.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import torch
import torch.nn.functional as F
from batches import BLOCKS, GENOME, LENGTH, PROMOTER, classification, read_background, read_promoters, surround
from teacher import read_teacher
from validation import bits, held_out

from regard.models.dna_gpt.model import Config, DnaGPT
from regard.train.checkpoint import content
from regard.train.loop import fit
from regard.train.pretrain import next_base_loss

CONFIG = replace(Config(), tasks={"promoter": ["blocks", "genome", "promoter"]})
TRAINING = list(range(2, 10))  # folds of promoters


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--start", type=Path, help="a checkpoint.pt to start from")
    parser.add_argument("--primates", type=Path, help="what primates.py wrote, for more windows")
    parser.add_argument("--steps", type=int, default=1300)
    parser.add_argument("--batch", type=int, default=12, help="promoters a step, and as many of both negatives")
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--held", type=int, default=400, help="rows of fold 1 to measure on as it goes")
    parser.add_argument("--every", type=int, default=100)
    parser.add_argument("--teacher", type=Path, help="what teacher.py wrote: its log-odds are targets too")
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--force", action="store_true", help="begin anew where OUT holds another run")
    given = parser.parse_args()
    promoters = read_promoters(given.data, TRAINING).positive
    files = [given.data / "human_chr22.fa.gz"] + ([given.primates] if given.primates else [])
    genomic = read_background(files, "train")

    torch.manual_seed(given.seed)
    model = DnaGPT(CONFIG)
    if given.start:
        weights = torch.load(given.start, weights_only=True)["model"]
        model.load_state_dict(weights, strict=False)

    def losses(model, rng, _):
        draw = torch.Generator().manual_seed(int(rng.integers(2**62)))
        tokens, target = classification(promoters, genomic, given.batch, draw)
        form = rng.random()
        if form < 0.2:  # promoters do not always come as 300 bases with the TSS at 249
            length = int(rng.integers(100, LENGTH))
            begin = int(rng.integers(0, LENGTH - length))
            tokens = tokens[:, begin : begin + length]
        elif form < 0.3:
            tokens = surround(tokens, genomic, int(rng.integers(LENGTH, CONFIG.longest + 1)), draw)
        tokens, natural = tokens.long(), target > 0
        lengths = torch.full((len(tokens),), tokens.shape[1])
        states = model.states(tokens)
        logits = model.classifiers["promoter"](model.features(states, tokens, lengths))
        nats = next_base_loss(model.predict_next(states[-1][natural]), tokens[natural], torch.ones(1, tokens.shape[1]))
        parts = {"cross_entropy": F.cross_entropy(logits, target), "half_nats": 0.5 * nats}
        if teacher is not None and form >= 0.3:  # it knows promoters of 300 bases with their TSS in place only
            rows = target != GENOME
            with torch.no_grad():
                taught = teacher(tokens[rows]).clamp(-8, 8)
            parts["teacher"] = 0.1 * F.smooth_l1_loss((logits[:, PROMOTER] - logits[:, BLOCKS])[rows], taught)
        return parts

    teacher = read_teacher(given.teacher) if given.teacher else None
    measure, _ = held_out(given.data, given.held)
    per_base = bits(given.data, 64)

    def validate(model):
        def classify(tokens):
            return model.classify("promoter", tokens.long(), torch.full((len(tokens),), tokens.shape[1]))

        return measure(classify) | per_base(model)

    fit(
        model,
        losses,
        validate,
        steps=given.steps,
        rate=given.rate,
        out=given.out,
        seed=given.seed,
        run={"batch": given.batch, "start": content(given.start) if given.start else "random"},
        force=given.force,
        every=given.every,
    )


if __name__ == "__main__":
    main()
