"""Enhancers known by experiment, and of which gene where the file says it: BED, or a table of CRISPRi pairs."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from regard.annotate.bed import read_bed
from regard.annotate.crispr import FORMAT, OPTIONAL, REQUIRED, found_in, one_pair, why_not
from regard.annotate.tables import table_rows
from regard.data.sequences import lines

COLUMNS = ["chrom", "start", "end", "name", "gene", "id", "regulated"]


def read_validated(path: Path | str, genes: Collection[str] = ()) -> tuple[pd.DataFrame, list[str]]:
    """Read enhancers that an experiment has tested.

    Parameters
    ----------
    path : BED, all of it enhancers, whose names are those of their genes, alone or before a bar (``GATA1|chrX:…``),
        where these are among `genes`; or a table of element–gene pairs as `read_pairs` reads it, whose rows that are no
        valid connection are left out.
    genes : names of genes that a BED file's names are held against.

    Returns
    -------
    Columns `chrom`, `start`, `end` (0-based half-open), `name`, `gene` and `id` (empty where the file does not say),
    `regulated` (bool); in file order. And remarks.
    """
    path = Path(path)
    if not is_table(path):
        table = read_bed(path)
        before = table.name.str.partition("|")[0].str.strip()
        table = table.assign(gene=before.where(before.isin(set(genes)), ""), id="", regulated=True)[COLUMNS]
        named = int((table.gene != "").sum())
        said = f"{path.name}: {named} of {len(table)} enhancers name their gene and count at that gene alone"
        return table, [said] if named else []
    rows, lost = [], 0
    for number, fields in table_rows(path, FORMAT, REQUIRED):
        fields |= {name: fields[found] for name in OPTIONAL if (found := found_in(fields, name))}
        row = one_pair(f"{path}, line {number}", fields)
        if why_not(fields, row | {"distance": 0.0}):  # of a TSS nothing is asked here
            lost += 1
        else:
            rows.append(row | {"name": fields.get("name", "")})
    said = [f"{path.name}: {lost} rows are no valid connection and are left out"] * bool(lost)
    return pd.DataFrame(rows, columns=COLUMNS), said


def is_table(path: Path) -> bool:
    """Has a file a header with a column of outcomes?"""
    first = next((line for line in lines(path, FORMAT) if line.strip()), "")
    return "Regulated" in [field.strip(' "') for field in re.split(r"[\t,;]", first)]


def of_gene(table: pd.DataFrame, names: Collection[str]) -> pd.DataFrame:
    """The rows of one gene, by any of its names, and those that name none."""
    known = [name for name in names if name]
    return table[(table.gene == "") | table.gene.isin(known) | table.id.isin(known)]
