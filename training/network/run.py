"""Train the shipped network model: python training/network/run.py --out DIR --minutes 8 --device cuda --seed 0"""

import time

STARTED = time.monotonic()  # importing torch is part of the minutes

import argparse  # noqa: E402
from pathlib import Path  # noqa: E402

import torch  # noqa: E402

from regard.models.network import Config  # noqa: E402
from regard.train.network import train  # noqa: E402

parser = argparse.ArgumentParser()
parser.add_argument("--out", type=Path, required=True)
parser.add_argument("--minutes", type=float, default=8.0)
parser.add_argument("--device", default="cpu")
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--rate", type=float, default=1e-3)
parser.add_argument("--cells", type=int, default=131_072, help="values of expression in a batch")
parser.add_argument("--largest", type=int, default=200, help="genes of the largest tables")
parser.add_argument("--blocks", type=int, default=8)
parser.add_argument("--width", type=int, default=128)
parser.add_argument("--pair-width", type=int, default=64)
parser.add_argument("--every", type=float, default=60.0, help="seconds between validations and checkpoints")
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--compile", action="store_true")
parser.add_argument("--resume", action="store_true")
given = parser.parse_args()
torch.set_num_threads(given.threads)
model = train(
    Config(blocks=given.blocks, width=given.width, pair_width=given.pair_width),
    given.out,
    minutes=given.minutes,
    device=given.device,
    seed=given.seed,
    rate=given.rate,
    cells=given.cells,
    largest=given.largest,
    every=given.every,
    compiled=given.compile,
    resume=given.resume,
    started=STARTED,
)
print(f"{sum(p.numel() for p in model.parameters()):,} parameters")
