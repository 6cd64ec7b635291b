"""`regard explain`: what an error line means and asks for, by the rows of errors.md, of which it names its own."""

from __future__ import annotations

import re
import shlex
from functools import cache
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

import regard
from regard.errors import InputError

LEAST = 10  # letters of a quote by which a line is known
DOTS = re.compile(r"\s*…\s*")
LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")


class Told(NamedTuple):
    """A row: under which heading, the quotes of lines, what they mean."""

    of: str
    says: tuple[str, ...]
    means: str


def explain(
    words: Annotated[list[str] | None, typer.Argument(help="Words of an error line, or the whole line.")] = None,
) -> None:
    """Say what an error line means and asks for; without words, all of them."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    asked = " ".join(words or [])
    found = [row for row in told() if not asked or has(row, asked)] or about(asked)
    if not found:
        raise InputError(f"nothing is said of {asked!r}; `regard explain` without words lists all lines")
    for of in dict.fromkeys(row.of for row in found):
        table = Table("says", "means", title=of, title_justify="left", show_lines=True)
        for row in found:
            if row.of == of:
                table.add_row(
                    escape("\n".join(row.says)), escape(LINK.sub(r"\1 (\2)", row.means.replace("../../", "")))
                )
        Console().print(table)


def pointer(line: str) -> str:
    """The command that says more of an error line, or nothing.

    >>> pointer("x.fa: record 'a' is not DNA: 'E' at position 3")
    "regard explain 'is not DNA'"
    >>> pointer("stopped; what was finished before is kept")
    ''
    """
    fitting = [quote for row in told() for quote in row.says if spoken(quote, line)]
    if not fitting:
        return ""
    return f"regard explain {shlex.quote(longest(max(fitting, key=lambda quote: len(longest(quote)))))}"


@cache
def told() -> list[Told]:
    """The rows of errors.md, in their order."""
    rows, of = [], ""
    for line in (Path(regard.__file__).parent / "errors.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            of = line[3:]
        elif cells := re.fullmatch(r"\| (`.*?) \| (.*) \|", line):
            says, means = (cell.replace("\\|", "|") for cell in cells.groups())
            rows.append(Told(of, tuple(re.findall(r"`([^`]+)`", says)), means))
    return rows


def about(line: str) -> list[Told]:
    """Rows of which a quote is said in the line."""
    return [row for row in told() if any(spoken(quote, line) for quote in row.says)]


def has(row: Told, words: str) -> bool:
    return any(words.casefold() in text.casefold() for text in (*row.says, row.means))


def spoken(quote: str, line: str) -> bool:
    """Whether a line says a quote, dots standing for anything."""
    parts = [re.escape(part) for part in DOTS.split(quote) if part]
    return len(longest(quote)) >= LEAST and re.search(".*".join(parts), line) is not None


def longest(quote: str) -> str:
    """What a quote says in one go, without dots; words that a shell takes, and that are no option."""
    return max(re.split("[…'`]", quote), key=len).rstrip(" :;,.([-").lstrip(" :;,.)-")
