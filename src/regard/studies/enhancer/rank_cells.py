"""A model asked of each cell type by tracks of its own: the pairs of K562 by those of K562."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from regard.annotate.crispr import CrisprPairs
from regard.annotate.tables import table_rows
from regard.errors import InputError
from regard.models.genomic import GenomicModel
from regard.studies.enhancer.contributions import Contributions

CELL = "{cell}"  # in --tracks, where the pair's cell type is put
FORMAT = "a table with columns cell_type and tracks"
COLUMNS = {"cell_type": ("cell_type", "CellType", "celltype", "experiment", "cell"), "tracks": ("tracks", "track")}


def read_cell_tracks(path: Path | str) -> dict[str, str]:
    """For each cell type of the pairs its tracks, as `--tracks` takes them, from a table."""
    found: dict[str, str] = {}
    for number, row in table_rows(Path(path), FORMAT, COLUMNS):
        if found.setdefault(row["cell_type"], row["tracks"]) != row["tracks"]:
            raise InputError(f"{path}, line {number}: {row['cell_type']!r} stands further up with other tracks")
    return found


def models_of_cells(
    model: GenomicModel, crispr: CrisprPairs, tracks: str | Mapping[str, str]
) -> dict[str, GenomicModel]:
    """The model asked of the tracks of each cell type of the pairs.

    tracks : names with ``{cell}`` where the cell type's stands, or the tracks of each cell type.

    Raises
    ------
    InputError
        Where pairs do not say their cell type, one has no tracks, or the model has one output only.
    """
    if model.choose is None:
        raise InputError(f"{model.name} has no tracks to choose from by cell type")
    cells = list(dict.fromkeys(crispr.table.cell))
    if "" in cells:
        raise InputError(f"{crispr.source}: tracks are chosen by cell type, and pairs do not say theirs (CellType)")
    if not isinstance(tracks, str) and (lacking := [cell for cell in cells if cell not in tracks]):
        raise InputError(f"cell type {lacking[0]!r} of {crispr.source} has no tracks; add it to --cell-tracks")
    named = {cell: tracks.replace(CELL, cell) if isinstance(tracks, str) else tracks[cell] for cell in cells}
    return {cell: model.choose(names) for cell, names in named.items()}


def by_cell(
    crispr: CrisprPairs,
    models: Mapping[str, GenomicModel],
    ask: Callable[[CrisprPairs, GenomicModel, int], Contributions],
) -> Contributions:
    """What each cell type's model says of its pairs, put together in the order of the pairs.

    ask : asks one model of some pairs; the number tells apart what it keeps.
    """
    parts, places, remarks = [], [], []
    left_out = [crispr.left_out]
    for number, (cell, model) in enumerate(models.items()):
        here = (crispr.table.cell == cell).to_numpy()
        table = crispr.table[here].assign(place=np.flatnonzero(here)).reset_index(drop=True)
        found = ask(replace(crispr, table=table, left_out=crispr.left_out.iloc[:0]), model, number)
        parts.append(found)
        places.append(found.pairs.table.place.to_numpy(int))
        left_out.append(found.pairs.left_out)
        remarks += [f"{cell}: {found.remarks[0]}", *(one for one in found.remarks[1:] if one not in remarks)]
    order = np.argsort(np.concatenate(places), kind="stable")
    table = pd.concat([one.pairs.table for one in parts], ignore_index=True).drop(columns="place")
    lost = pd.concat([some for some in left_out if len(some)] or left_out[:1], ignore_index=True)
    scores = pd.concat([one.scores for one in parts], ignore_index=True)
    return Contributions(
        replace(crispr, table=table.iloc[order].reset_index(drop=True), left_out=lost),
        scores.iloc[order].reset_index(drop=True), remarks,
        [np.concatenate(some)[order] for some in zip(*(one.twins for one in parts), strict=True)], True,
    )  # fmt: skip
