"""Scores along a sequence, above one another on one base-pair axis."""

from __future__ import annotations

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from regard.plot.style import BLUE, GREY, ORANGE, shortened, styled


def track(ax: Axes, values: np.ndarray, *, colour: str = BLUE, label: str = "") -> Axes:
    """One score a position as a filled line."""
    ax.fill_between(np.arange(len(values)), values, np.nanmin([0, *values]), color=colour, alpha=0.35, linewidth=0)
    ax.plot(values, color=colour, linewidth=0.8)
    ax.set_ylabel(label, rotation=0, ha="right", va="center")
    ax.set_yticks([])
    return ax


def boxes(ax: Axes, features: list[tuple[str, np.ndarray]]) -> Axes:
    """One row a feature: boxes where its boolean array, (length,), is True."""
    for row, (_, covered) in enumerate(features):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], covered.astype(int), [0]])))
        spans = [(start - 0.5, end - start) for start, end in zip(edges[::2], edges[1::2], strict=True)]
        ax.broken_barh(spans, (row - 0.35, 0.7), color=GREY)
    ax.set_yticks(range(len(features)), [shortened(name, 40) for name, _ in features])
    ax.set_ylim(len(features) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0, labelsize=8)
    return ax


def rows_of(
    heights: list[float], title: str, length: int, *, tss: int | None = None, right: float = 0.15, width: float = 9
) -> tuple[Figure, list[Axes]]:
    """A figure of rows above one another on one base-pair axis, 0.83 inches for a height of 1; the TSS, if any, marked.

    right : inches to the right of the rows, for a legend. width : inches of the figure.
    """
    # Places in inches: searching for room, as layout engines do it, would take longer than drawing.
    top, bottom, between = 0.17 * title.count("\n") + 0.45, 0.5, 0.12
    height = 0.83 * sum(heights) + between * (len(heights) - 1) + top + bottom
    figure, axes = plt.subplots(
        len(heights), sharex=True, squeeze=False, figsize=(width, height), height_ratios=heights
    )
    mean = 0.83 * sum(heights) / len(heights)
    figure.subplots_adjust(1.4 / width, bottom / height, 1 - right / width, 1 - top / height, hspace=between / mean)
    figure.suptitle(title, fontsize=10, y=1 - 0.05 / height, va="top")
    for ax in axes[:-1, 0]:
        ax.xaxis.set_visible(False)  # the lowest row's ticks are enough, and ticks are half of the drawing
    axes[-1, 0].set_xlabel("position (bp)")
    axes[-1, 0].set_xlim(-0.5, length - 0.5)
    if tss is not None:
        for ax in axes[:, 0]:
            ax.axvline(tss, color="black", linewidth=0.7, linestyle=":")
        axes[0, 0].annotate("TSS", (tss, 1), xycoords=("data", "axes fraction"), ha="center", va="bottom", fontsize=8)
    return figure, list(axes[:, 0])


@styled
def stacked(
    tracks: list[tuple[str, np.ndarray]],
    features: list[tuple[str, np.ndarray]],
    title: str,
    tss: int | None,
    *,
    width: float = 9,
) -> Figure:
    """Attention (blue) first, then the scores it is compared with (orange), then features."""
    heights = [1.0] * len(tracks) + [0.16 * len(features) + 0.1] * bool(features)
    figure, axes = rows_of(heights, title, len(tracks[0][1]), tss=tss, width=width)
    for i, (ax, (name, values)) in enumerate(zip(axes, tracks, strict=False)):
        track(ax, values, colour=BLUE if i == 0 else ORANGE, label=name)
    if features:
        boxes(axes[-1], features)
    return figure
