"""What the page of any study is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from markupsafe import Markup

from regard.report.inline import Counted, Link, Words

Text = str | Words | Counted | Link


@dataclass(frozen=True)
class Figure:
    """A picture in the page, PNG or SVG, and the file it is in, below the folder of the page.

    svg : the same as SVG, where the picture is a PNG, for a reader to keep.
    """

    png: bytes
    file: str
    caption: str
    svg: bytes = b""
    kind: ClassVar[str] = "figure"


@dataclass(frozen=True)
class Column:
    """A column of a table.

    of : the key of a row, or what makes a cell of a row.
    looks : "n" for numbers, "why" for long text.
    """

    title: str
    of: str | Callable[[Mapping], object]
    looks: str = ""

    def cell(self, row: Mapping) -> object:
        return self.of(row) if callable(self.of) else row[self.of]


@dataclass(frozen=True)
class Table:
    """Rows that readers sort, search and keep.

    name : its id in the page. file : what it is called when it is kept. search : the id of a field that searches it.
    looks : classes of the style sheet. most : rows in Markdown; HTML has all.
    """

    columns: Sequence[Column]
    rows: Sequence[Mapping]
    name: str = ""
    file: str = ""
    search: str = ""
    looks: str = ""
    most: int = 40
    kind: ClassVar[str] = "table"


@dataclass(frozen=True)
class Note:
    """A paragraph that stands back: limits, where the numbers lie."""

    text: Text
    kind: ClassVar[str] = "note"


@dataclass(frozen=True)
class Bullets:
    lines: Sequence[Text]
    kind: ClassVar[str] = "bullets"


@dataclass(frozen=True)
class Folded:
    """Parts below a line that opens them; on paper they are open."""

    title: str
    parts: Sequence[Part]
    open: bool = False
    kind: ClassVar[str] = "folded"


@dataclass(frozen=True)
class Block:
    """HTML of our own making, with its values escaped: what is used rather than read. On other pages: the still."""

    html: Markup
    still: Figure | None = None
    kind: ClassVar[str] = "block"


@dataclass(frozen=True)
class Section:
    """A title and parts; within another section a part of it.

    looks : classes of the style sheet: "sheet" and "appendix" begin a sheet on paper, "lying" turns it, "answer" marks.
    """

    title: str
    parts: Sequence[Part]
    looks: str = ""
    kind: ClassVar[str] = "section"


Part = Text | Figure | Table | Note | Bullets | Folded | Block | Section


@dataclass(frozen=True)
class Page:
    """A study, told: first what was asked, what was found, how sure it is and one figure, then all the rest.

    Attributes
    ----------
    study : what it is, as "network study". about : what it is of: source, sizes.
    title : of the window.
    headline : the answer in one sentence.
    asked, found, sure : a few plain sentences each. verdicts : how many comparisons have which.
    warning : what must be read before anything else, if there is something.
    scripts, styles : of `assets`, beyond those of every page.
    """

    study: str
    about: Sequence[str]
    title: str
    headline: str
    asked: Sequence[Text]
    found: Sequence[Text]
    sure: Sequence[Text]
    sections: Sequence[Section]
    verdicts: Mapping[str, int] = field(default_factory=dict)
    figure: Figure | None = None
    warning: str = ""
    remarks: Sequence[Text] = ()
    scripts: Sequence[str] = ()
    styles: Sequence[str] = ()

    @property
    def counted(self) -> Counted:
        return Counted(self.verdicts)
