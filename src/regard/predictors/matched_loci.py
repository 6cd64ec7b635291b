"""Loci that could have been chosen instead: same chromosome, away from the chosen ones, as much GC."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from regard.data.genome import Genome
from regard.data.regions import Region, same_chromosome
from regard.data.sequences import encode
from regard.errors import InputError

UNKNOWN = 0.05  # share of bases without a letter, at most
TOLERANCE = 0.02  # difference of the share of G and C, at most
POOL = 10  # candidates drawn for each locus, and 200 at least


class Pair(NamedTuple):
    """A window about a locus and the matched one; with the share of G and C of both."""

    locus: Region
    control: Region
    gc: float
    control_gc: float


def matched_loci(
    genome: Genome, loci: list[Region], length: int, *, away: int, seed: int = 0
) -> tuple[list[Pair], list[tuple[Region, str]]]:
    """Pairs of windows of `length` bases, and the loci left out with the reason.

    Parameters
    ----------
    loci : intervals; a window stands about the middle of each.
    away : bases between the middle of a control and the nearest locus, at least.

    Candidates are drawn anew in every chromosome, the one closest in GC first; no two that are used overlap.
    """
    rng, pairs, left_out = np.random.default_rng(seed), [], []
    by_chromosome: dict[str, list[Region]] = {}
    for locus in loci:
        try:
            by_chromosome.setdefault(same_chromosome(locus.chrom, genome.pieces, genome.path), []).append(locus)
        except InputError:
            left_out.append((locus, f"{genome.path.name} has no such chromosome"))
    for chrom, here in by_chromosome.items():
        middles = np.array([(locus.start + locus.end) // 2 for locus in here])
        known = genome.pieces[chrom]
        wanted = max(POOL * len(here), 200)
        sizes = np.array([piece.end - piece.start for piece in known])
        piece = rng.choice(len(known), wanted, p=sizes / sizes.sum())
        drawn = np.array([known[i].start for i in piece]) + (rng.random(wanted) * sizes[piece]).astype(int)
        nearest = np.abs(drawn[:, None] - middles).min(axis=1)
        pool = [(r, gc) for r, gc in (window(genome, chrom, m, length) for m in drawn[nearest >= away]) if gc == gc]
        for locus, middle in zip(here, middles, strict=True):
            region, gc = window(genome, chrom, int(middle), length)
            if gc != gc:
                left_out.append((locus, f"more than {UNKNOWN:.0%} of its window is unknown"))
                continue
            best = min(range(len(pool)), key=lambda i: abs(pool[i][1] - gc), default=None)
            if best is None or abs(pool[best][1] - gc) > TOLERANCE:
                left_out.append((locus, f"no free locus within {TOLERANCE} of its GC share {gc:.3f}"))
                continue
            control, control_gc = pool[best]
            pool = [(r, share) for r, share in pool if r.end <= control.start or r.start >= control.end]
            pairs.append(Pair(region, control, gc, control_gc))
    return pairs, left_out


def window(genome: Genome, chrom: str, middle: int, length: int) -> tuple[Region, float]:
    """The window about a base and its share of G and C; NaN where too much of it is unknown."""
    region = Region(chrom, int(middle) - length // 2, int(middle) - length // 2 + length)
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
