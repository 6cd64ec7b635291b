"""Promoters and background by the project's own splits (`splits/`), of which prepare.py says how they were made."""

from pathlib import Path

import numpy as np
import pandas as pd

from regard.data.sequences import encode
from regard.train.genome import Genome, read_genome
from regard.train.placed import LENGTH, NEAR, Background, background

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


def chr22(data: Path) -> tuple[Genome, np.ndarray]:
    """Segments of chromosome 22, and the role of each: train, validation or test, shape (segments,)."""
    genome = read_genome(data / "human_chr22.fa.gz")
    role = pd.read_csv(SPLITS / "segments.tsv.gz", sep="\t", index_col="segment").role
    return genome, role[genome.names].to_numpy()


def background_of(
    data: Path, role: str, low: float = NEAR, high: float = np.inf, *, more: Path | None = None
) -> Background:
    """Segments of chr22 with that role (train, validation or test), by how far they are from any known promoter.

    low, high : every base of a window is at least `low` bases from the nearest, and less than `high`.
    more : FASTA whose windows are all taken besides, as chromosomes.py writes it.
    """
    genome, roles = chr22(data)
    keep = roles == role
    away = to_promoter(genome)
    taken = (away < low) | (away >= high)
    genome, taken = genome.subset(keep), taken[np.repeat(keep, np.diff(genome.starts))]
    if more:
        besides = read_genome(more)
        genome, taken = genome.joined(besides), np.concatenate([taken, np.zeros(len(besides.codes), dtype=bool)])
    return background(genome, taken)


def to_promoter(genome: Genome) -> np.ndarray:
    """Bases of chr22 between each base and the nearest known promoter, 0 inside one; shape (bases,).

    By place on the chromosome: most segments are so short that what is near lies in another one.
    """
    lengths = np.diff(genome.starts)
    first = np.array([int(name.split("_")[1]) for name in genome.names])  # of a segment, on the chromosome
    place = np.arange(len(genome.codes)) + np.repeat(first - genome.starts[:-1], lengths)
    known = pd.read_csv(SPLITS / "promoters.tsv.gz", sep="\t").chr22.dropna().astype(int)
    half = (LENGTH - 1) / 2
    middle = np.sort(place[known]) + half
    right = np.searchsorted(middle, place).clip(1, len(middle) - 1)
    return (np.minimum(abs(place - middle[right - 1]), abs(place - middle[right])) - half).clip(0)
