"""What errors.md quotes is what the source says: a message that was changed must be changed there, too."""

import ast
import re
import shlex
from functools import cache
from pathlib import Path

import pytest

import regard
from regard.cli.explain import LEAST, has, longest, pointer, told
from tests.command_line import called

QUOTED = [quote for row in told() for quote in row.says]


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
    parts = [part.strip() for part in quote.split("…") if re.search(r"\w", part)]
    return bool(parts) and any(all(part in one for part in parts) for one in strings())


@pytest.mark.parametrize("quote", QUOTED)
def test_every_quote_is_in_the_source(quote):
    assert said(quote)


def test_a_message_that_nobody_says_is_found_out():
    assert len(QUOTED) > 100 and not said("is not empty; paint it green") and not said("… (…)")


@pytest.mark.parametrize("quote", [quote for quote in QUOTED if len(longest(quote)) >= LEAST])
def test_a_line_names_the_command_that_prints_its_row(quote):
    line = quote.replace("…", "x.fa")
    words = shlex.split(pointer(line))[2:]
    assert len(words) == 1 and not words[0].startswith("-")
    told_of_it = [row for row in told() if has(row, words[0])]
    assert 1 <= len(told_of_it) <= 3
    assert words[0] in line


def test_explain(tmp_path):
    (tmp_path / "p.fa").write_text(">a\nMKVLE\n")
    code, _, error = called("dna", tmp_path / "p.fa", "--task", "promoter", "--out", tmp_path / "out")
    assert code == 2 and error.count("\n") == 1 and error.endswith("(more: regard explain 'is not DNA')\n")
    code, out, _ = called("explain", "is not DNA")
    assert code == 0 and "IUPAC code" in out and "an antibody" not in out
    assert called("explain", error.strip()).out == out  # the whole line, too
    assert called("explain").out.count("says") >= 9


def test_explain_knows_nothing_of_other_words():
    code, out, error = called("explain", "paint it green")
    assert code == 2 and not out and error.startswith("regard: nothing is said of 'paint it green'")
