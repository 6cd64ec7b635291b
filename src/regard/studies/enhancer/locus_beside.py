"""Scores of another run on the same locus, of another model or about another TSS, to be laid over those of this one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from regard.annotate.tables import table_rows
from regard.core.folder import MANIFEST
from regard.data.regions import Region, other_spelling
from regard.errors import InputError

FORMAT = "`positions.tsv` of `regard enhancer locus`"
COLUMNS = ("id", "chrom", "start", "end", "score", "method")


@dataclass(frozen=True)
class Beside:
    """`positions.tsv` of another run, and the name of the model that it asked."""

    model: str
    table: pd.DataFrame

    def along(self, method: str, name: str) -> tuple[str, np.ndarray, np.ndarray] | None:
        """Name, edges and values of a method, about the TSS of that name or, where there is none, about its first."""
        mine = self.table[self.table.method == method]
        if mine.empty:
            return None
        of = name if (mine.id == name).any() else str(mine.id.iloc[0])
        rows = mine[mine.id == of]
        edges = np.append(rows.start.to_numpy(float), float(rows.end.iloc[-1]))
        return f"black: {of}, {self.model}", edges, rows.score.to_numpy(float)


def read_beside(folder: Path | str, region: Region) -> Beside:
    """Read what another run found in the window about its TSS.

    Raises
    ------
    InputError
        For a folder without such a run, and where it is of another place.
    """
    folder = Path(folder)
    try:
        model = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["settings"]["model"]
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(f"{folder}: is not the folder of a run of `regard enhancer locus`") from None
    wanted = {name: (name,) for name in COLUMNS}
    rows = [[row[name] for name in COLUMNS] for _, row in table_rows(folder / "positions.tsv", FORMAT, wanted)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    for name in ("start", "end", "score"):
        table[name] = pd.to_numeric(table[name], errors="coerce")
    here = table.chrom.isin([region.chrom, other_spelling(region.chrom)])
    if not (here & (table.start < region.end) & (table.end > region.start)).any():
        raise InputError(f"{folder}: none of its scores lies in {region}")
    return Beside(str(model), table[here])
