"""Measured signals along a genome (ChIP-seq, CAGE, DNase) from bigWig and bedGraph."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from regard.data import limits
from regard.data.bigwig import MAGIC, bigwig_lengths, bigwig_values
from regard.data.delimited import is_number
from regard.data.files import opened
from regard.data.numbers import quoted, whole
from regard.data.regions import Region, other_spelling, same_chromosome
from regard.data.sequences import lines
from regard.errors import InputError

FORMAT = "bigWig, or bedGraph `chrom start end value`"


def read_signal(path: Path | str, region: Region, width: int = 128) -> np.ndarray:
    """Mean signal of each bin of a region.

    Parameters
    ----------
    path : bigWig, or bedGraph, gzipped or not.
    region : 0-based half-open; it may reach over the ends of its chromosome.
    width : bases a bin; the last one is shorter where the region is no multiple of it.

    Returns
    -------
    float64, shape (bins,): the mean over those bases of a bin of which the file says something; NaN where it says
    nothing (an absent value is not 0).

    Raises
    ------
    InputError
        For a file that is neither, a line of bedGraph that cannot be read, or a chromosome that is not in it.
    """
    path = Path(path)
    if region.length > limits.REGION:
        raise InputError(f"{region}: {region.length:,} bases; at most {limits.REGION:,} are read at once")
    with opened(path, FORMAT, line=None) as file:
        bigwig = file.read(4) in MAGIC
    values = from_bigwig(path, region) if bigwig else from_bedgraph(path, region)
    return binned(values, width)


def binned(values: np.ndarray, width: int) -> np.ndarray:
    """Means over bins of `width`, NaN left out; NaN where a bin has nothing else."""
    starts, known = np.arange(0, len(values), width), ~np.isnan(values)
    total, count = np.add.reduceat(np.where(known, values, 0.0), starts), np.add.reduceat(known.astype(int), starts)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def from_bigwig(path: Path, region: Region) -> np.ndarray:
    """One value a base, float64, shape (length,), NaN where there is none."""
    lengths = bigwig_lengths(path)
    chrom = same_chromosome(region.chrom, lengths, path)
    values = np.full(region.length, np.nan)
    start, end = max(region.start, 0), min(region.end, lengths[chrom])
    if start < end:
        values[start - region.start : end - region.start] = bigwig_values(path, chrom, start, end)
    return values


def from_bedgraph(path: Path, region: Region) -> np.ndarray:
    """One value a base, float64, shape (length,), NaN where there is none."""
    values, names, chroms = np.full(region.length, np.nan), (region.chrom, other_spelling(region.chrom)), set()
    for number, line in enumerate(lines(path, FORMAT), 1):
        if not line.strip() or line.startswith(("#", "track", "browser")):
            continue
        fields = line.split()
        start, end = (whole(text) for text in (*fields[1:3], "", "")[:2])
        value = fields[3] if len(fields) > 3 else ""
        if start is None or end is None or not (is_number(value) or value.lower() == "nan"):
            raise InputError(f"{path}, line {number}: {quoted(line, 60)} is no line of bedGraph; expected {FORMAT}")
        chrom, value = fields[0], float(value)
        if len(fields) != 4 or not 0 <= start < end:
            what = f"{len(fields)} fields (peaks go to --elements)" if len(fields) != 4 else f"from {start} to {end}"
            raise InputError(f"{path}, line {number}: {what}; expected {FORMAT}")
        chroms.add(chrom)
        if chrom in names and start < region.end and end > region.start:
            values[max(start - region.start, 0) : end - region.start] = value
    same_chromosome(region.chrom, sorted(chroms), path)
    return values
