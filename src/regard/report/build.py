"""A page as one HTML file that stands alone, pictures inlined, and as Markdown beside its figures; text escaped."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import jinja2
from markupsafe import Markup

from regard.report.assets import indexed, inlined, policy
from regard.report.glossary import terms_in
from regard.report.inline import markdown, number
from regard.report.made import made_section
from regard.report.page import Page, Section, Text
from regard.report.vectors import MOST, figures_in, vectors

ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
# Every value that a template prints goes through `markdown`, as autoescape does it for HTML.
MARKDOWN = ENVIRONMENT.overlay(autoescape=False, finalize=markdown)


def in_page(picture: bytes) -> str:
    """A PNG or SVG as an address: nothing in it runs, and nothing is fetched."""
    kind = "png" if picture.startswith(b"\x89PNG") else "svg+xml"
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"


def in_cell(value: object) -> Markup:
    """A cell of a table in Markdown: a bar would end it, in code too."""
    return Markup(re.sub(r"(?<!\\)\|", r"\\|", markdown(number(value))))


def exact(value: object) -> str:
    """A number by which a cell is sorted and kept, with more digits than it is shown by; empty for what is none."""
    value = getattr(value, "value", value)
    return f"{value:.6g}" if isinstance(value, float) and value == value else ""


ENVIRONMENT.filters |= {
    "inline": in_page,
    "number": number,
    "indexed": indexed,
    "in_cell": in_cell,
    "exact": exact,
}
ENVIRONMENT.tests["text"] = lambda part: isinstance(part, Text)
ENVIRONMENT.globals |= {"inlined": inlined, "policy": policy}


def write_page(page: Page, folder: Path, made: Mapping) -> None:
    """Write `folder/report.html` and `folder/report.md`. Everything that is not marked safe is escaped.

    made : how the run was made, as `core.store.provenance` gives it.
    """
    sections = [*page.sections, made_section(made)]
    terms = terms_in(told(MARKDOWN, "page.md", page, sections, []))
    (folder / "report.md").write_text(told(MARKDOWN, "page.md", page, sections, terms), encoding="utf-8")
    (folder / "report.html").write_text(with_vectors(page, sections, terms), encoding="utf-8")


def html(page: Page) -> str:
    """A page that no one run made, as HTML; everything that is not marked safe is escaped."""
    return with_vectors(page, page.sections, [])


def with_vectors(page: Page, sections: Sequence[Section], terms: Sequence[tuple[str, str]]) -> str:
    """HTML that carries the SVGs of its figures as far as it stays small."""
    bare = told(ENVIRONMENT, "page.html", page, sections, terms)
    figures = figures_in([*([page.figure] if page.figure else []), *sections])
    carried = vectors(figures, MOST - len(bare.encode()))
    return told(ENVIRONMENT, "page.html", page, sections, terms, carried)


def told(
    environment: jinja2.Environment,
    template: str,
    page: Page,
    sections: Sequence[Section],
    terms: Sequence[tuple[str, str]],
    carried: Mapping[str, str] | None = None,
) -> str:
    """carried : packed SVGs of figures, by their files."""
    return environment.get_template(template).render(page=page, sections=sections, terms=terms, vectors=carried or {})


def filled(template: str, **content: object) -> Markup:
    """HTML of a template of our own that stands in a `Block`; what is not marked safe is escaped."""
    return Markup(ENVIRONMENT.get_template(template).render(**content))
