"""What others, or a model, say of element–gene pairs: a table of scores, joined to CRISPRi pairs by overlap."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from regard.annotate.tables import MISSING, any_number, table_rows, whole_number
from regard.data.delimited import is_infinite, is_number
from regard.data.regions import other_spelling
from regard.errors import InputError

FORMAT = "a TSV or CSV with columns chrom, start, end, gene and scores (bigger = more likely an enhancer of the gene)"
REQUIRED = {
    "chrom": ("chrom", "chr"),
    "start": ("start", "chromStart"),
    "end": ("end", "chromEnd"),
    "gene": ("gene", "TargetGene", "measuredGeneSymbol", "id"),  # id: `elements.tsv` of `regard enhancer locus`
}
ABC = {"ABC.Score": "ABC", "powerlaw.Score": "ABC", "activity_base": "activity"}  # of a file of the ABC pipeline
ADDED = ("ABC", "activity")  # shares of a gene's input, and reads: over several elements they add up
SAID_HERE = (
    "name",
    "distance",
    "tss",
    "dist_to_tss",
    "distancetotss",
    "targetgenetss",
    "tss_position",
    "position",
    "strand",
    "line",
)


@dataclass(frozen=True)
class Predictions:
    """Scores of elements for genes.

    Attributes
    ----------
    table : `chrom`, `start`, `end` (0-based half-open), `gene`, and one column a score.
    scores : the names of these.
    left_out : `line` and `reason` of rows that cannot be read.
    """

    source: str
    table: pd.DataFrame
    scores: list[str]
    remark: str
    left_out: pd.DataFrame


def read_predictions(path: Path | str, genes: set[str]) -> Predictions:
    """Read scores of the genes asked about; the rest of the file is skipped.

    Of a file of the ABC pipeline `ABC.Score` (else `powerlaw.Score`) and `activity_base` are read; of any other, every
    column that holds numbers, except distances. Inf (of a p of 0, say) is the highest score and -Inf the lowest. A row
    that cannot be read is left out and listed.

    Raises
    ------
    InputError
        For a missing column, a file with no score, with none of the genes or with no row that can be read, and for
        one of outcomes: a prediction that has seen them proves nothing.
    """
    path, rows, others, unread = Path(path), [], set(), []
    for number, fields in table_rows(path, FORMAT, REQUIRED, lambda line, why: unread.append((line, why))):
        if "Regulated" in fields:
            raise InputError(f"{path}: its column 'Regulated' is what CRISPRi found, not a prediction; take it out")
        if fields["gene"] in genes:
            rows.append((number, fields))
        else:
            others.add(fields["gene"])
    if not rows and not others:
        raise InputError(f"{path}: none of its {len(unread)} rows can be read (line {unread[0][0]}: {unread[0][1]})")
    if not rows:
        raise InputError(
            f"{path}: none of its genes ({', '.join(sorted(others)[:5])}, …) is among those of the pairs "
            f"({', '.join(sorted(genes)[:5])}, …)"
        )
    columns = score_columns([fields for _, fields in rows])
    if not columns:
        raise InputError(f"{path}: no column of scores in it; expected {FORMAT}")
    table = []
    for number, fields in rows:
        try:
            table.append(one_prediction("", fields, columns))
        except InputError as error:
            unread.append((number, str(error).removeprefix(": ")))
    left_out = pd.DataFrame(sorted(unread), columns=["line", "reason"])
    if not table:
        first = f"line {left_out.line[0]}: {left_out.reason[0]}"
        raise InputError(f"{path}: none of its {len(unread)} rows can be read ({first})")
    names, remark = [ABC.get(name, name) for name in columns], f"{path.name}: read as scores: {', '.join(columns)}"
    if unread:
        lines = ", ".join(map(str, left_out.line[:5])) + (", …" if len(unread) > 5 else "")
        remark += f"; {len(unread)} rows cannot be read and are left out (lines {lines})"
    return Predictions(path.name, pd.DataFrame(table), names, remark, left_out)


def one_prediction(where: str, fields: dict[str, str], columns: list[str]) -> dict:
    """A row's place, gene and scores."""
    start, end = (whole_number(where, name, fields[name]) for name in ("start", "end"))
    end += end == start  # one base, as for the pairs
    if end < start:
        raise InputError(f"{where}: start {start} is not before end {end}")
    values = {name: any_number(where, name, fields[name], infinite=name not in ABC) for name in columns}
    values = {ABC.get(name, name): value for name, value in values.items()}
    return {"chrom": fields["chrom"], "start": start, "end": end, "gene": fields["gene"]} | values


def score_columns(rows: list[dict[str, str]]) -> list[str]:
    """Which columns hold scores: those of the ABC pipeline, or all whose first value is a number."""
    if best := [name for name in ("ABC.Score", "powerlaw.Score") if name in rows[0]]:
        return [best[0]] + ["activity_base"] * ("activity_base" in rows[0])
    others = [name for name in rows[0] if name not in REQUIRED and name.lower() not in SAID_HERE]
    given = {name: next((row[name] for row in rows if row[name] not in MISSING), "") for name in others}
    return [name for name, text in given.items() if is_number(text) or is_infinite(text)]


def join(pairs: pd.DataFrame, predictions: Predictions) -> tuple[pd.DataFrame, np.ndarray]:
    """Scores of each pair from all elements of the same gene that overlap its element by a base or more.

    ABC and activity are summed, which over no element is 0; of other scores the highest counts, NaN where none is.

    Returns
    -------
    One column a score, one row a pair, in the order of `pairs`; and how many elements overlap each, shape (pairs,).
    """
    found = pd.DataFrame(np.nan, index=pairs.index, columns=predictions.scores)
    overlapping = pd.Series(0, index=pairs.index)
    by_gene = dict(list(predictions.table.groupby("gene")))
    for gene, some in pairs.groupby("gene"):
        if gene not in by_gene:
            continue
        elements = by_gene[gene]
        for chrom, here in some.groupby("chrom"):
            there = elements[elements.chrom.isin([chrom, other_spelling(str(chrom))])]
            before = there.start.to_numpy() < here.end.to_numpy()[:, None]
            overlap = before & (there.end.to_numpy() > here.start.to_numpy()[:, None])  # (pairs, elements)
            overlapping[here.index] = overlap.sum(axis=1)
            for name in predictions.scores:
                values = np.where(overlap & there[name].notna().to_numpy(), there[name].to_numpy(), np.nan)
                if name in ADDED:
                    found.loc[here.index, name] = np.nansum(values, axis=1)
                else:
                    # A score may be −Inf itself, so that only the count tells whether there is none.
                    best = np.where(np.isnan(values), -np.inf, values).max(axis=1, initial=-np.inf)
                    found.loc[here.index, name] = np.where(np.isnan(values).all(axis=1), np.nan, best)
    return found, overlapping.to_numpy()
