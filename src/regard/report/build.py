"""One HTML file that stands alone: template, style and pictures inlined, text escaped."""

from __future__ import annotations

import base64
from pathlib import Path

import jinja2
import pandas as pd

ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
ENVIRONMENT.filters["inline"] = lambda png: "data:image/png;base64," + base64.b64encode(png).decode()


def number(value) -> str:
    """Three significant digits for a reader; an empty string for what is missing."""
    if isinstance(value, str):
        return value
    if pd.isna(value):
        return ""
    return f"{value:d}" if isinstance(value, int) else f"{value:.3g}"


ENVIRONMENT.filters["number"] = number


def render(template: str, path: Path, **content) -> None:
    """Fill a template and write it to `path`. Everything that is not marked safe is escaped."""
    path.write_text(ENVIRONMENT.get_template(template).render(**content), encoding="utf-8")
