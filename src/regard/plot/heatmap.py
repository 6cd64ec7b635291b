"""Attention maps side by side on one colour scale."""

from __future__ import annotations

from itertools import chain

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from regard.plot.style import CONTRAST, styled

LIMIT = 6.0  # log2: 64 times more or less than uniform


def relative_to_uniform(attention: np.ndarray, *, causal: bool = True) -> np.ndarray:
    """log2 of attention over uniform attention, (..., query, key); NaN above the diagonal of a causal map."""
    n = attention.shape[-1]
    if not causal:
        return np.log2(np.maximum(attention * n, 2.0**-10))
    rank = np.arange(n)
    enriched = attention * (rank[:, None] + 1.0)
    return np.where(rank[:, None] >= rank, np.log2(np.maximum(enriched, 2.0**-10)), np.nan)


def heatmap(ax: Axes, values: np.ndarray, *, tss: int | None = None) -> Axes:
    """Draw one (query, key) map; base pairs on both axes, 0 = uniform, the TSS as a thin line."""
    ax.imshow(values, cmap=CONTRAST, vmin=-LIMIT, vmax=LIMIT, interpolation="nearest", aspect="equal")
    if tss is not None:
        ax.axvline(tss, color="black", linewidth=0.6, linestyle=":")
        ax.axhline(tss, color="black", linewidth=0.6, linestyle=":")
    ticks = np.arange(0, len(values), 100 if len(values) > 150 else 20)
    ax.set_xticks(ticks, ticks)
    ax.set_yticks(ticks, ticks)
    return ax


@styled
def side_by_side(
    columns: list[tuple[str, np.ndarray, int | None]], panel_names: list[str], title: str, *, unit: str = "bp"
) -> Figure:
    """A square grid of maps for each column, the columns beside each other on one colour scale.

    columns : (title, maps as `relative_to_uniform` gives them, shape (maps, query, key), TSS or None).
    panel_names : names of the maps. unit : what positions count; a TSS is drawn where they are bases.
    """
    across = int(np.ceil(np.sqrt(len(panel_names))))
    down = -(-len(panel_names) // across)
    # Places in inches: searching for room, as layout engines do it, would take longer than drawing.
    width, height = 4.6 * len(columns) + 0.9, 5.2
    figure = plt.figure(figsize=(width, height))
    figure.suptitle(title, fontsize=11, y=1 - 0.06 / height, va="top")
    for i, (name, maps, tss) in enumerate(columns):
        left = 4.6 * i
        figure.text((left + 2.4) / width, 1 - 0.3 / height, name, fontsize=9, ha="center", va="top")
        grid = figure.add_gridspec(
            down, across, left=(left + 0.58) / width, right=(left + 4.45) / width, bottom=0.45 / height,
            top=1 - 0.8 / height, wspace=0.08, hspace=0.14,
        )  # fmt: skip
        axes = grid.subplots(sharex=True, sharey=True, squeeze=False)
        for ax, one, panel in zip(axes.flat, maps, panel_names, strict=False):
            heatmap(ax, one, tss=tss if unit == "bp" else None)
            ax.set_title(panel, pad=3)
        for ax in axes.flat[len(panel_names) :]:
            ax.remove()
        for ax in axes[-1]:
            ax.set_xlabel(f"key ({unit})")
        for ax in axes[:, 0]:
            ax.set_ylabel(f"query ({unit})")
    scale = ScalarMappable(Normalize(-LIMIT, LIMIT), CONTRAST)
    bar = figure.colorbar(scale, cax=figure.add_axes((1 - 0.8 / width, 0.2, 0.15 / width, 0.6)), extend="both")
    bar.set_label("attention relative to uniform (log2)")
    return figure


@styled
def with_other_maps(figure: Figure, columns: list[np.ndarray], panel_names: list[str], title: str) -> Figure:
    """The figure that `side_by_side` made, with other maps of the same size: a third less to do than for a new one.

    columns : maps of each column, shape (maps, query, key).
    """
    figure.suptitle(title)
    panels = [ax for ax in figure.axes if ax.images]
    for ax, one, panel in zip(panels, chain(*columns), panel_names * len(columns), strict=True):
        ax.images[0].set_data(one)
        ax.set_title(panel)
    return figure
