"""Mean scores of groups of sequences along the position, with their standard errors."""

from __future__ import annotations

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from regard.plot.style import BLUE, GREY, ORANGE, shortened, styled

COLOURS = (ORANGE, BLUE, GREY)  # the class asked about is blue wherever there are two


def profile(ax: Axes, groups: dict[str, np.ndarray]) -> Axes:
    """Mean ± standard error of each group, values shape (sequences, length)."""
    for colour, (name, values) in zip(COLOURS, groups.items(), strict=False):
        mean = np.nanmean(values, axis=0)
        error = np.nanstd(values, axis=0) / np.sqrt(len(values))
        ax.fill_between(np.arange(len(mean)), mean - error, mean + error, color=colour, alpha=0.3, linewidth=0)
        ax.plot(mean, color=colour, linewidth=0.9, label=f"{shortened(name)} (n = {len(values)})")
    return ax


@styled
def head_profiles(heads: dict[str, dict[str, np.ndarray]], label: str, title: str) -> Figure:
    """A panel for each head: {head: {class: values (sequences, length)}}."""
    # Places in inches: searching for room, as layout engines do it, would take longer than drawing.
    width, height = 11, 7.5
    across = int(np.ceil(np.sqrt(len(heads))))
    figure, axes = plt.subplots(-(-len(heads) // across), across, sharex=True, figsize=(width, height), squeeze=False)
    figure.subplots_adjust(0.8 / width, 0.75 / height, 1 - 0.1 / width, 1 - 0.6 / height, wspace=0.2, hspace=0.25)
    figure.suptitle(title, fontsize=11, y=1 - 0.06 / height, va="top")
    for ax, (name, groups) in zip(axes.flat, heads.items(), strict=False):
        profile(ax, groups)
        ax.axhline(0, color="black", linewidth=0.4)
        ax.set_title(name)
    for ax in axes.flat[len(heads) :]:
        ax.set_axis_off()
    for ax in axes[-1]:
        ax.set_xlabel("position (bp)")
    figure.supylabel(label, fontsize=9, x=0.08 / width, ha="left")
    handles, names = axes.flat[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="lower center", ncols=3)
    return figure
