"""An expression table from what is in memory: a pandas DataFrame or an AnnData."""

from __future__ import annotations

import numpy as np
import pandas as pd

from regard.data.expression import Expression
from regard.data.expression_files import check
from regard.data.gene_names import COLUMNS, named_by
from regard.data.layout import bare
from regard.data.series import series_of
from regard.errors import InputError


def expression_of(table, *, layer: str | None = None, raw: bool = False, gene_names: str | None = None) -> Expression:
    """The same as `read_expression`, without a file.

    Parameters
    ----------
    table : a DataFrame, a row a sample (its index names it) and a column a gene; a column `Time`, if there is one, is
        NaN outside a time series, a time that falls begins a new series, and samples of one time are replicates. Or an
        AnnData, dense or sparse.
    layer : which of an AnnData's `layers` to read; `X` if None. raw : read `raw.X` and `raw.var`.
    gene_names : the column of an AnnData's `var` that names the genes; `var_names` if None.

    Raises
    ------
    InputError
        Columns that hold no numbers, names that stand twice, missing values, fewer than 3 samples or genes; no such
        layer or column.
    """
    if isinstance(table, pd.DataFrame):
        if layer is not None or raw or gene_names is not None:
            raise InputError("DataFrame: layer, raw and gene_names are of an AnnData; leave them out")
        expression = of_frame(table)
    elif all(hasattr(table, name) for name in ("X", "obs_names", "var_names")):
        expression = of_annotated(table, layer, raw, gene_names)
    else:
        raise InputError(f"{type(table).__name__}: expected a DataFrame (samples × genes) or an AnnData")
    check(type(table).__name__, expression)
    return expression


def of_annotated(table, layer: str | None, raw: bool, gene_names: str | None) -> Expression:
    """The same of an AnnData, not checked."""
    if raw and layer is not None:
        raise InputError("AnnData: raw and layer both choose the matrix; leave one of them out")
    if raw and table.raw is None:
        raise InputError("AnnData: raw is empty; leave it out, or put counts there")
    if layer is not None and layer not in table.layers:
        there = ", ".join(map(repr, table.layers)) or "none"
        raise InputError(f"AnnData: has no layer {layer!r}; it has {there}")
    side = table.raw if raw else table
    matrix = side.X if layer is None else table.layers[layer]
    if matrix is None:
        raise InputError("AnnData: X is empty; put the expression there")
    if gene_names is not None and gene_names not in side.var:
        raise InputError(
            f"AnnData: var has no column {gene_names!r}; it has {', '.join(map(repr, side.var)) or 'none'}"
        )
    chosen = [
        name for name in side.var if name == gene_names or (bare(str(name)) in COLUMNS and of_text(side.var[name]))
    ]
    columns = {str(name): ["" if pd.isna(one) else str(one) for one in side.var[name]] for name in chosen}
    genes, aliases, remarks = named_by("AnnData", [str(n) for n in side.var_names], columns, gene_names)
    values = np.asarray(matrix if isinstance(matrix, np.ndarray) else matrix.toarray(), dtype=float)
    return Expression(values, genes, [str(n) for n in table.obs_names], remarks=remarks, aliases=aliases)


def of_text(column: pd.Series) -> bool:
    return not pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def of_frame(table: pd.DataFrame) -> Expression:
    for name in table.columns:
        if not pd.api.types.is_numeric_dtype(table[name]):
            hint = "; names of samples are its index: table.set_index('sample')" if name == "sample" else ""
            raise InputError(f"DataFrame, column {name!r}: {table[name].dtype} is no expression{hint}")
    genes, time, series = table, None, None
    if "Time" in table:
        genes = table.drop(columns="Time")
        time, series = series_of(table["Time"].to_numpy(float), np.zeros(len(table)))
    names = [str(name) for name in table.index]
    return Expression(genes.to_numpy(float), [str(g) for g in genes.columns], names, time=time, series=series)
