"""Train the shipped network model: python training/network/run.py --out DIR --minutes 45; resumes."""

import argparse
from pathlib import Path

import torch

from regard.models.network.model import Config
from regard.train.network import train

parser = argparse.ArgumentParser()
parser.add_argument("--out", type=Path, required=True)
parser.add_argument("--minutes", type=float, default=45.0, help="in all; a later call with more goes on")
parser.add_argument("--steps", type=int, help="end after so many batches, whatever the time: the same bytes every time")
parser.add_argument("--device", default="cpu")
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--rate", type=float, default=2e-3)
parser.add_argument("--cells", type=int, default=5_000, help="values of expression in a batch")
parser.add_argument("--largest", type=int, default=120, help="genes of the largest tables")
parser.add_argument("--blocks", type=int, default=4)
parser.add_argument("--width", type=int, default=64)
parser.add_argument("--pair-width", type=int, default=48)
parser.add_argument("--every", type=int, default=300, help="steps between validations and checkpoints")
parser.add_argument("--start", type=Path, help="weights to start from")
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--force", action="store_true", help="begin anew where --out holds another run")
given = parser.parse_args()
torch.set_num_threads(given.threads)
model = train(
    Config(blocks=given.blocks, width=given.width, pair_width=given.pair_width),
    given.out,
    minutes=given.minutes,
    steps=given.steps,
    seed=given.seed,
    device=given.device,
    rate=given.rate,
    cells=given.cells,
    largest=given.largest,
    every=given.every,
    start=given.start,
    force=given.force,
)
print(f"{sum(p.numel() for p in model.parameters()):,} parameters")
