"""An expression table from what is in memory: a pandas DataFrame or an AnnData."""

from __future__ import annotations

import numpy as np
import pandas as pd

from regard.data.expression import Expression
from regard.data.expression_files import check, series_of
from regard.errors import InputError


def expression_of(table) -> Expression:
    """The same as `read_expression`, without a file.

    Parameters
    ----------
    table : a DataFrame, a row a sample (its index names it) and a column a gene; a column `Time`, if there is one, is
        NaN outside a time series, and a time that does not rise begins a new series. Or an AnnData, dense or sparse,
        of which `X`, `obs_names` and `var_names` are read.

    Raises
    ------
    InputError
        Columns that hold no numbers, names that stand twice, missing values, fewer than 3 samples or genes.
    """
    if isinstance(table, pd.DataFrame):
        expression = of_frame(table)
    elif all(hasattr(table, name) for name in ("X", "obs_names", "var_names")):
        if table.X is None:
            raise InputError("AnnData: X is empty; put the expression there")
        values = np.asarray(table.X if isinstance(table.X, np.ndarray) else table.X.toarray(), dtype=float)
        expression = Expression(values, [str(n) for n in table.var_names], [str(n) for n in table.obs_names])
    else:
        raise InputError(f"{type(table).__name__}: expected a DataFrame (samples × genes) or an AnnData")
    check(type(table).__name__, expression)
    return expression


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
