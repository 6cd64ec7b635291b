"""Which genes are expressed, by cell type: a list of genes, or a table with TRUE and FALSE or with amounts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from regard.annotate.tables import MISSING, any_number, table_rows
from regard.data.sequences import lines
from regard.errors import InputError

FORMAT = "a list of genes, one a line, or a table with a column gene and perhaps cell_type, expressed, TPM"
GENE = ("gene", "gene_name", "gene_symbol", "GeneSymbol", "symbol", "measuredGeneSymbol", "Gene", "gene_id")
CELL = ("cell_type", "CellType", "celltype", "Biosample", "biosample", "cell")
SAID = ("expressed", "Expressed", "is_expressed")
AMOUNT = ("TPM", "tpm", "RPKM", "rpkm", "FPKM", "fpkm", "RPM", "expression", "Expression")
TRUE, FALSE = ("TRUE", "T", "YES", "1"), ("FALSE", "F", "NO", "0", "NA")
TPM = 1.0  # from which on a gene is taken to be expressed


@dataclass(frozen=True)
class Expressed:
    """Symbols or identifiers (without version) of expressed genes by cell type; "" where the file names none."""

    source: str
    genes: dict[str, frozenset[str]]
    remark: str


def read_expressed(path: Path | str, least: float = TPM) -> Expressed:
    """Read which genes are expressed.

    Parameters
    ----------
    path : genes, one a line; or a TSV or CSV with a column `gene`, where there are any `cell_type`, and `expressed`
        (TRUE or FALSE) or, without it, an amount (`TPM`, `RPKM`, `expression` …). With neither, all are expressed.
    least : the amount from which on a gene is expressed.

    Raises
    ------
    InputError
        For a file without genes, or a value that cannot be read, with its line.
    """
    path = Path(path)
    first = next((line for line in lines(path, FORMAT) if line.strip()), "").strip()
    if "\t" not in first and "," not in first:
        names = [line.strip() for line in lines(path, FORMAT) if line.strip() and not line.startswith("#")]
        names = names[1:] if names and names[0] in GENE else names
        if not names:
            raise InputError(f"{path}: no gene in it; expected {FORMAT}")
        return Expressed(path.name, {"": frozenset(map(bare, names))}, f"{path.name}: {len(set(names))} genes")
    found: dict[str, set[str]] = {}
    column, count = "", 0
    for number, row in table_rows(path, FORMAT, {"gene": GENE}):
        where = f"{path}, line {number}"
        column = next((name for name in (*SAID, *AMOUNT) if name in row), "")
        cell = next((row[name] for name in CELL if name in row), "")
        genes = found.setdefault("" if cell in MISSING else cell, set())
        count += 1
        if row["gene"] not in MISSING and is_expressed(where, column, row.get(column, ""), least):
            genes.add(bare(row["gene"]))
    how = f"{column} is {'TRUE' if column in SAID else f'{least:g} or more'}" if column else "all in the file"
    some = sum(map(len, found.values()))
    if not some:
        raise InputError(f"{path}: none of its {count} genes is expressed ({how})")
    return Expressed(
        path.name, {cell: frozenset(genes) for cell, genes in found.items()},
        f"{path.name}: {some} of {count} genes are expressed ({how})",
    )  # fmt: skip


def is_expressed(where: str, column: str, text: str, least: float) -> bool:
    """What a row says of its gene; True where the table has no column that could say it."""
    if not column:
        return True
    if column in SAID:
        if text.upper() not in TRUE + FALSE:
            raise InputError(f"{where}: {column} is {text[:40]!r}; expected TRUE or FALSE")
        return text.upper() in TRUE
    return any_number(where, column, text) >= least


def bare(name: str) -> str:
    """A gene's name; an Ensembl identifier without its version."""
    return name.partition(".")[0] if name.startswith("ENS") else name
