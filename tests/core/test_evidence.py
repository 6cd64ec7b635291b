"""Tables of evidence, one below the other."""

import warnings

import pandas as pd

from regard.core.evidence import COLUMNS, evidence, stacked


def test_tables_without_a_row_leave_no_trace():
    rows = [evidence([{"study": "protein", "n": n, "value": n / 10, "verdict": "supported"}]) for n in (3, 4)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = stacked([evidence([]), rows[0], evidence([]), rows[1]])
        assert list(stacked([]).columns) == list(stacked([evidence([])]).columns) == COLUMNS
    assert table.index.tolist() == [0, 1] and table.n.tolist() == [3, 4]
    assert pd.api.types.is_numeric_dtype(table.n) and pd.api.types.is_float_dtype(table.value)
