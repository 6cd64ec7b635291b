"""Pieces of a line: text with code and emphasis in it, verdicts, numbers. Each knows its HTML and its Markdown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

import pandas as pd
from markupsafe import Markup, escape

MARKS = re.compile(r"(`[^`]+`|\*[^*]+\*)")
TAGS = {"`": "code", "*": "em"}


def number(value) -> object:
    """Three significant digits for a reader; an empty string for what is missing; what is no number as it is."""
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return ""
    if isinstance(value, str) or hasattr(value, "__html__"):
        return value
    if pd.isna(value):
        return ""
    return f"{value:d}" if isinstance(value, int) else f"{value:.3g}"


def markdown(value) -> str:
    """Text for Markdown: what would be markup there, or HTML, is shown as it is; one line."""
    if isinstance(value, Markup):
        return value
    if hasattr(value, "__markdown__"):
        return value.__markdown__()
    text = re.sub(r"([\\`*_{}\[\]#|!~$])", r"\\\1", " ".join(str(value).split()))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@dataclass(frozen=True)
class Words:
    """A line in pieces: each a mark ("`" of code, "*" of emphasis, "" of neither) and its text."""

    pieces: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return "".join(text for _, text in self.pieces)

    def __html__(self) -> Markup:
        tags = ((TAGS.get(mark), text) for mark, text in self.pieces)
        return Markup().join(Markup("<{0}>{1}</{0}>").format(tag, text) if tag else escape(text) for tag, text in tags)

    def __markdown__(self) -> str:
        return "".join(in_markdown(mark, text) for mark, text in self.pieces)


def in_markdown(mark: str, text: str) -> str:
    if mark == "`":  # in code nothing is escaped: a longer fence than any in it ends it
        text, fence = " ".join(text.split()), "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
        return f"{fence} {text} {fence}" if len(fence) > 1 else f"`{text}`"
    ends = re.fullmatch(r"(\s*)(.*?)(\s*)", text, re.DOTALL)
    before, inner, after = ends.groups() if ends else ("", text, "")
    return f"{before and ' '}{mark}{markdown(inner)}{mark}{after and ' '}"


def marked(text: str, **values: object) -> Words:
    """A line that we write, `code` and *emphasis* marked in it; values that fill it stay text, whatever is in them.

    Examples
    --------
    >>> str(marked("All edges of {name} are in `edges.tsv`.", name="a`b`"))
    'All edges of a`b` are in edges.tsv.'
    """
    found = []
    for piece in filter(None, MARKS.split(text)):
        mark = piece[0] if MARKS.fullmatch(piece) else ""
        inner = piece[1:-1] if mark else piece
        found.append((mark, inner.format(**values) if values else inner))
    return Words(tuple(found))


@dataclass(frozen=True)
class Verdict:
    """A word of verdict in its colour: that of `tone`, by default the verdict's own."""

    word: str
    tone: str = ""

    def __str__(self) -> str:
        return self.word

    def __html__(self) -> Markup:
        return Markup('<span class="verdict {}">{}</span>').format((self.tone or self.word).split()[0], self.word)

    def __markdown__(self) -> str:
        return markdown(self.word)


@dataclass(frozen=True)
class Counted:
    """How many comparisons have which verdict, as a line; verdicts that were not given are left out."""

    verdicts: Mapping[str, int]

    @property
    def given(self) -> dict[str, int]:
        return {word: n for word, n in self.verdicts.items() if n}

    def __str__(self) -> str:
        return " · ".join(f"{word}: {n}" for word, n in self.given.items())

    def __html__(self) -> Markup:
        return Markup(" · ").join(Markup("{}: {}").format(Verdict(word), n) for word, n in self.given.items())

    def __markdown__(self) -> str:
        return markdown(str(self))


@dataclass(frozen=True)
class Link:
    """Where something else lies, by its path from here, and what it is called."""

    file: str
    text: str

    def __str__(self) -> str:
        return self.text

    def __html__(self) -> Markup:
        return Markup('<a href="{}">{}</a>').format(quote(self.file), self.text)

    def __markdown__(self) -> str:
        return f"[{markdown(self.text)}]({quote(self.file)})"


@dataclass(frozen=True)
class Over:
    """A number or word, and something softer below it in the same cell."""

    value: object
    below: str | Words

    def __str__(self) -> str:
        return f"{number(self.value)} {self.below}"

    def __html__(self) -> Markup:
        return Markup('{} <br><span class="soft below">{}</span>').format(number(self.value), self.below)

    def __markdown__(self) -> str:
        return f"{markdown(number(self.value))} ({markdown(self.below)})"
