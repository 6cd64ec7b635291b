"""Figures as a page keeps them."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure as Picture

from regard.plot.style import save
from regard.report.page import Figure


def kept(picture: Picture, folder: Path, stem: str, caption: str, *, dpi: int = 110) -> Figure:
    """Write a picture to `folder/figures/STEM.svg`, and give it to the page. dpi : of the page's own copy."""
    file = f"figures/{stem}.svg"
    return Figure(save(picture, folder / file, dpi=dpi), file, caption)
