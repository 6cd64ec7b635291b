"""Maps of attention heads on one scale of colours: small ones in a grid, each in full as a picture of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from PIL import Image

from regard.plot.style import CONTRAST, styled

STEPS = 7  # of colour to each side of uniform attention; each doubles or halves it
MISSING = 2 * STEPS + 1  # the level of a pair that no window holds
COLOURS = ListedColormap([*CONTRAST(np.linspace(0, 1, MISSING)), (0.87, 0.87, 0.87, 1.0)])
SCALE = (
    "white: as much as if attention were shared out evenly; each step of orange doubles it, each step of blue halves it"
)
BETWEEN = 2  # pixels between small maps


def levels(attention: np.ndarray, even: float) -> np.ndarray:
    """Steps of colour, uint8: log2 of attention over even attention, rounded, from 0 to 2 × STEPS; MISSING for NaN.

    attention : any shape, 0 or more. even : attention of a residue that looks at all others alike.

    Examples
    --------
    >>> import numpy as np
    >>> levels(np.array([0.25, 1.0, 0.0, np.nan]), 0.25).tolist()
    [7, 9, 0, 15]
    """
    # The exponent of a float32 is the whole part of its log2; the root of 2 makes it the rounded one.
    times = np.asarray(attention, dtype=np.float32) * np.float32(np.sqrt(2) / even)
    steps = (np.ascontiguousarray(times).view(np.int32) >> 23) - (127 - STEPS)
    return np.where(np.isnan(times), MISSING, np.clip(steps, 0, 2 * STEPS)).astype(np.uint8)


def blocks_of(steps: np.ndarray, block: int) -> np.ndarray:
    """The highest step of each block × block pairs, so that a lone strong pair stays; MISSING where all are.

    steps : uint8, (L, L). Returns (side, side), side = L / block, rounded up.

    Examples
    --------
    >>> import numpy as np
    >>> blocks_of(np.array([[1, 2, 15], [3, 4, 15], [5, 15, 15]]), 2).tolist()
    [[4, 15], [5, 15]]
    """
    length = len(steps)
    side = -(-length // block)
    whole = np.full((side * block,) * 2, -1, dtype=np.int16)
    whole[:length, :length] = np.where(steps == MISSING, -1, steps.astype(np.int16))
    highest = whole.reshape(side, block, side, block).max(axis=(1, 3))
    return np.where(highest < 0, MISSING, highest).astype(np.uint8)


def highest_of(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The higher step of two maps at each place; MISSING only where both are."""
    return np.where(one == MISSING, other, np.where(other == MISSING, one, np.maximum(one, other)))


def write_map(path: Path, steps: np.ndarray) -> None:
    """A map as PNG of 16 colours, a pixel a pair; row = query.

    steps : as `levels` gives them, (L, L).
    """
    picture = Image.fromarray(steps, "P")
    picture.putpalette((COLOURS(np.arange(MISSING + 1))[:, :3] * 255).round().astype(np.uint8).ravel().tolist())
    picture.save(path, "png", bits=4, compress_level=4)


def read_map(path: Path) -> np.ndarray:
    """The steps that `write_map` wrote, uint8, (L, L)."""
    with Image.open(path) as picture:
        return np.asarray(picture).copy()


def draw_levels(ax: Axes, steps: np.ndarray, extent: tuple[float, float, float, float], aspect: str = "equal"):
    return ax.imshow(
        steps, cmap=COLOURS, vmin=-0.5, vmax=MISSING + 0.5, extent=extent, aspect=aspect, interpolation="nearest"
    )


def colour_bar(figure: Figure, image, axes) -> None:
    bar = figure.colorbar(image, ax=axes, shrink=0.6, aspect=25, boundaries=np.arange(MISSING + 1) - 0.5)
    ticks = [0, STEPS // 2, STEPS, STEPS + STEPS // 2 + 1, 2 * STEPS]
    bar.set_ticks(ticks, labels=[f"{2.0 ** (t - STEPS):.3g} ×" for t in ticks])
    bar.ax.tick_params(length=0)
    bar.set_label("attention, times even")


@styled
def head_grid(small: np.ndarray, layers: int, even: float, title: str) -> Figure:
    """Small maps of all heads, a row a layer, on one scale.

    small : (layers × heads, side, side), layer by layer. even : attention of a residue that looks at all others alike.
    """
    count, side, _ = small.shape
    heads, step = count // layers, side + BETWEEN
    tiles = np.full((layers * step, heads * step), np.nan, dtype=np.float32)
    shown = np.ma.masked_all(tiles.shape, dtype=np.uint8)
    for number, steps in enumerate(levels(small, even)):
        top, left = number // heads * step, number % heads * step
        shown[top : top + side, left : left + side] = steps
    width = 10.0
    figure, ax = plt.subplots(
        figsize=(width, 0.86 * width * layers / heads + 0.8 if heads > 1 else width), layout="constrained"
    )
    image = draw_levels(ax, shown, (0, heads * step, layers * step, 0))
    for side_ in ("left", "bottom"):
        ax.spines[side_].set_visible(False)
    ax.set_xticks([(h + 0.5) * step for h in range(heads)], [str(h + 1) for h in range(heads)])
    ax.set_yticks([(k + 0.5) * step for k in range(layers)], [str(k + 1) for k in range(layers)])
    ax.tick_params(length=0, labelsize=7)
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    ax.set_xlabel("head")
    ax.set_ylabel("layer")
    ax.set_title(title)
    colour_bar(figure, image, ax)
    return figure


@styled
def whole_map(attention: np.ndarray, even: float, title: str, *, contacts: np.ndarray | None = None) -> Figure:
    """One head's map with axes of residues; pairs that touch in the structure as small rings, if given.

    attention, contacts : (L, L), row = query.
    """
    length = len(attention)
    figure, ax = plt.subplots(figsize=(7.6, 6.6), layout="constrained")
    image = draw_levels(ax, levels(attention, even), (0.5, length + 0.5, length + 0.5, 0.5))
    if contacts is not None:
        query, key = np.nonzero(contacts)
        ax.scatter(
            key + 1, query + 1, s=min(30.0, (200 / length) ** 2 * 4), facecolors="none", edgecolors="black",
            linewidths=0.4, rasterized=True,
        )  # fmt: skip
    ax.set_xlabel("key: the residue looked at")
    ax.set_ylabel("query: the residue that looks")
    ax.set_title(title)
    colour_bar(figure, image, ax)
    return figure


@styled
def heads_by_residue(
    panels: list[tuple[str, np.ndarray]], layers: int, even: float, title: str, *, marked: list[int]
) -> Figure:
    """A row a head and a column a residue, a panel above another; residues looked from are dotted.

    panels : name and attention, (layers × heads, L), layer by layer; NaN is left grey. marked : 0-based residues.
    """
    count, length = panels[0][1].shape
    each = count // layers
    figure, axes = plt.subplots(
        len(panels), 1, sharex=True, squeeze=False, layout="constrained",
        figsize=(10, len(panels) * min(4.6, 0.9 + 0.03 * count) + 0.5),
    )  # fmt: skip
    figure.suptitle(title, fontsize=10)
    image = None
    for (name, attention), ax in zip(panels, axes[:, 0], strict=True):
        image = draw_levels(ax, levels(attention, even), (0.5, length + 0.5, count - 0.5, -0.5), "auto")
        for layer in range(1, layers):
            ax.axhline(layer * each - 0.5, color="black", linewidth=0.3)
        shown = range(0, layers, max(1, layers // 12))
        ax.set_yticks([(layer + 0.5) * each - 0.5 for layer in shown], [str(layer + 1) for layer in shown])
        ax.tick_params(axis="y", length=0)
        ax.set_ylabel("layer (a row a head)")
        ax.set_title(name)
        for place in marked:
            ax.axvline(place + 1, color="black", linewidth=0.7, linestyle=":")
    axes[-1, 0].set_xlabel("residue (1 = first of the sequence)")
    colour_bar(figure, image, axes[:, 0].tolist())
    return figure
