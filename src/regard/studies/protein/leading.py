"""The figure that stands first on the page: the one that shows what the headline says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from regard.report.page import Figure, Section
from regard.studies.protein.factored import within_name
from regard.studies.protein.questions import CHAINS, RANGES
from regard.studies.protein.result import Result
from regard.studies.protein.sites import RECEIVED


def leading(
    figures: Sequence[Figure], sections: Sequence[Section], stem: str
) -> tuple[Figure, list[Figure], list[Section]]:
    """The figure of this stem, out of where it stands, and the rest; the first of `figures` where there is none."""
    file = f"figures/{stem}.svg"
    inside = [part for section in sections for part in section.parts if isinstance(part, Figure)]
    first = next((one for one in (*figures, *inside) if one.file == file), figures[0])
    left = [replace(one, parts=[part for part in one.parts if part is not first]) for one in sections]
    return first, [one for one in figures if one is not first], left


def stem_of(result: Result, rows: pd.DataFrame) -> str:
    """The file name of the figure that shows supported rows, without its ending; "" where the usual one does."""
    if rows.annotation.isin([f"contacts, {name} apart" for name in RANGES]).any():
        return ""
    if (rows.annotation == f"contacts, {CHAINS}").any():
        return "between.1"
    sites = set(rows.annotation[rows.method == RECEIVED])
    for number, protein in enumerate(result.proteins, 1):
        if any(kind in sites and labels.any() for kind, labels in protein.sites.items()):
            return f"residues.{number}"
    within = set(rows.annotation)
    stems = [f"factored.{k}" for k, one in enumerate(result.factored, 1) if within_name(one.protein) in within]
    return next(iter(stems), "")
