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
autodoc_typehints = "none"  # docstrings say types, with shapes and units
autodoc_member_order = "bysource"
autosummary_generate = False


def without_files_elsewhere(app, page: str, source: list[str]) -> None:
    """Links to files of the repository that are no pages here become their names."""
    source[0] = re.sub(r"\[([^\]]*)\]\(\.\./((?:src|training)/[^)]+)\)", r"\1 (`\2`)", source[0])


def setup(app) -> None:
    app.connect("source-read", without_files_elsewhere)
