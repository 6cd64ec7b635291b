"""How a table of predictions is laid out: which columns say where, of which gene and in which cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from regard.annotate.crispr import IDS
from regard.annotate.prediction_columns import SAMPLE, Column, asked_columns, known_columns, other_columns
from regard.annotate.prediction_options import Asked
from regard.annotate.tables import column_of, renamed
from regard.data.delimited import fields_of, separator_of
from regard.data.sequences import lines
from regard.errors import InputError

FORMAT = "a TSV or CSV with columns chrom, start, end, gene and scores (bigger = more likely an enhancer of the gene)"
PLACE = {
    "chrom": ("chrom", "chr", "chromosome", "seqnames"),
    "start": ("start", "chromStart"),
    "end": ("end", "chromEnd"),
}
GENE = ("gene", "TargetGene", "measuredGeneSymbol", "GeneSymbol", "gene_name", "gene_symbol")
CELL = ("CellType", "cell_type", "celltype", "Biosample", "biosample", "cell")


@dataclass
class Layout:
    """How a file is laid out: its header (required columns under one name), and what is read of it."""

    header: list[str]
    separator: str
    line: int  # of the header
    sample: pd.DataFrame
    symbol: str = ""
    identifier: str = ""
    cell: str = ""
    columns: list[Column] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


def laid_out(path: Path, asked: Asked | None) -> Layout:
    """What there is to know of a file from its first rows."""
    header, separator, at, rows = [], "", 0, []
    for number, line in enumerate(lines(path, FORMAT), 1):
        if not line.strip() or (header and line.startswith("#")):
            continue
        separator = separator or separator_of(line)
        fields = fields_of(f"{path}, line {number}", line, separator)
        if not header:
            at, header = number, renamed(path, [f.lstrip("#") for f in fields], FORMAT, PLACE)
            continue
        if len(fields) == len(header):
            rows.append(fields)
        if len(rows) == SAMPLE:
            break
    if not header:
        raise InputError(f"{path}: no row in it; expected {FORMAT}")
    layout = Layout(header, separator, at, pd.DataFrame(rows, columns=header, dtype=str))
    if "Regulated" in header:
        raise InputError(f"{path}: its column 'Regulated' is what CRISPRi found, not a prediction; take it out")

    def first(names: Sequence[str]) -> str:
        return column_of(header, names) or ""

    layout.symbol, layout.identifier, layout.cell = first(GENE), first(IDS), first(CELL)
    if not layout.symbol and not layout.identifier:
        layout.symbol = first(("id",))  # `elements.tsv` of `regard enhancer locus`
    if not layout.symbol and not layout.identifier:
        renamed(path, header, FORMAT, {"gene": GENE})  # says what is missing
    taken = [*PLACE, *GENE, *IDS, *CELL, "id", layout.symbol, layout.identifier, layout.cell]
    if asked is not None and any(set(one) - {"cell"} for one in asked.scores):
        layout.columns, layout.said = asked_columns(header, layout.sample, taken, path, asked.scores)
    else:
        layout.columns = known_columns(header)
        if not layout.columns:
            layout.columns, layout.said = other_columns(layout.sample, taken)
    if not layout.columns and not rows:  # what is wrong with its rows is said when they are read
        layout.columns = [Column(name, name) for name in header if name not in taken]
    if not layout.columns:
        raise InputError(f"{path}: no column of scores in it; expected {FORMAT}")
    if asked is not None and asked.label and not any("name" in one for one in asked.scores):
        several = len(layout.columns) > 1
        layout.columns = [
            replace(c, name=f"{asked.label} {c.name}" if several else asked.label) for c in layout.columns
        ]
    return layout
