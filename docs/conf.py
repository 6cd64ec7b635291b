"""How `make docs` builds these pages: Sphinx, MyST for Markdown, furo; a warning is an error."""

import importlib.metadata
import re

project = "Regard"
release = importlib.metadata.version("regard")
html_title = f"Regard {release}"
html_theme = "furo"
html_show_copyright = False
exclude_patterns = ["_build"]

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.napoleon"]
myst_heading_anchors = 3
napoleon_google_docstring = False
napoleon_custom_sections = ["What it returns"]
autodoc_typehints = "none"  # docstrings say types, with shapes and units
autodoc_member_order = "bysource"
autosummary_generate = False
default_role = "code"  # what docstrings have between backticks
ENTRY = re.compile(r"(\*{0,2}\w+(?:, \*{0,2}\w+)*) : (.+)")


def without_files_elsewhere(app, page: str, source: list[str]) -> None:
    """Links to files of the repository that are no pages here become their names."""
    source[0] = re.sub(r"\[([^\]]*)\]\(\.\./((?:src|training)/[^)]+)\)", r"\1 (`\2`)", source[0])


def words_below_names(app, what: str, name: str, found: object, options: object, lines: list[str]) -> None:
    """Behind a parameter's colon our docstrings say what it is, no type: napoleon wants that on a line below.

    What is returned is told in sentences, which it would take for names and types.
    """
    entries = ((line, ENTRY.fullmatch(line)) for line in lines)
    lines[:] = [part for line, entry in entries for part in ([entry[1], f"    {entry[2]}"] if entry else [line])]
    lines[:] = ["What it returns" if line == "Returns" else line for line in lines]


def setup(app) -> None:
    app.connect("source-read", without_files_elsewhere)
    app.connect("autodoc-process-docstring", words_below_names, priority=100)  # before napoleon
