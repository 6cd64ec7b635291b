"""Rows that need no model: they are the same whatever model was run, and say nothing of two of them."""

from __future__ import annotations

import pandas as pd

from regard.studies.beside.rows import in_both


def with_free(table: pd.DataFrame, study: str) -> pd.DataFrame:
    """The rows of `beside` with a column `free`, whether the method needs no model."""
    names: set[str] = set()
    if study == "protein":
        from regard.studies.protein.bar import FREE  # with the models behind it, which other studies do not need

        names = FREE
    return table.assign(free=table.method.isin(names))


def of_models(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of both runs that a model has a part in."""
    return table[in_both(table) & ~table.free]
