"""Loci that could have been chosen instead: same chromosome, no chosen one in sight, as much GC, as many genes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from regard.data.genome import Genome
from regard.data.regions import Region, same_chromosome
from regard.data.sequences import encode
from regard.errors import InputError

UNKNOWN = 0.05  # share of bases without a letter, at most
TOLERANCE = 0.02  # difference of the share of G and C, at most
STARTS = 0.25  # difference of how many genes begin in both windows, as a share of the locus's, at most; one always may
POOL = 10  # candidates drawn for each locus, and 200 at least in a chromosome
GOOD = 4  # candidates within the tolerance of which the closest is taken
READ = 60  # windows read for one locus, at most


class Pair(NamedTuple):
    """A window about a locus and the matched one; with the share of G and C, and the genes that begin, of both."""

    locus: Region
    control: Region
    gc: float
    control_gc: float
    starts: int = 0
    control_starts: int = 0


class Candidates:
    """Windows of one chromosome that hold no locus; their letters are read when they are asked for."""

    def __init__(self, genome: Genome, chrom: str, loci: list[Region], length: int, away: int, wanted: int, rng, tss):
        known = genome.pieces[chrom]
        sizes = np.array([piece.end - piece.start for piece in known])
        piece = rng.choice(len(known), wanted, p=sizes / sizes.sum())
        drawn = np.array([known[i].start for i in piece]) + (rng.random(wanted) * sizes[piece]).astype(int)
        middles = np.sort([(locus.start + locus.end) // 2 for locus in loci])
        clear = distance_to(drawn, middles) >= away
        clear &= ~holds(drawn, loci, length)
        self.genome, self.chrom, self.length, self.tss = genome, chrom, length, tss
        self.middles = drawn[clear]
        self.starts = starts_in(tss, self.middles, length)
        self.shares: dict[int, float] = {}
        self.free = np.ones(len(self.middles), dtype=bool)

    def share(self, i: int) -> float:
        if i not in self.shares:
            self.shares[i] = window(self.genome, self.chrom, int(self.middles[i]), self.length)[1]
        return self.shares[i]

    def match(self, gc: float, starts: int) -> int | None:
        """The closest in GC of the first few that are free and alike; None where there is none.

        Those whose letters are known already come first, so that few windows are read.
        """
        alike = self.free & (np.abs(self.starts - starts) <= max(1, STARTS * starts))
        order = sorted(np.flatnonzero(alike).tolist(), key=lambda i: i not in self.shares)
        good: list[tuple[float, int]] = []
        read = 0
        for i in order:
            if len(good) == GOOD or read == READ:
                break
            read += i not in self.shares
            apart = abs(self.share(i) - gc)  # NaN where too much is unknown, and then no match
            if apart <= TOLERANCE:
                good.append((apart, i))
        return min(good)[1] if good else None

    def take(self, i: int) -> tuple[Region, float, int]:
        """Use a candidate; none that overlaps it is free any more."""
        self.free &= np.abs(self.middles - self.middles[i]) >= self.length
        return region_about(self.chrom, int(self.middles[i]), self.length), self.shares[i], int(self.starts[i])


def matched_loci(
    genome: Genome,
    loci: list[Region],
    length: int,
    *,
    away: int,
    most: int | None = None,
    tss: Mapping[str, np.ndarray] | None = None,
    seed: int = 0,
) -> tuple[list[Pair], list[tuple[Region, str]]]:
    """Pairs of windows of `length` bases, and the loci left out with the reason.

    Loci are gone through in random order until `most` have a match, and only their windows and a few candidates each
    are read; those not come to are in neither list.

    Parameters
    ----------
    loci : intervals; a window stands about the middle of each, and no window of a control overlaps any.
    away : bases between the middle of a control and the nearest locus, at least.
    tss : for each chromosome where genes begin, sorted; as many begin in both windows, but for a quarter or one.
    """
    rng, pairs, left_out = np.random.default_rng(seed), [], []
    by_chromosome: dict[str, list[Region]] = {}
    order: list[tuple[str, Region]] = []
    for locus in loci:
        try:
            chrom = same_chromosome(locus.chrom, genome.pieces, genome.path)
        except InputError:
            left_out.append((locus, f"{genome.path.name} has no such chromosome"))
            continue
        by_chromosome.setdefault(chrom, []).append(locus)
        order.append((chrom, locus))
    candidates: dict[str, Candidates] = {}
    for i in rng.permutation(len(order)):
        if most is not None and len(pairs) == most:
            break
        chrom, locus = order[i]
        middle = (locus.start + locus.end) // 2
        region, gc = window(genome, chrom, middle, length)
        if gc != gc:
            left_out.append((locus, f"more than {UNKNOWN:.0%} of its window is unknown"))
            continue
        here = np.array([]) if tss is None else tss.get(chrom, np.array([]))
        if chrom not in candidates:
            wanted = max(POOL * len(by_chromosome[chrom]), 200)
            candidates[chrom] = Candidates(genome, chrom, by_chromosome[chrom], length, away, wanted, rng, here)
        starts = int(starts_in(here, np.array([middle]), length)[0])
        best = candidates[chrom].match(gc, starts)
        if best is None:
            alike = "" if tss is None else f" and as many gene starts as its {starts}"
            left_out.append(
                (locus, f"no free locus without a boundary in its window within {TOLERANCE} of its GC share{alike}")
            )
            continue
        control, control_gc, control_starts = candidates[chrom].take(best)
        pairs.append(Pair(region, control, gc, control_gc, starts, control_starts))
    return sorted(pairs), left_out


def distance_to(places: np.ndarray, middles: np.ndarray) -> np.ndarray:
    """Bases from each place to the nearest of sorted ones, shape (places,)."""
    at = np.searchsorted(middles, places)
    before = np.where(at > 0, places - middles[np.maximum(at - 1, 0)], np.iinfo(np.int64).max)
    after = np.where(at < len(middles), middles[np.minimum(at, len(middles) - 1)] - places, np.iinfo(np.int64).max)
    return np.minimum(before, after)


def holds(places: np.ndarray, loci: list[Region], length: int) -> np.ndarray:
    """Whether the window about each place overlaps a locus, bool, shape (places,)."""
    start = places - length // 2
    begins, ends = np.sort([locus.start for locus in loci]), np.sort([locus.end for locus in loci])
    # Intervals that begin before a window ends, less those that end before it begins.
    return np.searchsorted(begins, start + length, side="left") > np.searchsorted(ends, start, side="right")


def starts_in(tss: np.ndarray, places: np.ndarray, length: int) -> np.ndarray:
    """How many genes begin in the window about each place, int, shape (places,)."""
    start = places - length // 2
    return np.searchsorted(tss, start + length) - np.searchsorted(tss, start)


def region_about(chrom: str, middle: int, length: int) -> Region:
    return Region(chrom, middle - length // 2, middle - length // 2 + length)


def window(genome: Genome, chrom: str, middle: int, length: int) -> tuple[Region, float]:
    """The window about a base and its share of G and C; NaN where too much of it is unknown."""
    region = region_about(chrom, int(middle), length)
    first, last = genome.pieces[chrom][0].start, genome.pieces[chrom][-1].end
    if region.start < first - UNKNOWN * length or region.end > last + UNKNOWN * length:
        return region, float("nan")
    try:
        codes = encode(genome.window(*region).sequence)
    except InputError:  # a gap of the file
        return region, float("nan")
    known = codes < 4
    if known.mean() < 1 - UNKNOWN:
        return region, float("nan")
    return region, float(((codes == 1) | (codes == 2)).sum() / known.sum())
