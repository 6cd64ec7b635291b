"""Pages for tests."""

from pathlib import Path

from regard.report.made import TITLE
from regard.report.page import Page

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
