"""Attention by distance along the sequence, inside helices and strands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from regard.plot.style import BLUE, GREY, ORANGE, styled

Line = tuple[str, np.ndarray]


@styled
def by_offset(panels: Mapping[str, tuple[Sequence[Line], np.ndarray, int]], title: str) -> Figure:
    """A panel a kind of segment: attention inside over that of all pairs at the same offset.

    panels : for each kind the lines (name, (offsets,)), the first blue, the second orange; median and 95th percentile
    of moved segments for the first, (2, offsets); and the offset to mark.
    """
    figure, axes = plt.subplots(
        1, len(panels), figsize=(4.6 * len(panels) + 0.6, 3.2), layout="constrained", squeeze=False
    )
    figure.suptitle(title, fontsize=10)
    for (name, (lines, usual, peak)), ax in zip(panels.items(), axes[0], strict=True):
        at = np.arange(1, usual.shape[1] + 1)
        ax.fill_between(at, usual[0], usual[1], color=GREY, alpha=0.25, linewidth=0, label="moved segments, 50 to 95 %")
        for (words, values), colour, style in zip(lines, (BLUE, ORANGE), ("-", "--"), strict=False):
            ax.plot(at, values, style, color=colour, marker="o", markersize=3, linewidth=1.2, label=words)
        ax.axhline(1, color="black", linewidth=0.6)
        ax.axvline(peak, color="black", linewidth=0.7, linestyle=":")
        ax.set_xticks(at)
        ax.set_xlabel("residues apart")
        ax.set_ylabel("attention inside,\nover all pairs as far apart")
        ax.set_title(name)
        ax.legend(fontsize=7)
    return figure
