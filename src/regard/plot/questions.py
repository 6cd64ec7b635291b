"""The figures beside the answers: where heads differ, means of classes, one number a sequence, agreement."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from regard.core.evidence import SUPPORTED
from regard.plot.profiles import COLOURS, profile
from regard.plot.style import BLUE, CONTRAST, GREY, ORANGE, shortened, styled

METHOD_COLOURS = (BLUE, ORANGE, "black", GREY)  # attention is blue in every figure


@styled
def positions_figure(
    groups: dict[str, np.ndarray], difference: np.ndarray, heads: list[str], marks: np.ndarray, width: int,
    tss: int | None = None, *, log2: bool = True,
) -> Figure:  # fmt: skip
    """Attention that each base receives, class beside class; below it where heads differ.

    groups : mean of heads, (sequences, length), of each class. The rest as in `head_positions`.
    """
    figure, (above, below) = plt.subplots(2, figsize=(7.2, 3.9), height_ratios=(1, 1.7), layout="constrained")
    profile(above, groups)
    above.set_xlim(0, next(iter(groups.values())).shape[1])
    above.set_ylabel("attention received,\nmean of heads" + (" (log2)" if log2 else ""), fontsize=8)
    above.legend(fontsize=7, loc="upper left")
    if tss is not None:
        above.axvline(tss, color="black", linewidth=0.8, linestyle=":")
    head_positions(below, difference, heads, marks, width, tss)
    return figure


@styled
def head_positions(
    ax: Axes, difference: np.ndarray, heads: list[str], marks: np.ndarray, width: int, tss: int | None = None
) -> Axes:
    """Heads as rows, bins of positions as columns; a dot where a head attends more in the first class, a ring for less.

    difference : standardised difference of means, (heads, bins); marks, 1, −1 or 0, the same shape.
    width : bases a bin.
    """
    limit = max(1.0, float(np.abs(difference).max()))
    extent = (0, difference.shape[1] * width, len(heads) - 0.5, -0.5)
    image = ax.imshow(difference, cmap=CONTRAST, vmin=-limit, vmax=limit, aspect="auto", extent=extent)
    for sign, face in ((1, "black"), (-1, "none")):
        row, column = np.nonzero(marks == sign)
        ax.scatter((column + 0.5) * width, row, s=9, facecolors=face, edgecolors="black", linewidths=0.7, zorder=3)
    ax.set_yticks(range(len(heads)), heads, fontsize=7)
    ax.set_xlabel("position (bp)")
    if tss is not None:
        ax.axvline(tss, color="black", linewidth=0.8, linestyle=":")
        ax.annotate(" TSS", (tss, 0.99), xycoords=("data", "axes fraction"), ha="left", va="top", fontsize=7)
    ax.figure.colorbar(image, ax=ax, label="difference / standard deviation")
    return ax


@styled
def intervals(ax: Axes, groups: dict[str, np.ndarray], names: list[str], label: str) -> Axes:
    """Mean and 95 % interval (normal) of several numbers a sequence, classes beside each other.

    groups : for each class, shape (sequences, len(names)).
    """
    for i, (colour, (name, values)) in enumerate(zip(COLOURS, groups.items(), strict=False)):
        at = np.arange(len(names)) + 0.16 * (i - (len(groups) - 1) / 2)
        error = 1.96 * values.std(axis=0) / np.sqrt(len(values))
        ax.errorbar(
            at, values.mean(axis=0), error, fmt="o", ms=4, color=colour, label=f"{shortened(name)} (n = {len(values)})"
        )
    ax.set_xticks(range(len(names)), names, rotation=90 if len(names) > 6 else 0)
    ax.set_ylabel(label)
    return ax


@styled
def strips(ax: Axes, groups: dict[str, np.ndarray], label: str, *, seed: int = 0) -> Axes:
    """One dot a sequence, jittered, and the median of each class."""
    rng = np.random.default_rng(seed)
    for i, (colour, values) in enumerate(zip(COLOURS, groups.values(), strict=False)):
        ax.scatter(i + rng.uniform(-0.22, 0.22, len(values)), values, s=8, color=colour, alpha=0.5, linewidth=0)
        ax.plot([i - 0.3, i + 0.3], [np.median(values)] * 2, color="black", linewidth=1.4)
    ax.set_xticks(range(len(groups)), [f"{shortened(name)}\n(n = {len(values)})" for name, values in groups.items()])
    ax.set_ylabel(label)
    return ax


@styled
def agreement(ax: Axes, table: pd.DataFrame, methods: list[str]) -> Axes:
    """AUPRC over prevalence of each method (colours) on each annotation (rows), with intervals.

    Filled where supported. table : one row a method and annotation, columns as in `evidence.tsv`.
    """
    annotations = list(dict.fromkeys(table.annotation))
    for i, (colour, method) in enumerate(zip(METHOD_COLOURS, methods, strict=False)):
        of = table[table.method == method].set_index("annotation").reindex(annotations)
        y = np.arange(len(annotations)) + 0.15 * (i - (len(methods) - 1) / 2)
        fold, low, high = ((of[c] / of.prevalence).to_numpy(float) for c in ("value", "ci_low", "ci_high"))
        ax.hlines(y, low, high, color=colour, linewidth=1)
        face = [colour if v == SUPPORTED else "white" for v in of.verdict]
        ax.scatter(fold, y, s=22, facecolors=face, edgecolors=colour, label=method, zorder=3)
    ax.axvline(1, color="black", linewidth=0.6, linestyle=":")
    ax.set_yticks(range(len(annotations)), annotations)
    ax.set_ylim(len(annotations) - 0.5, -0.5)
    ax.set_xlabel("AUPRC / prevalence (1 = random ranking); filled: supported")
    ax.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    return ax
