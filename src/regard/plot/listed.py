"""Scores of a list of variants along their protein, by label."""

from __future__ import annotations

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from regard.plot.style import BLUE, GREY, ORANGE, styled


@styled
def along_protein(place: np.ndarray, score: np.ndarray, worse: np.ndarray, title: str) -> Figure:
    """A dot a variant: residue from left to right, log ratio upwards; orange those labelled worse, grey without label.

    place : 1-based. worse : 1, 0 or NaN. All of shape (variants,).
    """
    figure, ax = plt.subplots(figsize=(10, 2.8), layout="constrained")
    better, bad = worse == 0, worse == 1
    for colour, name, part in (
        (GREY, "no label", np.isnan(worse)), (BLUE, "the better class", better), (ORANGE, "the worse class", bad)
    ):  # fmt: skip
        if part.any():
            ax.scatter(place[part], score[part], s=9, color=colour, label=name, linewidths=0, alpha=0.8)
    if not np.isnan(worse).all():
        ax.legend(fontsize=7, loc="lower right")
    ax.axhline(0, color="black", linewidth=0.6)
    ax.set_xlabel("residue (1 = first of the sequence)")
    ax.set_ylabel("log p(mutant) −\nlog p(wild type)")
    ax.set_title(title)
    return figure
