"""A report as one HTML file that stands alone, pictures inlined, or as Markdown beside its figures; text escaped."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import jinja2
import pandas as pd
from markupsafe import Markup

from regard.report.assets import indexed, inlined, policy

ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def markdown(value) -> str:
    """Text for Markdown: what would be markup there, or HTML, is shown as it is; one line."""
    if isinstance(value, Markup):
        return value
    text = re.sub(r"([\\`*_{}\[\]#|!~$])", r"\\\1", " ".join(str(value).split()))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# Every value that a template prints goes through `markdown`, as autoescape does it for HTML.
MARKDOWN = ENVIRONMENT.overlay(autoescape=False, finalize=markdown)
ENVIRONMENT.filters["inline"] = lambda png: "data:image/png;base64," + base64.b64encode(png).decode()


def number(value) -> str:
    """Three significant digits for a reader; an empty string for what is missing."""
    if isinstance(value, str):
        return value
    if pd.isna(value):
        return ""
    return f"{value:d}" if isinstance(value, int) else f"{value:.3g}"


ENVIRONMENT.filters["number"] = number
ENVIRONMENT.filters["indexed"] = indexed
ENVIRONMENT.globals |= {"inlined": inlined, "policy": policy}


def filled(template: str, **content) -> str:
    """A template with its content. Everything that is not marked safe is escaped."""
    environment = MARKDOWN if template.endswith(".md") else ENVIRONMENT
    return environment.get_template(template).render(**content)


def render(template: str, path: Path, **content) -> None:
    """Fill a template and write it to `path`."""
    path.write_text(filled(template, **content), encoding="utf-8")
