"""Columns that tables of many pages have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from regard.report.inline import Over, Verdict, number
from regard.report.page import Column, Table


def numbers(title: str, of) -> Column:
    """A column of numbers, or of text that stands where numbers do."""
    return Column(title, of, "n")


def named(rows: Sequence[Mapping]) -> list[Table]:
    """A table whose columns are called as the keys of its rows; none where there is no row."""
    return [Table([Column(name, name) for name in rows[0]], rows)] if rows else []


def interval(title: str, low: str, high: str) -> Column:
    """Both ends of an interval; nothing where there is none."""
    return numbers(title, lambda row: ends(row, low, high, " – "))


def with_interval(title: str, value: str, low: str, high: str) -> Column:
    """A number, and its interval below it where there is one."""

    def cell(row: Mapping) -> object:
        below = ends(row, low, high, " to ")
        return Over(row[value], below) if below else row[value]

    return Column(title, cell)


def ends(row: Mapping, low: str, high: str, between: str) -> str:
    return f"{number(row[low])}{between}{number(row[high])}" if row[low] == row[low] else ""


def filled(columns: Sequence[Column], rows: Sequence[Mapping]) -> list[Column]:
    """Those columns in which some row has something; a number that is not there is nothing."""

    def told(value: object) -> bool:
        return value not in ("", None) and value == value

    return [one for one in columns if any(told(one.cell(row)) for row in rows)]


VERDICT = Column("verdict", lambda row: Verdict(row["verdict"]))
WHY = Column("why", "reason", "why")
NEEDED = numbers("needed", lambda row: row["needed"] if row["verdict"] == "not supported" else "")
