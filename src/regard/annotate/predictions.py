"""What others, or a model, say of element–gene pairs: a table of scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from regard.annotate.blocks import tables
from regard.annotate.cells import SameCells, matched_cells
from regard.annotate.prediction_columns import ABC, EPIRACTION, RE2G, Column
from regard.annotate.prediction_layout import FORMAT, PLACE, laid_out
from regard.annotate.prediction_options import Asked
from regard.annotate.prediction_rows import named, values_of
from regard.errors import InputError

NOTHING, FEWEST = 0.005, 20  # a score that says nothing, and rows from which on a file without one is taken to be cut


@dataclass(frozen=True)
class Predictions:
    """Scores of elements for genes.

    Attributes
    ----------
    table : `chrom`, `start`, `end` (0-based half-open), `gene`, `cell` (empty: any), and one column a score.
    columns : the scores, and how each is read.
    left_out : `line` and `reason` of rows that cannot be read.
    partial : pairs are listed only from a threshold on, so that a gene without a row is one without a call.
    """

    source: str
    table: pd.DataFrame
    columns: list[Column]
    remark: str
    left_out: pd.DataFrame
    partial: bool = False

    @property
    def scores(self) -> list[str]:
        return [one.name for one in self.columns]


def read_predictions(
    path: Path | str,
    genes: Mapping[str, str] | set[str],
    *,
    asked: Asked | None = None,
    cells: set[str] | None = None,
    mapping: SameCells | None = None,
) -> Predictions:
    """Read scores of the genes asked about; the rest of the file is skipped.

    A file of the ABC pipeline, of ENCODE-rE2G or EPIraction is known by its columns; of any other, every column that
    holds numbers, or TRUE and FALSE, is read, except distances. Inf (of a p of 0, say) is the highest score and -Inf
    the lowest. A row that cannot be read is left out and listed.

    Parameters
    ----------
    genes : names (symbols and Ensembl identifiers without version) of the genes, and for each what the pairs call it.
    asked : how the file is to be read, where that is said. cells : cell types of the pairs; mapping : see `cells`.

    Raises
    ------
    InputError
        For a missing column, a file with no score, with none of the genes or with no row that can be read, and for
        one of outcomes: a prediction that has seen them proves nothing.
    """
    path = Path(path)
    genes = genes if isinstance(genes, Mapping) else {name: name for name in genes}
    layout = laid_out(path, asked)
    parts, unread, others = [], [], set()
    wanted = [
        *PLACE,
        *filter(None, (layout.symbol, layout.identifier, layout.cell)),
        *(c.column for c in layout.columns),
    ]
    texts = ["chrom", *filter(None, (layout.symbol, layout.identifier, layout.cell))]
    for table, text_of in tables(
        path,
        FORMAT,
        layout.header,
        layout.separator,
        layout.line,
        wanted,
        texts,
        lambda line, why: unread.append((line, why)),
    ):
        if table.empty:
            continue
        name = named(table, layout, genes)
        if len(others) < 5:
            others |= set(table[layout.symbol or layout.identifier][name.isna()].dropna().unique()[:5].astype(str))
        if name.notna().any():
            parts.append(values_of(table, text_of, layout, name, unread))
    if not parts:
        if unread and not others:
            raise InputError(f"{path}: none of its {len(unread)} rows can be read ({first_of(unread)})")
        if not others:
            raise InputError(f"{path}: no row in it; expected {FORMAT}")
        raise InputError(
            f"{path}: none of its genes ({', '.join(sorted(others)[:5])}, …) is among those of the pairs "
            f"({', '.join(sorted(set(genes.values()))[:5])}, …)"
        )
    table = pd.concat(parts, ignore_index=True)
    if table.empty:
        raise InputError(f"{path}: none of its {len(unread)} rows can be read ({first_of(unread)})")
    remark = f"{path.name}: read as scores: {', '.join(one.column for one in layout.columns)}"
    said = [*layout.said]
    table, more = in_cells(table, path, asked, cells, mapping)
    left_out = pd.DataFrame(sorted(unread), columns=["line", "reason"])
    if unread:
        shown = ", ".join(map(str, left_out.line[:5])) + (", …" if len(unread) > 5 else "")
        said.append(f"{len(unread)} rows cannot be read and are left out (lines {shown})")
    partial, why = lists_calls_only(path, table, layout.columns)
    said += why
    return Predictions(path.name, table, layout.columns, "; ".join([remark, *said, *more]), left_out, partial)


def lists_calls_only(path: Path, table: pd.DataFrame, columns: list[Column]) -> tuple[bool, list[str]]:
    """Are pairs listed from a threshold on only, and what there is to say of it.

    A file of the consortium that is not cut has pairs with next to no score for every gene.
    """
    known = next((one for one in columns if one.name in (ABC, RE2G, EPIRACTION)), None)
    least = np.nan if known is None or len(table) < FEWEST else table[known.name].min()
    if "threshold" in path.name.lower():
        by = "by its name"
    elif least > NOTHING:
        by = f"as its least score is {least:.3g}"
    else:
        return False, []
    return True, [f"{by} it lists pairs from a threshold on: other pairs count as the least score"]


def first_of(unread: list) -> str:
    line, why = min(unread)
    return f"line {line}: {why}"


def in_cells(
    table: pd.DataFrame, path: Path, asked: Asked | None, cells: set[str] | None, mapping: SameCells | None
) -> tuple[pd.DataFrame, list[str]]:
    """Rows of the pairs' cell types only, by the pairs' names of these; and what there is to say."""
    there = sorted(set(table.cell) - {""})
    chosen = next((one["cell"] for one in (asked.scores if asked else ()) if "cell" in one), None)
    if chosen is not None:
        if chosen not in there:
            raise InputError(f"{path}: no cell type {chosen!r} in it; it has {', '.join(map(repr, there[:8]))}")
        return table.loc[table.cell == chosen].assign(cell="").reset_index(drop=True), [f"of {chosen!r} alone"]
    if not there:
        return table, []
    if not cells:
        if len(there) > 1:
            raise InputError(
                f"{path}: scores of {len(there)} cell types ({', '.join(map(repr, there[:6]))}), but the pairs have no "
                f"column CellType; say which is meant: --predictions {path.name}::cell={there[0]}"
            )
        return table.assign(cell=""), []
    found, said = matched_cells(there, cells, path, mapping)
    skipped = len(set(there) - set(found.values()))
    said += [f"{skipped} other cell types in it are not asked about"] * bool(skipped)
    # One cell type of a file may stand for several of the pairs.
    parts = [table[table.cell == name].assign(cell=cell) for cell, name in found.items()]
    return pd.concat([*parts, table[table.cell == ""]], ignore_index=True), said
