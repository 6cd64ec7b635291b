"""Figures as a page keeps them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure as Picture

from regard.plot.style import save
from regard.report.caption import judged
from regard.report.page import Figure


def kept(
    picture: Picture,
    folder: Path,
    stem: str,
    caption: str,
    rows: pd.DataFrame | None = None,
    *,
    page: bool = True,
    dpi: int = 110,
) -> Figure:
    """Write a picture to `folder/figures/STEM.svg`, with its caption in it, and give both to the page.

    rows : of the evidence that it shows; the caption ends with what they say. None: nothing in it was judged.
    page : whether the page shows it. dpi : of the page's own copy.
    """
    file, text = f"figures/{stem}.svg", f"{caption} {judged(rows)}"
    png = save(picture, folder / file, caption=text, page=page, dpi=dpi)
    return Figure(png, file, text, (folder / file).read_bytes() if page else b"")
