"""Rows that are not the model's: they are the same whatever model was run, and say nothing of two of them."""

from __future__ import annotations

import pandas as pd

from regard.studies.beside.rows import in_both


def with_free(table: pd.DataFrame, study: str) -> pd.DataFrame:
    """The rows of `beside` with a column `free`, whether the method needs no model, or is trained on an alignment."""
    names: set[str] = set()
    if study == "protein":
        # Here, with the models behind them, which other studies do not need.
        from regard.studies.protein.bar import FREE
        from regard.studies.protein.factored import FACTORED

        names = {*FREE, FACTORED}
    return table.assign(free=table.method.isin(names))


def of_models(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of both runs that a model has a part in."""
    return table[in_both(table) & ~table.free]
