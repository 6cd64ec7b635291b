"""Pieces of a line: what we mark is code or emphasis, what fills it stays text, in HTML and in Markdown."""

import numpy as np
import pytest
from markdown_it import MarkdownIt
from markupsafe import escape

from regard.report.inline import Over, Verdict, marked, number

NASTY = "<b>*a*</b> `x` | {y}"


def read(text: str) -> str:
    """HTML of a line of Markdown."""
    return MarkdownIt("commonmark", {"html": True}).render(text).strip().removeprefix("<p>").removesuffix("</p>")


@pytest.mark.parametrize("name", [NASTY, "a``b", "`", "* *", "$$"])
def test_what_fills_a_line_is_never_marked(name):
    line = marked("All of {name} are in `{name}`, *and {name}*.", name=name)
    assert str(line) == f"All of {name} are in {name}, and {name}."
    html = f"All of {escape(name)} are in <code>{escape(name)}</code>, <em>and {escape(name)}</em>."
    assert line.__html__() == html
    if name == name.strip() and name != "* *":
        plain = html.replace("&#34;", "&quot;")
        assert read(line.__markdown__()) == plain


def test_a_line_without_values_keeps_its_braces():
    assert str(marked("`{id}.tsv` and {this}")) == "{id}.tsv and {this}"


def test_a_verdict_has_its_colour_and_its_word():
    assert Verdict("not supported").__html__() == '<span class="verdict not">not supported</span>'
    assert Verdict("minor", "too").__html__() == '<span class="verdict too">minor</span>'
    assert "<b>" not in Verdict("<b>").__html__() and Verdict("a|b").__markdown__() == "a\\|b"


def test_what_stands_below_a_number_stands_behind_it_in_markdown():
    cell = Over(0.123456, "<0.1> to 0.2")
    assert cell.__html__() == '0.123 <br><span class="soft below">&lt;0.1&gt; to 0.2</span>'
    assert cell.__markdown__() == "0.123 (&lt;0.1&gt; to 0.2)"


def test_numbers_have_three_digits_and_nothing_is_empty():
    told = [0.12345, 12, np.float64(1e-9), np.int64(7), float("nan"), None, np.nan, "as it is", True]
    assert [number(one) for one in told] == ["0.123", "12", "1e-09", "7", "", "", "", "as it is", "1"]
