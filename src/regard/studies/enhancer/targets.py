"""Where a locus is: the region to show and the transcription starts in it, from a region string or a gene's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from regard.annotate.bed import inside
from regard.annotate.genes import find_gene, read_genes
from regard.data.genome import Genome
from regard.data.regions import Region, other_spelling, parse_region, same_chromosome
from regard.data.sequences import complement, encode
from regard.errors import InputError
from regard.models.genomic import GenomicModel

MOST = 20  # transcription starts of one run


@dataclass(frozen=True)
class Target:
    """A transcription start; `position` is 0-based, `strand` + or -."""

    name: str
    chrom: str
    position: int
    strand: str


@dataclass(frozen=True)
class TargetWindow:
    """The window of bases that a model reads about a target.

    `region` : where it lies. `turned` : the model reads the other strand. `codes` : letters as the model reads them,
    shape (length,). `remark` : of letters that are N.
    """

    target: Target
    region: Region
    turned: bool
    codes: np.ndarray
    remark: str

    def along(self, values: np.ndarray) -> np.ndarray:
        """Values of bins, last axis, in the order of the chromosome."""
        return values[..., ::-1] if self.turned else values

    def read(self, size: int) -> np.ndarray:
        """Which bins of `size` bases have a letter at all, bool, (bins,), in the order of the chromosome."""
        return self.along((self.codes < 4).reshape(-1, size).any(axis=1))

    def bases(self, starts: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Bases of the chromosome as bases of the window as the model reads it."""
        if self.turned:
            return self.region.end - ends, self.region.end - starts
        return starts - self.region.start, ends - self.region.start


def find_targets(
    where: str, genome: Genome, genes: Path | None, tss: Sequence[int], strand: str
) -> tuple[Region | None, list[Target], pd.DataFrame | None]:
    """The region to show (None: as far as the model sees), the targets in it, and all genes.

    Parameters
    ----------
    where : a region string, or the name of a gene.
    tss : places of transcription starts, 1-based; the genes' that lie in the region where there are none.

    Raises
    ------
    InputError
        Where no transcription start is known, lies in the region, or there are more than MOST.
    """
    table = None if genes is None else read_genes(genes)
    try:
        region = parse_region(where)
    except InputError as error:
        if ":" in where:
            raise
        if table is None:
            raise InputError(f"{where!r} is no region ({error}); for a gene's name add --genes FILE") from None
        gene = find_gene(table, where, genes)
        chrom = same_chromosome(gene.chrom, genome.pieces, genome.path)
        return None, [Target(gene.gene, chrom, int(gene.tss), gene.strand)], table
    region = region._replace(chrom=same_chromosome(region.chrom, genome.pieces, genome.path))
    if tss:
        outside = [place for place in tss if not region.start < place <= region.end]
        if outside:
            raise InputError(f"--tss {outside[0]}: lies outside {region}")
        return region, [Target(f"{region.chrom}:{p:,}", region.chrom, p - 1, strand) for p in tss], table
    if table is None:
        raise InputError(f"{where}: no transcription start is known in it; add --tss POSITION or --genes FILE")
    here = inside(table, region)
    here = here[(here.tss >= region.start) & (here.tss < region.end)].drop_duplicates(["tss", "strand"])
    if not 0 < len(here) <= MOST:
        raise InputError(f"{genes}: {len(here)} genes begin in {region}; expected 1 to {MOST}, or choose by --tss")
    names = here.gene.where(~here.gene.duplicated(keep=False), here.gene + here.tss.map(lambda p: f":{p + 1}"))
    rows = zip(names, here.tss, here.strand, strict=True)
    return region, [Target(name, region.chrom, int(place), side) for name, place, side in rows], table


def names_at(target: Target, genes: pd.DataFrame | None) -> set[str]:
    """Names and identifiers of the genes that begin at a target; none where that is not known."""
    if genes is None:
        return set()
    same = genes.chrom.isin([target.chrom, other_spelling(target.chrom)]) & (genes.tss == target.position)
    here = genes[same & (genes.strand == target.strand)]
    return (set(here.gene) | set(here.id.astype(str).str.removeprefix("gene:").str.partition(".")[0])) - {""}


def place_window(model: GenomicModel, genome: Genome, target: Target, at: int | None = None) -> TargetWindow:
    """The model's window with its TSS at the target, or at another base of the chromosome."""
    at = target.position if at is None else at
    turned = model.oriented and target.strand == "-"
    start = at - (model.length - 1 - model.tss if turned else model.tss)
    window = genome.window(target.chrom, start, start + model.length)
    codes = encode(window.sequence)
    if turned:
        codes = complement(codes)[::-1].copy()
    return TargetWindow(target, window.region, turned, codes, window.remark)
