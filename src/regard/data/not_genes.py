"""Columns that stand beside genes in tables and are none: indices, names of cells, counts of a cell, annotations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from regard.data.layout import CORNER_OF_SAMPLES, bare, words

INDEX = re.compile(r"unnamed: ?\d+|index|level_\d+|\.\.\.\d+", re.IGNORECASE)  # as pandas and readr call one
OF_A_CELL = re.compile(
    r"n_?(counts?|genes?|umis?|cells?|features?)(_.*)?|(total|log1p)_(counts?|total_counts?|n_genes.*|umis?).*"
    r"|(ncount|nfeature)_\w+|(pct|percent|fraction|frac)[._](counts?|mt|mito|ribo|rb|hb|dropout).*|(percent|pct)mito.*"
    r"|orig\.?ident|seurat_clusters|leiden|louvain|clusters?|cell_?types?|doublet_?scores?|size_?factors?"
    r"|pseudo_?time|batch|library_?size|barcodes?|sample_?(id|name)s?|cell_?(id|name|barcode)s?|obs_names",
    re.IGNORECASE,
)
OF_A_GENE = words("description chr chrom chromosome start end strand length biotype genebiotype genetype")
MONTH = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
DATE = re.compile(rf"\d{{1,2}}-{MONTH}(-\d\d(\d\d)?)?|{MONTH}-\d\d|\d{{4}}-\d\d-\d\d( 00:00:00)?", re.IGNORECASE)
FEWEST = 5  # values that count up by one: fewer may be a gene's
MANY = 10


def no_gene(name: str) -> bool:
    """Is this the name of an index, or of something known of a cell, in all tools alike, rather than of a gene?"""
    return name != "" and bool(INDEX.fullmatch(name) or OF_A_CELL.fullmatch(name) or bare(name) in CORNER_OF_SAMPLES)


def counts_up(values: np.ndarray) -> np.ndarray:
    """Which columns of values, (rows, columns), rise by one from row to row: from 0 or 1, or for long from anywhere?"""
    rows = len(values)
    found = np.zeros(values.shape[1], dtype=bool)
    if rows >= FEWEST:
        # Two rows tell of nearly all columns that they do not: the whole is looked at in few.
        for column in np.flatnonzero((values[1] - values[0] == 1) & (values[0] == np.round(values[0]))):
            all_the_way = bool((np.diff(values[:, column]) == 1).all())
            found[column] = all_the_way and (values[0, column] in (0, 1) or rows >= MANY)
    return found


def left_out(path: Path, names: Sequence[str], why: str) -> str:
    """The remark on columns that are not read as genes."""
    shown = ", ".join(map(repr, names[:5])) + (", …" if len(names) > 5 else "")
    return f"{path.name}: {shown}: left out, no genes but {why}"


def dates(path: Path, genes: Sequence[str]) -> list[str]:
    """The remark on genes that a spreadsheet gave dates for names (`1-Mar` was MARCH1)."""
    found = [name for name in genes if DATE.fullmatch(name)]
    shown = ", ".join(map(repr, found[:5])) + (", …" if len(found) > 5 else "")
    said = f"{path.name}: {shown}: dates, which spreadsheets make of genes such as MARCH1 and SEPT2; no name will match"
    return [said] if found else []
