"""What docs/errors.md quotes is what the source says: a message that was changed must be changed there, too."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

import regard
from tests.docs_pages import DOCS

ROWS = re.findall(r"^\| (`.*?) \| .* \|$", (DOCS / "errors.md").read_text(encoding="utf-8"), re.MULTILINE)
QUOTED = [quote for row in ROWS for quote in re.findall(r"`([^`]+)`", row)]


def text_of(node: ast.AST) -> str:
    """A string as a reader meets it, values that fill it as dots."""
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


@cache
def strings() -> list[str]:
    """The strings of each file of the package, one below another."""
    files = sorted(Path(regard.__file__).parent.rglob("*.py"))
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in files]
    return ["\n".join(filter(None, map(text_of, ast.walk(tree)))) for tree in trees]


def said(quote: str) -> bool:
    """Whether one file says all of it, in strings of its own; dots stand for anything."""
    parts = [part.strip() for part in quote.replace("\\|", "|").split("…") if re.search(r"\w", part)]
    return bool(parts) and any(all(part in one for part in parts) for one in strings())


@pytest.mark.parametrize("quote", QUOTED)
def test_every_quote_is_in_the_source(quote):
    assert said(quote)


def test_a_message_that_nobody_says_is_found_out():
    assert len(QUOTED) > 100 and not said("is not empty; paint it green") and not said("… (…)")
