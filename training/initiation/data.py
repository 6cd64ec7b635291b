"""Promoters and chr22 windows for the initiation model, split as training/dna says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from regard.data.sequences import complement, encode
from regard.train.genome import Genome, gc_matched, read_genome

SPLITS = Path(__file__).parents[1] / "dna" / "splits"
LENGTH, TSS, FLANK = 300, 249, 325
MATCHED = 0.5  # share of training windows with the GC share of a promoter


@dataclass
class Data:
    """Codes 0 to 4, uint8: promoters (n, 300) by fold, background windows to train on and to validate with."""

    promoters: dict[str, np.ndarray]
    genome: Genome
    starts: np.ndarray  # of the training windows, sorted by GC share
    gc: np.ndarray
    promoter_gc: np.ndarray  # of the training promoters
    validation_windows: dict[str, np.ndarray]

    def draw_background(self, n: int, rng: np.random.Generator) -> np.ndarray:
        """Windows (n, 300) of random strand: some with the GC share of a random promoter, the others anywhere."""
        matched = int(n * MATCHED)
        near = gc_matched(self.starts, self.gc, rng.choice(self.promoter_gc, matched), rng)
        return windows(self.genome, np.concatenate([near, rng.choice(self.starts, n - matched)]), rng)


def windows(genome: Genome, starts: np.ndarray, rng: np.random.Generator, length: int = LENGTH) -> np.ndarray:
    codes = genome.codes[starts[:, None] + np.arange(length)]
    flip = rng.random(len(codes)) < 0.5
    codes[flip] = complement(codes[flip])[:, ::-1]
    return codes


def read_tables(folder: Path) -> tuple[pd.DataFrame, Genome, np.ndarray]:
    """Promoters (sequence, fold, chr22), the genome, the role of each of its segments."""
    table = pd.read_parquet(folder / "promoter_train.parquet")
    split = pd.read_csv(SPLITS / "promoters.tsv.gz", sep="\t")
    table = table.assign(fold=split.fold.to_numpy(), chr22=split.chr22.to_numpy())
    genome = read_genome(folder / "human_chr22.fa.gz")
    roles = pd.read_csv(SPLITS / "segments.tsv.gz", sep="\t").set_index("segment").role
    return table[table.label == 1], genome, roles.loc[genome.names].to_numpy()


def background_starts(genome: Genome, keep: np.ndarray, table: pd.DataFrame, flank: int = 0) -> np.ndarray:
    """Starts of 300-base windows, with their flanks inside kept segments, that touch no promoter of the table."""
    whole = LENGTH + 2 * flank
    starts = genome.window_starts(whole)
    segment = np.searchsorted(genome.starts, starts, side="right") - 1
    starts = starts[keep[segment]] + flank
    promoter = np.sort(table.chr22.dropna().to_numpy().astype(int))
    place = np.searchsorted(promoter, starts)
    before, after = promoter[np.maximum(place - 1, 0)], promoter[np.minimum(place, len(promoter) - 1)]
    return starts[(np.abs(starts - before) >= LENGTH) & (np.abs(starts - after) >= LENGTH)]


def load_data(folder: Path, seed: int) -> Data:
    """Folds 2 to 9 and segments for training, fold 1 and segments for validation; nothing of fold 0."""
    rng = np.random.default_rng(seed)
    table, genome, role = read_tables(folder)
    codes = np.stack([encode(s) for s in table.sequence])
    fold = table.fold.to_numpy()
    promoters = {"train": codes[fold >= 2], "validation": codes[fold == 1]}
    gc = {name: np.isin(part, (1, 2)).mean(axis=1) for name, part in promoters.items()}

    def sorted_by_gc(name):
        starts = background_starts(genome, role == name, table)
        share = genome.gc(starts, LENGTH)
        order = np.argsort(share, kind="stable")
        return starts[order], share[order]

    starts, share = sorted_by_gc("train")
    held_starts, held_share = sorted_by_gc("validation")
    held = {
        "random": windows(genome, rng.choice(held_starts, len(codes[fold == 1])), rng),
        "matched": windows(genome, gc_matched(held_starts, held_share, gc["validation"], rng), rng),
    }
    return Data(promoters, genome, starts, share, gc["train"], held)


def flanked_promoters(table: pd.DataFrame, genome: Genome, fold: int) -> np.ndarray:
    """Promoters of a fold that stand on chr22, with 325 true bases on both sides, codes (n, 950)."""
    found = []
    for sequence, at in table.loc[(table.fold == fold) & table.chr22.notna(), ["sequence", "chr22"]].itertuples(
        index=False
    ):
        start = int(at) - FLANK
        segment = np.searchsorted(genome.starts, int(at), side="right") - 1
        if start < genome.starts[segment] or start + LENGTH + 2 * FLANK > genome.starts[segment + 1]:
            continue
        codes = genome.codes[start : start + LENGTH + 2 * FLANK]
        if not np.array_equal(codes[FLANK:-FLANK], encode(sequence)):
            codes = complement(codes)[::-1]
        if (codes < 4).all():
            found.append(codes)
    return np.stack(found)
