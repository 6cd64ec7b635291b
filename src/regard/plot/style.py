"""Colours and sizes that all figures share."""

from __future__ import annotations

import io
import re
import warnings
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from regard.errors import one_line

BLUE, ORANGE, GREY = "#1f5fa8", "#d9730d", "#6b6b6b"
# Blue is less, orange more; lightness falls on both sides, so that grey prints show distance from 0.
CONTRAST = LinearSegmentedColormap.from_list("contrast", ["#0b2f5e", BLUE, "#f5f5f5", ORANGE, "#6d3400"])
CONTRAST = CONTRAST.with_extremes(bad="#dddddd")  # a later base: not visible to a causal model

STYLE = {
    "font.size": 9, "axes.titlesize": 9, "axes.spines.top": False, "axes.spines.right": False,
    "svg.fonttype": "none", "svg.hashsalt": "regard", "figure.dpi": 100, "legend.frameon": False,
    "text.parse_math": False,  # names of genes and records may hold dollar signs, and are no formulas
}  # fmt: skip
# A decorator: our own figures look like this, and whoever imports us keeps matplotlib as it was.
styled = plt.rc_context(STYLE)

# Characters that a name may have and XML may not, so that a browser would show no picture at all.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
MOST_LETTERS = 160  # of any one text; titles of ours are shorter


def shortened(name: object, letters: int = 32) -> str:
    """A name as a figure shows it: on one line, printable, and not so long that nothing is left of the axes."""
    text = one_line(str(name))
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"


@styled  # axes make their ticks only when they are drawn
def save(figure: Figure, path: Path, *, caption: str = "", page: bool = True, dpi: int = 110) -> bytes:
    """Write an SVG, and give the same figure as PNG of `dpi` for the page, if it is to be shown there.

    caption : what the SVG says of itself (`dc:description`), so that it can be taken from the folder without the page.
    """
    # Canvases draw once where `savefig` draws twice for a layout, and it lays out again for every file.
    figure.set_dpi(max(120, dpi))  # of images in the SVG
    for text in figure.findobj(Text):
        if len(text.get_text()) > MOST_LETTERS:
            text.set_text(text.get_text()[: MOST_LETTERS - 1] + "…")
    drawn, png = io.StringIO(), io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # an empty box stands for a letter that no font here has
        told = {"Description": caption} if caption else {}
        FigureCanvasSVG(figure).print_svg(drawn, metadata={"Date": None} | told)
        path.write_text(NOT_XML.sub("\ufffd", drawn.getvalue()), encoding="utf-8")
        if page:
            figure.set_layout_engine("none")  # laid out already
            figure.set_dpi(dpi)
            canvas = FigureCanvasAgg(figure)
            canvas.draw()
            in_few_colours(np.asarray(canvas.buffer_rgba())[..., :3]).save(png, "png")
    plt.close(figure)
    return png.getvalue()


def in_few_colours(pixels: np.ndarray) -> Image.Image:
    """A picture with a palette of 256 colours, a third of the bytes; white stays white, others move by some hundredths.

    pixels : uint8, shape (height, width, 3).
    """
    drawn = Image.fromarray(np.ascontiguousarray(pixels)).quantize(
        256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
    )
    white = np.flatnonzero((pixels == 255).all(axis=-1))
    if len(white):
        at, palette = np.asarray(drawn).flat[white[0]], drawn.getpalette() or []
        palette[3 * at : 3 * at + 3] = [255, 255, 255]  # as mean of white and what is nearly so, paper would be tinted
        drawn.putpalette(palette)
    return drawn
