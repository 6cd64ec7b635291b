"""Promoters and background by the project's own splits (`splits/`), of which prepare.py says how they were made."""

from pathlib import Path

import numpy as np
import pandas as pd

from regard.data.sequences import encode
from regard.train.genome import read_genome
from regard.train.placed import LENGTH, Background, background

SPLITS = Path(__file__).parent / "splits"
TEST, VALIDATION, TRAINING = [0], [1], list(range(2, 10))  # folds of promoters


def rows_of(data: Path, folds: list[int]) -> pd.DataFrame:
    """Rows of the promoter table that belong to these folds: columns `sequence` and `label`, 1 for promoters."""
    table = pd.read_parquet(data / "promoter_train.parquet")
    fold = pd.read_csv(SPLITS / "promoters.tsv.gz", sep="\t").fold
    return table[fold.isin(folds).to_numpy()]


def promoters_of(data: Path, folds: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Codes of the promoters of these folds and of their copies with replaced blocks, each (rows, 300)."""
    table = rows_of(data, folds)
    real, built = (np.stack([encode(s) for s in table.sequence[table.label == label]]) for label in (1, 0))
    return real, built


def background_of(data: Path, role: str) -> Background:
    """Segments of chr22 with that role (train, validation or test), without the known promoters in them."""
    genome = read_genome(data / "human_chr22.fa.gz")
    roles = pd.read_csv(SPLITS / "segments.tsv.gz", sep="\t", index_col="segment").role
    taken = np.zeros(len(genome.codes), dtype=bool)
    for at in pd.read_csv(SPLITS / "promoters.tsv.gz", sep="\t").chr22.dropna().astype(int):
        taken[at : at + LENGTH] = True
    keep = (roles[genome.names] == role).to_numpy()
    return background(genome.subset(keep), taken[np.repeat(keep, np.diff(genome.starts))])
