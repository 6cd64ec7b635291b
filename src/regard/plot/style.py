"""Colours and sizes that all figures share."""

from __future__ import annotations

import io
from pathlib import Path

from matplotlib import pyplot as plt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

BLUE, ORANGE, GREY = "#1f5fa8", "#d9730d", "#6b6b6b"
# Blue is less, orange more; lightness falls on both sides, so that grey prints show distance from 0.
CONTRAST = LinearSegmentedColormap.from_list("contrast", ["#0b2f5e", BLUE, "#f5f5f5", ORANGE, "#6d3400"])
CONTRAST = CONTRAST.with_extremes(bad="#dddddd")  # a later base: not visible to a causal model

STYLE = {
    "font.size": 9, "axes.titlesize": 9, "axes.spines.top": False, "axes.spines.right": False,
    "svg.fonttype": "none", "svg.hashsalt": "regard", "figure.dpi": 100, "legend.frameon": False,
}  # fmt: skip
# A decorator: our own figures look like this, and whoever imports us keeps matplotlib as it was.
styled = plt.rc_context(STYLE)


@styled  # axes make their ticks only when they are drawn
def save(figure: Figure, path: Path, *, page: bool = True) -> bytes:
    """Write an SVG, and give the same figure as PNG for the page, if it is to be shown there."""
    # Canvases draw once where `savefig` draws twice for a layout, and it lays out again for every file.
    figure.set_dpi(120)  # of images in the SVG
    FigureCanvasSVG(figure).print_svg(path, metadata={"Date": None})
    png = io.BytesIO()
    if page:
        figure.set_layout_engine("none")  # laid out already
        figure.set_dpi(110)
        FigureCanvasAgg(figure).print_png(png)
    plt.close(figure)
    return png.getvalue()
