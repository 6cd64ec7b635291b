"""Attention maps side by side on one colour scale."""

from __future__ import annotations

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from regard.plot.style import CONTRAST

LIMIT = 6.0  # log2: 64 times more or less than uniform


def relative_to_uniform(attention: np.ndarray) -> np.ndarray:
    """log2 of causal attention over uniform attention, (..., query, key); NaN above the diagonal."""
    n = attention.shape[-1]
    rank = np.arange(n)
    enriched = attention * (rank[:, None] + 1.0)
    return np.where(rank[:, None] >= rank, np.log2(np.maximum(enriched, 2.0**-10)), np.nan)


def heatmap(ax: Axes, values: np.ndarray, *, tss: int | None = None) -> Axes:
    """Draw one (query, key) map; base pairs on both axes, 0 = uniform, the TSS as a thin line."""
    ax.imshow(values, cmap=CONTRAST, vmin=-LIMIT, vmax=LIMIT, interpolation="nearest", aspect="equal")
    if tss is not None:
        ax.axvline(tss, color="black", linewidth=0.6, linestyle=":")
        ax.axhline(tss, color="black", linewidth=0.6, linestyle=":")
    ticks = np.arange(0, len(values), 100)
    ax.set_xticks(ticks, ticks)
    ax.set_yticks(ticks, ticks)
    return ax


def side_by_side(columns: list[tuple[str, np.ndarray, int | None]], panel_names: list[str], title: str) -> Figure:
    """A 2 × 2 grid of maps for each column, the columns beside each other on one colour scale.

    columns : (title, maps as `relative_to_uniform` gives them, shape (4, query, key), TSS or None).
    panel_names : names of the four maps.
    """
    figure = plt.figure(figsize=(4.6 * len(columns) + 0.9, 5.2), layout="constrained")
    figure.suptitle(title, fontsize=11)
    # The colour bar has a part of its own, so that all maps are of one size.
    ratios = [1] * len(columns) + [0.2]
    *parts, last = figure.subfigures(1, len(ratios), width_ratios=ratios, squeeze=False)[0]
    for part, (name, maps, tss) in zip(parts, columns, strict=True):
        part.suptitle(name, fontsize=9)
        axes = part.subplots(2, 2, sharex=True, sharey=True)
        for ax, one, panel in zip(axes.flat, maps, panel_names, strict=True):
            heatmap(ax, one, tss=tss)
            ax.set_title(panel)
        for ax in axes[1]:
            ax.set_xlabel("key (bp)")
        for ax in axes[:, 0]:
            ax.set_ylabel("query (bp)")
    scale = ScalarMappable(Normalize(-LIMIT, LIMIT), CONTRAST)
    bar = last.colorbar(scale, cax=last.add_axes((0.1, 0.2, 0.15, 0.6)), extend="both")
    bar.set_label("attention relative to uniform (log2)")
    return figure
