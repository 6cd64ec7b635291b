"""Which way a table of expression lies: genes in its columns, or, as BEELINE, Seurat and R write it, in its rows."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from pathlib import Path

from regard.data.delimited import is_number
from regard.errors import InputError


def words(text: str) -> frozenset[str]:
    """The words of a line, as a set."""
    return frozenset(text.split())


CORNER_OF_SAMPLES = words(
    "sample samples sampleid samplename cell cells cellid cellname barcode barcodes observation time"
)
CORNER_OF_GENES = words(
    "gene genes geneid genename genesymbol symbol hgnc hgncsymbol ensembl ensemblid ensemblgeneid entrez entrezid "
    "idref feature features featureid probe probeid orf locustag transcript transcriptid"
)
CORNER_OF_EITHER = words("id ids donor patient participant subject individual run accession geoaccession")
# A name counts as a sample's or a gene's where its form is one that the other never has, or seldom has.
SAMPLE = re.compile(
    r"(?:.*[-_.:#])?[ACGT]{8,}(?:[-_.]\d+)?(?:[-_].*)?"  # barcodes of cells
    r"|(?:GSM|SRR|SRX|SRS|ERR|ERS|DRR)\d+.*|TCGA-.*"
    r"|(?:cell|sample|replicate|rep|patient|donor|well|plate|batch|day|control|ctrl|wildtype|wt|ko|mutant|treated|"
    r"untreated|array|chip|lib|library|subject|individual|strain|condition|exp|experiment|timepoint|hour|time)"
    r"[-_. ]?(?:\d.*|[A-Z](?:\d.*)?|[-_. ].*)?"
    r"|[sc][-_]?\d+|.+_\w*\d+|.*(?:_|-|\.)(?:rep|r|cell|sample)[-_.]?\d+",
    re.IGNORECASE,
)
GENE = re.compile(
    r"ENS[A-Z]*[GT]\d{6,}(?:\.\d+)?|FBgn\d+|WBGene\d+|AT[1-5CM]G\d{5}|Y[A-P][LR]\d{3}[WC](?:-[A-Z])?"
    r"|(?:gene|g|tf|target)[-_.]?\d+|b\d{4}|Rv\d{4}c?",
    re.IGNORECASE,
)
SYMBOL = re.compile(  # of human, mouse, bacteria and zebrafish
    r"[A-Z][A-Z0-9]{0,9}(?:[-.][A-Z0-9]{1,4})?|[A-Z]\d?orf\d+|[A-Z][a-z]{1,7}\d{0,4}[a-z]?\d?|[a-z]{3}[A-Z]\d?"
    r"|[a-z]{2,6}\d{0,3}[a-z]?"
)
CLEAR, SURE = 0.5, 0.9  # of likeness
ASKS = "call the first column 'sample' or 'gene', or say --genes-in rows or --genes-in columns"


def bare(name: str) -> str:
    """A name of a column in lower case, letters and digits alone."""
    return re.sub(r"[\W_]", "", name.lower())


def genes_in_rows(
    path: Path,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    corner: str = "",
    known: Container[str] = (),
    told: str | None = None,
    usual: str | None = None,
) -> tuple[bool, str]:
    """Do the rows hold the genes? And how that was seen, in words; no words where the file follows the usual form.

    Parameters
    ----------
    rows, columns : names on both sides. corner : what stands above the names of the rows.
    known : genes that the user names elsewhere (regulators, known edges).
    told : "rows" or "columns" where the user says it. usual : what a format prescribes; it holds where nothing speaks.

    Raises
    ------
    InputError
        Where it cannot be told.
    """
    if told:
        return told == "rows", "genes are in its rows, as --genes-in says" if told == "rows" else ""
    hits = {side: sum(name in known for name in names) for side, names in (("rows", rows), ("columns", columns))}
    if bool(hits["rows"]) != bool(hits["columns"]):
        side = max(hits, key=lambda one: hits[one])
        doubted = side == "rows" or bare(corner) in CORNER_OF_GENES
        why = f"genes are in its {side}: {hits[side]} of these are named as regulators or known edges"
        return side == "rows", why if doubted else ""
    if bare(corner) in CORNER_OF_SAMPLES:
        return False, ""
    if bare(corner) in CORNER_OF_GENES:
        return True, f"genes are in its rows: the column of their names is called {corner!r}"
    lean = {side: likeness(names) for side, names in (("rows", rows), ("columns", columns))}
    # Symbols are a weak sign: WT1 is a gene and a sample. Columns are where genes usually stand, so that rows need
    # more: samples in the columns; and more than that where the format itself says columns.
    in_rows = lean["rows"] >= CLEAR and lean["columns"] <= (-CLEAR if lean["rows"] < SURE or usual else 0.1)
    in_columns = lean["columns"] - lean["rows"] >= CLEAR
    if in_rows:
        return True, (
            f"genes are in its rows ({rows[0]}, …) and samples in its columns ({columns[0]}, …), by the form of their "
            "names; --genes-in overrides that"
        )
    if in_columns:  # where genes usually stand
        return False, ""
    if usual:
        return usual == "rows", ""
    raise InputError(
        f"{path}: are the genes in its rows ({', '.join(rows[:3])}, …) or its columns ({', '.join(columns[:3])}, …)? "
        f"The names do not tell: {ASKS}"
    )


def likeness(names: Sequence[str]) -> float:
    """From −1 (all look like samples) to 1 (all look like genes), the mean over the names."""
    return sum(map(of_one, names)) / max(len(names), 1)


def of_one(name: str) -> float:
    if GENE.fullmatch(name):
        return 1.0
    if SAMPLE.fullmatch(name) or is_number(name):
        return -1.0
    return 0.6 if SYMBOL.fullmatch(name) else 0.0
