"""Rows and numbers of text tables by the rules of CSV, so that no field is cut and no number misread."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator
from pathlib import Path

from regard.data.sequences import lines
from regard.errors import InputError

MISSING = ("", ".", "NA", "N/A", "NAN", "NULL", "NONE")  # in capitals
# What float() takes beyond these (1_0, digits of other scripts) nobody means as a number in a table.
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
INFINITE = re.compile(r"[+-]?inf(inity)?", re.ASCII | re.IGNORECASE)
QUOTED = re.compile(r'(^|[\t,;]) *"(?:[^"]|"")*" *(?=[\t,;]|$)')
MUCH = 100_000  # letters of a header that tell its separator
csv.field_size_limit(1 << 30)  # a sequence is longer than the 131,072 letters that the csv module expects


def separator_of(line: str) -> str:
    """What stands between the fields of a header: a tab if there is one, else the more frequent of , and ;.

    Empty where the line is one field. Separators inside quotes do not count.

    Examples
    --------
    >>> separator_of('"plate 1; A1",G1,G2')
    ','
    """
    bare = QUOTED.sub(r"\1", line[:MUCH])
    if "\t" in bare:
        return "\t"
    return max(",;", key=bare.count) if "," in bare or ";" in bare else ""


def fields_of(where: str, line: str, separator: str) -> list[str]:
    """Fields of a line without the quotes around them; a quoted one may hold the separator.

    Raises InputError where a quote is not closed on its line. Between tabs such a quote is a letter (5"-AMP).

    Examples
    --------
    >>> fields_of("x.csv, line 2", '"plate 1, A1",1,2', ",")
    ['plate 1, A1', '1', '2']
    """
    if '"' in line and separator:
        try:
            fields = next(csv.reader([line], delimiter=separator, strict=True, skipinitialspace=True))
        except csv.Error:
            if separator != "\t":
                raise InputError(
                    f"{where}: a quote is not closed, or letters follow it; close it on its line"
                ) from None
            fields = line.split(separator)
    else:
        fields = line.split(separator) if separator else [line]
    return [unquoted(field.strip()) for field in fields]


def unquoted(field: str) -> str:
    """A field without one pair of quotes, double or single, around it."""
    pair = len(field) > 1 and field[0] == field[-1] and field[0] in "\"'"
    return field[1:-1].strip() if pair else field


def records(path: Path, expected: str, whole: bool = False) -> Iterator[tuple[int, list[str]]]:
    """Line number and fields of each line of a TSV or CSV, without comments (#) and blank lines.

    whole : take each line as one field, whatever is in it.
    """
    separator = ""
    for number, line in enumerate(lines(path, expected), 1):
        if line.strip() and not line.startswith("#"):
            if not (separator or whole):  # a list of names may have its first comma further down
                separator = separator_of(line)
            yield number, fields_of(f"{path}, line {number}", line, separator)


def is_number(text: str) -> bool:
    """Is this a number as tables write them: decimal, with an exponent perhaps, finite?"""
    return bool(NUMBER.fullmatch(text)) and math.isfinite(float(text))


def is_infinite(text: str) -> bool:
    """Is this Inf or −Inf, as R, pandas and others write them?"""
    return bool(INFINITE.fullmatch(text))


def why_no_number(text: str) -> str:
    """What to do with a field that should be a number."""
    if re.fullmatch(r"[+-]?\d[\d.]*(,\d+)+(\.\d*)?([eE][+-]?\d+)?", text, re.ASCII):
        return "a comma in it may mean decimals or thousands: write a decimal point, and no separator of thousands"
    if NUMBER.fullmatch(text):
        return "it is too large for a number"
    if text.replace("_", "").isdigit():
        return "write it with the digits 0 to 9 alone"
    return "expected a number"
