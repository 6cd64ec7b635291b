"""Pages for tests."""

from pathlib import Path

from regard.report.inline import Words
from regard.report.made import TITLE
from regard.report.page import Page, Section, Table

MADE = {
    "command": ["regard", "toy", "--out", "x y"],
    "seed": 3,
    "inputs": {"here/a.tsv": "0f"},
    "versions": {"toy": "1"},
}


def page_with(**parts) -> Page:
    """A page of nothing but these parts."""
    usual = {"study": "toy study", "about": ["toy"], "title": "toy", "headline": "A toy", "asked": ["What?"],
             "found": ["Little."], "sure": ["Not at all."], "sections": []}  # fmt: skip
    return Page(**usual | parts)


def told(path: Path) -> str:
    """A report but its section on how it was made: the command and the files of two runs need not be the same."""
    text = path.read_text(encoding="utf-8")
    assert TITLE in text
    before, _, after = text.rpartition(TITLE)
    return before + after[after.index("Words used here") :]


def of_kind(section: Section, kind: type) -> list:
    """The parts of a section that are of one kind, in order."""
    return [part for part in section.parts if isinstance(part, kind)]


def lines_of(section: Section) -> list[str]:
    """What a section says in paragraphs."""
    return [str(part) for part in of_kind(section, str | Words)]


def rows_of(section: Section) -> list[dict]:
    """The rows of a section's one table, by the titles of its columns."""
    (table,) = of_kind(section, Table)
    return [{column.title: column.cell(row) for column in table.columns} for row in table.rows]
