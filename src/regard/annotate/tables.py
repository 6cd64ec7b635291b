"""Tables with a header, separated by tabs or commas, row by row, so that an error can name its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from regard.data.delimited import fields_of, is_infinite, is_number, separator_of, why_no_number
from regard.data.numbers import quoted, whole
from regard.data.sequences import lines
from regard.errors import InputError

SCIENTIFIC = re.compile(r"\d(\.\d{1,18})?[eE]\+?\d{1,2}")  # as R writes round numbers
MISSING = ("", "NA", "N/A", "NaN", "nan", "NAN", ".")


def table_rows(
    path: Path,
    expected: str,
    required: Mapping[str, Sequence[str]],
    broken: Callable[[int, str], None] | None = None,
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line number and fields by column for each row of a TSV or CSV, gzipped or not.

    Parameters
    ----------
    expected : what the file should be, for errors.
    required : for each column that must be there, the names it may have; it is yielded under the first of them.
    broken : is told the line and what is wrong with a row that has more or fewer fields, instead of an error.

    Raises
    ------
    InputError
        For a missing column, a row with more or fewer fields than the header, a table without rows.
    """
    header: list[str] = []
    rows, separator = 0, ""
    for number, line in enumerate(lines(path, expected), 1):
        if not line.strip() or (header and line.startswith("#")):
            continue
        separator = separator or separator_of(line)
        fields = fields_of(f"{path}, line {number}", line, separator)
        if not header:
            header = renamed(path, [field.lstrip("#") for field in fields], expected, required)
            continue
        rows += 1
        if len(fields) != len(header):
            wrong = f"{len(fields)} fields, but the header has {len(header)}"
            if broken is None:
                raise InputError(f"{path}, line {number}: {wrong}")
            broken(number, wrong)
            continue
        yield number, dict(zip(header, fields, strict=True))
    if not rows:
        raise InputError(f"{path}: no row in it; expected {expected}")


def renamed(path: Path, header: list[str], expected: str, required: Mapping[str, Sequence[str]]) -> list[str]:
    """The header with each required column under one name."""
    header = list(header)
    for name, spellings in required.items():
        found = column_of(header, spellings)
        if found is None:
            has = ", ".join(map(repr, header[:8])) + (", …" if len(header) > 8 else "")
            raise InputError(f"{path}: no column {name!r} in its header ({has[:200]}); expected {expected}")
        header[header.index(found)] = name
    if twice := [name for name in header if header.count(name) > 1]:
        raise InputError(f"{path}: column {twice[0]!r} stands more than once in its header")
    return header


def column_of(header: Iterable[str], spellings: Sequence[str]) -> str | None:
    """The column that has one of these names, the first that is there; else one that differs in capitals alone."""
    header = list(header)
    exact = next((one for one in spellings if one in header), None)
    small = {one.lower() for one in spellings}
    return exact or next((one for one in header if one.lower() in small), None)


def whole_number(where: str, name: str, text: str) -> int:
    """A whole number from 0; spreadsheets' `12.0` and R's `1e+05` are some, too."""
    digits = text.removesuffix(".0")
    found = whole(digits)
    if found is None and SCIENTIFIC.fullmatch(text) and (exact := Decimal(text)) == exact.to_integral_value():
        return int(exact)
    if found is None:
        why = "" if is_number(digits) or len(digits) > 40 else f"; {why_no_number(digits)}"
        raise InputError(f"{where}: {name} is {quoted(text)}; expected a whole number{why}")
    return found


def any_number(where: str, name: str, text: str, *, infinite: bool = False) -> float:
    """A number; NaN where nothing is given. infinite : Inf and -Inf are numbers, too, the highest and the lowest."""
    if text in MISSING:
        return float("nan")
    if not (is_number(text) or (infinite and is_infinite(text))):
        why = why_no_number(text).removeprefix("expected a number")
        raise InputError(f"{where}: {name} is {quoted(text)}; expected a number, or NA{why and '; ' + why}")
    return float(text)
