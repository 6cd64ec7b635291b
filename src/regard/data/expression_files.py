"""Read an expression table, samples × genes, from TSV, CSV or .h5ad, checked at the door."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from regard.data.expression import Expression
from regard.data.sequences import lines
from regard.errors import InputError

KINDS_OF_FILE = "TSV or CSV (samples × genes, header = genes) or .h5ad"


def read_expression(path: Path | str) -> Expression:
    """Read a table of expression.

    Parameters
    ----------
    path : TSV or CSV, gzipped or not: a header of gene names, a row for each sample; before the
        genes, if wanted, a column `sample` (names) and a column `Time` (empty outside a time
        series). A blank line or a time that does not rise begins a new series. Or .h5ad, dense or sparse.

    Returns
    -------
    `values` float64, shape (samples, genes), in the order of the file. Samples without names are
    called "1", "2", …

    Raises
    ------
    InputError
        One line that names the file, the place and what to do.
    """
    path = Path(path)
    if path.suffix == ".h5ad":
        from regard.data.h5ad import read_h5ad

        expression = read_h5ad(path)
    else:
        expression = read_text(path)
    check(path, expression)
    return expression


def read_text(path: Path) -> Expression:
    separator, header, rows, names, times, blocks = "", [], [], [], [], []
    block = labels = 0
    for number, line in enumerate(lines(path, KINDS_OF_FILE), 1):
        if not line.strip():
            block += 1
            continue
        if not separator:
            separator = separator_of(path, line)
            header = fields_of(line, separator)
            continue
        fields = fields_of(line, separator)
        if not rows and len(fields) == len(header) + 1:  # as R writes a table with row names
            header = ["sample", *header]
        if not rows:
            header, labels = with_labels(header)
        if len(fields) != len(header):
            raise InputError(f"{path}, line {number}: {len(fields)} fields, but the header has {len(header)}")
        named = dict(zip(header[:labels], fields[:labels], strict=True))
        rows.append(numbers(path, number, header[labels:], fields[labels:]))
        names.append(named.get("sample", str(len(rows))))
        times.append(time_of(path, number, named.get("Time", "")))
        blocks.append(block)
    if not rows:
        raise InputError(f"{path}: no samples in it; expected {KINDS_OF_FILE}")
    time, series = (series_of(np.array(times), np.array(blocks))) if "Time" in header[:labels] else (None, None)
    return Expression(np.array(rows), header[labels:], names, time=time, series=series)


def separator_of(path: Path, line: str) -> str:
    for separator in "\t,;":
        if separator in line:
            return separator
    raise InputError(f"{path}: the header holds one column, {line.strip()[:40]!r}; expected {KINDS_OF_FILE}")


def fields_of(line: str, separator: str) -> list[str]:
    """Fields of a line without the quotes around them."""
    return [field.strip().strip('"').strip("'") for field in line.split(separator)]


def with_labels(header: list[str]) -> tuple[list[str], int]:
    """The header with the columns before the genes named `sample` and `Time`, and how many these are."""
    names = {"": "sample", "sample": "sample", "time": "Time"}
    labels = 0
    while labels < min(2, len(header)) and header[labels].lower() in names:
        header = [*header[:labels], names[header[labels].lower()], *header[labels + 1 :]]
        labels += 1
    return header, labels


def numbers(path: Path, line: int, genes: list[str], fields: list[str]) -> np.ndarray:
    try:
        return np.array(fields, dtype=float)
    except ValueError:
        place = next(i for i, field in enumerate(fields) if not is_number(field))
        wrong, first = fields[place], place == 0 and line < 4
        hint = "fill it in or take the sample out" if wrong.upper() in ("", "NA", "NAN") else "expected a number"
        if first and re.search("[A-Za-z]{2}", wrong) and wrong.upper() not in ("NA", "NAN"):
            hint = "if these are names of samples, call the column 'sample'; if rows are genes, transpose the table"
        raise InputError(f"{path}, line {line}, column {genes[place]!r}: {wrong!r} is no expression; {hint}") from None


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def time_of(path: Path, line: int, text: str) -> float:
    if text.upper() in ("", "NA", "NAN"):
        return np.nan
    if not is_number(text):
        raise InputError(f"{path}, line {line}: time {text!r} is no number; leave it empty outside a time series")
    return float(text)


def series_of(time: np.ndarray, block: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Times, and the number of the series of each sample: a new one after a blank line or when time does not rise."""
    series, current, last = np.full(len(time), -1), -1, None
    for i in np.flatnonzero(~np.isnan(time)):
        if last is None or block[i] != block[last] or time[i] <= time[last]:
            current += 1
        series[i], last = current, i
    return time, series


def check(path: Path | str, expression: Expression) -> None:
    """Raise InputError where genes or samples cannot be told apart or a value is missing.

    path : the file, or in a word where the table is from.
    """
    for what, names in (("gene", expression.genes), ("sample", expression.samples)):
        seen: set[str] = set()
        twice = next((name for name in names if name in seen or seen.add(name)), None)
        if twice is not None:
            raise InputError(f"{path}: {what} {twice!r} stands more than once; make names differ")
    if "" in expression.genes:
        raise InputError(f"{path}: gene {expression.genes.index('') + 1} of the header has no name")
    samples, genes = expression.values.shape
    if genes < 3 or samples < 3:
        raise InputError(f"{path}: {samples} samples × {genes} genes; 3 of each are the least to infer a network from")
    wrong = ~np.isfinite(expression.values)
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise InputError(
            f"{path}, sample {expression.samples[row]!r}, gene {expression.genes[column]!r}: "
            f"{expression.values[row, column]} is no expression; fill it in or take the sample out"
        )
