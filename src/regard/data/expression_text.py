"""Text tables of expression as they lie in the file: names of rows and columns, times, numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from regard.data.delimited import MISSING, fields_of, is_infinite, is_number, separator_of, why_no_number
from regard.data.layout import CORNER_OF_EITHER, CORNER_OF_GENES, CORNER_OF_SAMPLES, bare
from regard.data.not_genes import INDEX, OF_A_GENE, left_out, no_gene
from regard.data.numbers import quoted
from regard.data.sequences import lines
from regard.errors import InputError

KINDS_OF_FILE = "TSV or CSV (samples × genes, header = genes), .h5ad or .loom"
NAME = re.compile(r"[^A-Za-z]*[A-Za-z]|\d+(?:[-/:]\d+)+")  # with a letter, or a date


@dataclass
class Roles:
    """What each column holds: places of the names of rows and of time (None: not there), and of the values."""

    names: int | None
    time: int | None
    values: list[int]
    unread: list[str]


@dataclass
class Grid:
    """A table as it lies in the file; `corner` stands above the names of the rows, None where rows have none."""

    columns: list[str]
    corner: str | None = None
    rows: list[str] = field(default_factory=list)
    values: list[np.ndarray] = field(default_factory=list)  # a row each, shape (columns,)
    times: list[float] | None = None
    blocks: list[int] = field(default_factory=list)  # of rows between blank lines
    remarks: list[str] = field(default_factory=list)


def read_grid(path: Path) -> Grid:
    """Read a TSV or CSV whose first line that is no comment is a header."""
    separator, header, grid, roles, block = "", [], None, None, 0
    for number, line in enumerate(lines(path, KINDS_OF_FILE), 1):
        where = f"{path}, line {number}"
        if not line.strip():
            block += 1
            continue
        if not header:
            separator = separator_of(line)
            if line.startswith("#") and not separator:
                continue
            if not separator:
                raise InputError(
                    f"{path}: the header holds one column, {quoted(line.strip())}; expected {KINDS_OF_FILE}"
                )
            header = fields_of(where, line, separator)
            continue
        fields = fields_of(where, line, separator)
        if grid is None or roles is None:
            if len(fields) == len(header) + 1:  # as R writes a table with row names
                header = ["", *header]
            roles = roles_of(path, header, fields)
            grid = Grid([header[i] for i in roles.values], None if roles.names is None else header[roles.names])
            grid.times = None if roles.time is None else []
            if roles.unread:
                grid.remarks.append(left_out(path, roles.unread, "an index, or what is known of a cell or a gene"))
        if len(fields) != len(header):
            raise InputError(f"{where}: {len(fields)} fields, but the header has {len(header)}")
        grid.values.append(numbers(path, number, grid.columns, [fields[i] for i in roles.values]))
        grid.rows.append(str(len(grid.values)) if roles.names is None else fields[roles.names])
        grid.blocks.append(block)
        if grid.times is not None:
            grid.times.append(time_of(path, number, fields[roles.time or 0]))
    if grid is None:
        raise InputError(f"{path}: no samples in it; expected {KINDS_OF_FILE}")
    return grid


def roles_of(path: Path, header: list[str], first: list[str]) -> Roles:
    """Which columns hold names, times and expression, from the header and the first row."""
    corners = CORNER_OF_SAMPLES | CORNER_OF_GENES | CORNER_OF_EITHER
    leading = [i for i, name in enumerate(header[:4]) if bare(name) in corners or name == "" or INDEX.fullmatch(name)]
    leading = [i for k, i in enumerate(leading) if i == k]  # with no gene before it
    times = [i for i in leading if bare(header[i]) == "time"]
    labels = [i for i in leading if i not in times]
    named = [i for i in labels if bare(header[i]) in corners]  # beside an index without a name, these are the names
    names = next(iter(named or labels), None)
    if not leading and len(first) == len(header) and NAME.match(first[0]) and not no_value(first[0]):
        names = 0
    twice = [name for k, name in enumerate(header) if name in header[:k] and (name == "" or k in leading)]
    if twice and (twice[0] or header.index("") in labels):
        raise InputError(f"{path}: column {twice[0]!r} stands more than once in its header; take one of them out")
    values, unread = [], []
    for i, name in enumerate(header):
        if i == names or i in times[:1]:
            continue
        if i in leading or no_gene(name) or bare(name) in OF_A_GENE:
            unread.append(name)
        else:
            values.append(i)
    return Roles(names, next(iter(times), None), values, unread)


def no_value(text: str) -> bool:
    """Is this what stands in a table of numbers where it holds no name: a number, or that it is missing or infinite?"""
    return is_number(text) or text.upper() in MISSING or is_infinite(text)


def numbers(path: Path, line: int, columns: list[str], fields: list[str]) -> np.ndarray:
    """The numbers of a row, shape (columns,); NaN and Inf stay for the check of the whole table."""
    try:
        values = np.array(fields, dtype=float)
        # float() reads 1_0 and digits of other scripts, and gives Inf for a number that is too large.
        joined = "".join(fields)
        if joined.isascii() and "_" not in joined and not np.isinf(values).any():
            return values
    except ValueError:
        pass
    nan = ("NAN", "+NAN", "-NAN")
    place = next((i for i, f in enumerate(fields) if not (is_number(f) or is_infinite(f) or f.upper() in nan)), None)
    if place is None:
        return np.array(fields, dtype=float)
    wrong = fields[place]
    hint = "fill it in or take the sample out" if wrong.upper() in MISSING else why_no_number(wrong)
    if wrong.upper() not in MISSING and place == 0 and line < 4 and re.search("[A-Za-z]{2}", wrong):
        hint = "if these are names of samples or genes, call the column 'sample' or 'gene'"
    raise InputError(f"{path}, line {line}, column {columns[place]!r}: {quoted(wrong)} is no expression; {hint}")


def time_of(path: Path, line: int, text: str) -> float:
    if text.upper() in MISSING:
        return np.nan
    if not is_number(text):
        raise InputError(f"{path}, line {line}: time {quoted(text)} is no number; leave it empty outside a time series")
    return float(text)
