"""Pretrain the shipped trunk: python training/dna/pretrain.py DATA PREPARED OUT [repeat weight, width, steps]"""

import sys
from pathlib import Path

import pandas as pd
import torch

from regard.models.dna_gpt.model import Config, DnaGPT
from regard.train.genome import read_genome
from regard.train.loop import fit
from regard.train.pretrain import bits_per_base, pretraining

data, prepared, out = map(Path, sys.argv[1:4])
repeat_weight, width, steps = (*map(float, sys.argv[4:]), *(0.5, 256, 1400)[len(sys.argv) - 4 :])
SEED = 1

genome = read_genome(data / "human_chr22.fa.gz")
role = pd.read_csv(prepared / "segments.tsv", sep="\t").set_index("segment").role[genome.names].to_numpy()
torch.manual_seed(SEED)
fit(
    DnaGPT(Config(width=int(width))),
    pretraining(genome.subset(role == "train"), batch=24, length=256, repeat_weight=repeat_weight),
    bits_per_base(genome.subset(role == "validation"), length=256, windows=256, seed=SEED),
    steps=int(steps),
    rate=1.5e-3,
    out=out,
    seed=SEED,
    every=100,
)
