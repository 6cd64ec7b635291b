"""Promoters at any place of a window, of any length and on either strand, and what they are told apart from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regard.data.kmers import kmer_hashes, without_n
from regard.data.sequences import complement
from regard.train.genome import Genome, gc_matched
from regard.train.negatives import replace_blocks

LENGTH, TSS = 300, 249  # of a promoter in the table, as EPDnew gives them: 249 bases before the TSS, 50 after
MARGIN = 40  # bases to each side of the TSS that are always in the window
SHORTEST, LONGEST = 150, 512
BLOCKS, GENOME, PROMOTER = 0, 1, 2
CLASSES = ["blocks", "genome", "promoter"]  # of the promoter head, in label order
MATCHED = 0.7  # of the windows of the genome: as rich in G and C as a promoter of the batch
PLACED, TURNED = 0.65, 0.35  # of the batches: at another place and length; on the other strand
NEAR = 1000  # bases to each side of a known promoter that are in no window: what looks like a promoter there may be one
CROSSED, SHARED = 0.5, (30, 190)  # of the sequences: their first bases, so many, are another's
CHANGED = 0.1  # at most, of a sequence's bases
WORD = 100  # bases by which a promoter is known again: fewer are in repeats all over a genome


@dataclass(frozen=True)
class Background:
    """Where windows of a genome may begin.

    starts, gc : of windows of 300 bases, sorted by their share of G and C.
    around : of windows of 512 bases, in which promoters and windows of 300 are placed.
    """

    codes: np.ndarray
    starts: np.ndarray
    gc: np.ndarray
    around: np.ndarray

    def any(self, n: int, rng: np.random.Generator) -> np.ndarray:
        """Windows of either strand, shape (n, 300)."""
        return turned(self.cut(rng.choice(self.starts, n), LENGTH), rng)

    def matched(self, wanted: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Windows of either strand within one percent of the wanted shares of G and C, shape (wanted, 300)."""
        return turned(self.cut(gc_matched(self.starts, self.gc, wanted, rng), LENGTH), rng)

    def surroundings(self, n: int, length: int, rng: np.random.Generator) -> np.ndarray:
        """Windows of either strand, shape (n, length), of up to 512 bases."""
        return turned(self.cut(rng.choice(self.around, n), LONGEST), rng)[:, :length]

    def cut(self, starts: np.ndarray, length: int) -> np.ndarray:
        return self.codes[starts[:, None] + np.arange(length)]


def background(genome: Genome, taken: np.ndarray) -> Background:
    """What may be drawn from a genome; taken : bool, shape (bases,), bases that are in no window, as of promoters."""
    before = np.concatenate([[0], np.cumsum(taken)])

    def free(length: int) -> np.ndarray:
        starts = genome.window_starts(length)
        return starts[before[starts + length] == before[starts]]

    starts = free(LENGTH)
    gc = genome.gc(starts, LENGTH)
    order = np.argsort(gc, kind="stable")
    return Background(genome.codes, starts[order], gc[order], free(LONGEST))


def places_of(promoters: np.ndarray, genome: Genome) -> np.ndarray:
    """Which bases of a genome are of these promoters, on either strand, or near one; bool, shape (bases,).

    Near: in the same sequence, not more than `NEAR` bases away.

    promoters : codes, shape (promoters, 300); known by the 100 bases in their middle, which are as far from both ends.
    """
    middle = (LENGTH - WORD) // 2
    wanted = np.unique(np.concatenate([kmer_hashes(p[middle : middle + WORD], WORD) for p in promoters]))
    words = np.flatnonzero(without_n(genome.codes, WORD))
    taken = np.zeros(len(genome.codes), dtype=bool)
    for at in words[np.isin(kmer_hashes(genome.codes, WORD), wanted)]:
        segment = np.searchsorted(genome.starts, at, side="right")
        low, high = genome.starts[segment - 1 : segment + 1]
        taken[max(low, at - middle - NEAR) : min(high, at - middle + LENGTH + NEAR)] = True
    return taken


def turned(codes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Each row on a random strand."""
    return np.where((rng.random(len(codes)) < 0.5)[:, None], other_strand(codes), codes)


def other_strand(codes: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(complement(codes)[:, ::-1])


def gc_share(codes: np.ndarray) -> np.ndarray:
    """Share of G and C, shape (rows,)."""
    return ((codes == 1) | (codes == 2)).mean(axis=1)


def placed(codes: np.ndarray, around: np.ndarray, begin: np.ndarray) -> np.ndarray:
    """Sequences laid into others, shape of `around`, (rows, length): base i stands at `begin` + i, if that is inside.

    begin : shape (rows,), may be negative.
    """
    at = np.arange(around.shape[1]) - begin[:, None]
    inside = (at >= 0) & (at < codes.shape[1])
    return np.where(inside, np.take_along_axis(codes, at.clip(0, codes.shape[1] - 1), axis=1), around)


def anywhere(rows: int, length: int, rng: np.random.Generator) -> np.ndarray:
    """Where promoters begin whose TSS, and `MARGIN` bases to its sides, lie in a window of `length`; shape (rows,)."""
    return rng.integers(MARGIN - TSS, length - TSS - MARGIN, rows)


def any_length(rng: np.random.Generator) -> int:
    """150 to 512 bases, as often below 300 as above."""
    return int(rng.integers(SHORTEST, LENGTH) if rng.random() < 0.5 else rng.integers(LENGTH, LONGEST + 1))


def varied(codes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Sequences of which half begin as another one does, and in which some bases are changed.

    Windows as rich in G and C as promoters are so few that a model learns them by heart, if they always read the same.
    No promoter loses the bases around its TSS.
    """
    shared = np.where(rng.random(len(codes)) < CROSSED, rng.integers(*SHARED, len(codes)), 0)
    begins = np.arange(codes.shape[1]) < shared[:, None]
    codes = np.where(begins, codes[rng.permutation(len(codes))], codes)
    changed = rng.random(codes.shape) < CHANGED * rng.random((len(codes), 1))
    return np.where(changed, rng.integers(0, 4, codes.shape, dtype=codes.dtype), codes)


def senseless(windows: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """In place of half of the windows the same bases shuffled, of the others a unit of one to six bases repeated."""
    n, length = windows.shape
    shuffled = np.take_along_axis(windows, rng.random(windows.shape).argsort(axis=1), axis=1)
    unit = rng.integers(0, 4, (n, int(rng.integers(1, 7))), dtype=windows.dtype)
    repeats = np.tile(unit, (1, length // unit.shape[1] + 1))[:, :length]
    return np.where((rng.random(n) < 0.5)[:, None], shuffled, repeats)


def batch(
    promoters: np.ndarray, genome: Background, n: int, rng: np.random.Generator, *, moved: float = PLACED
) -> tuple[np.ndarray, np.ndarray, bool]:
    """Sequences of one length, their class, and whether they stand as in the table.

    promoters : codes, shape (promoters, 300), of which n are drawn and `varied`; as many are copies with replaced
        blocks, as many `varied` windows of the genome, a quarter as many senseless. All four are laid into surroundings
        in the same way, so that a junction tells nothing.
    moved : share of the batches that are laid somewhere else than where they stand in the table.
    """
    positive = varied(promoters[rng.integers(0, len(promoters), n)], rng)
    matched = rng.random(n) < MATCHED
    windows = genome.any(n, rng)
    windows[matched] = genome.matched(gc_share(positive[matched]), rng)
    parts = [replace_blocks(positive, rng), varied(windows, rng), senseless(genome.any(n // 4, rng), rng), positive]
    codes = np.concatenate(parts)
    label = np.repeat([BLOCKS, GENOME, GENOME, PROMOTER], [len(part) for part in parts])
    plain = True
    if rng.random() < moved:
        length, plain = any_length(rng), False
        codes = placed(codes, genome.surroundings(len(codes), length, rng), anywhere(len(codes), length, rng))
    if rng.random() < TURNED:
        codes, plain = other_strand(codes), False
    return codes, label, plain
