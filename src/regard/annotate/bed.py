"""Intervals of a genome from BED and narrowPeak files."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd

from regard.data.delimited import is_number
from regard.data.numbers import quoted, whole
from regard.data.regions import Region, other_spelling
from regard.data.sequences import lines
from regard.errors import InputError

BED = ["chrom", "start", "end", "name", "score", "strand"]
PEAK = ["signal", "p_value", "q_value", "summit"]  # columns 7 to 10 of narrowPeak
FORMAT = "BED `chrom start end [name score strand …]` or narrowPeak"
HEADERS = ("#", "track", "browser")


def read_bed(path: Path | str) -> pd.DataFrame:
    """Read BED (3 columns or more) or narrowPeak (10 columns), gzipped or not; 0-based half-open, as it is there.

    An interval whose end is its start is one base.

    Returns
    -------
    Columns `chrom`, `start`, `end`, `name`, `score` (NaN where none), `strand` (`+`, `-` or `.`), and for narrowPeak
    `signal`, `p_value`, `q_value` (as in the file: −log10), `summit` (bases from the start, −1 for none). File order.

    Raises
    ------
    InputError
        That names the line which is no interval.
    """
    path, rows = Path(path), []
    peaks = path.name.lower().removesuffix(".gz").endswith("narrowpeak")
    for number, line in enumerate(lines(path, FORMAT), 1):
        if not line.strip() or line.startswith(HEADERS):
            continue
        fields = line.split("\t") if "\t" in line else line.split()
        if not rows and len(fields) > 2 and fields[1].strip().lower() in ("start", "chromstart"):
            continue  # a header of column names
        rows.append(interval(f"{path}, line {number}", fields, peaks))
    if not rows:
        raise InputError(f"{path}: no interval in it; expected {FORMAT}")
    return pd.DataFrame(rows, columns=BED + PEAK * peaks)


def interval(where: str, fields: list[str], peak: bool) -> tuple:
    """One line's values, in the order of the columns."""
    if len(fields) < (10 if peak else 3):
        raise InputError(f"{where}: {len(fields)} fields; expected {'10 of narrowPeak' if peak else FORMAT}")
    chrom, *numbers = (field.strip() for field in fields[:3])
    start, end = map(whole, numbers)
    if start is None or end is None:
        said = " and ".join(f"{name} {quoted(text)}" for name, text in zip(("start", "end"), numbers, strict=True))
        raise InputError(f"{where}: {said}; expected two whole numbers, 0 and up")
    end += end == start  # valid, and of no length: the place of an insertion, or one base
    if end < start:
        raise InputError(f"{where}: start {start} is not before end {end}")
    name, score, strand = [*fields[3:6], "", "", ""][:3]
    if strand.strip() not in ("+", "-", ".", ""):
        raise InputError(f"{where}: strand {strand!r}; expected +, - or .")
    values = (chrom, start, end, name.strip(), number(where, score), strand.strip() or ".")
    return values + tuple(number(where, text) for text in fields[6:10]) if peak else values


def number(where: str, text: str) -> float:
    """A number, NaN for an empty field or a dot."""
    text = text.strip()  # `float` itself strips less: a file separator, say, is white to `str` alone
    if text in ("", ".", "NA"):
        return math.nan
    if not is_number(text):
        raise InputError(f"{where}: {quoted(text)} is no number; put a dot where there is none")
    return float(text)


def inside(table: pd.DataFrame, region: Region) -> pd.DataFrame:
    """Rows that overlap a region by a base or more; chromosome names with or without `chr` are the same."""
    same = table.chrom.isin([region.chrom, other_spelling(region.chrom)])
    return table[same & (table.start < region.end) & (table.end > region.start)]
