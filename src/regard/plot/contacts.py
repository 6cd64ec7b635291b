"""Contact maps against scores, and how precise the best pairs are."""

from __future__ import annotations

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from regard.plot.style import BLUE, GREY, ORANGE, styled


def contact_map(
    ax: Axes, contacts: np.ndarray, scores: np.ndarray, known: np.ndarray, *, seams: list[int] | None = None
) -> Axes:
    """Contacts of the structure above the diagonal, the best L scored pairs below it.

    contacts, known : bool, (L, L); only known pairs i < j are ranked. A right pair is a filled blue dot, a wrong
    one an open orange ring. Dotted lines are the seams of windows. Residues count from 1 on both axes.
    """
    size = len(contacts)
    i, j = np.nonzero(known & contacts)
    a, b = np.nonzero(known & ~np.isnan(scores))
    best = np.argsort(-scores[a, b], kind="stable")[:size]
    a, b = a[best], b[best]
    right = contacts[a, b]
    dot = np.clip((260 / size) ** 2 * 2.2, 1.2, 16)
    ax.scatter(j + 1, i + 1, s=dot, color=GREY, marker="s", linewidths=0)
    ax.scatter(a[right] + 1, b[right] + 1, s=dot * 1.2, color=BLUE, linewidths=0)
    ax.scatter(a[~right] + 1, b[~right] + 1, s=dot * 1.4, facecolors="none", edgecolors=ORANGE, linewidths=0.8)
    ax.plot([1, size], [1, size], color="black", linewidth=0.5)
    for seam in seams or []:
        ax.axvline(seam + 0.5, color="black", linewidth=0.5, linestyle=":")
        ax.axhline(seam + 0.5, color="black", linewidth=0.5, linestyle=":")
    ax.set_xlim(0.5, size + 0.5)
    ax.set_ylim(size + 0.5, 0.5)
    ax.set_aspect("equal")
    ax.set_xlabel("residue")
    return ax


@styled
def contact_maps(panels: list[tuple[str, np.ndarray]], contacts, known, title: str, *, seams=None) -> Figure:
    """One contact map a method, side by side; panels are (method, scores)."""
    figure, axes = plt.subplots(
        1, len(panels), figsize=(3.5 * len(panels) + 0.3, 4.6), layout="constrained", sharey=True, squeeze=False
    )
    figure.suptitle(title, fontsize=10)
    for ax, (name, scores) in zip(axes[0], panels, strict=True):
        contact_map(ax, contacts, scores, known, seams=seams)
        ax.set_title(name)
    axes[0, 0].set_ylabel("residue")
    marks = [
        Line2D([], [], color=GREY, marker="s", linestyle="", markersize=4),
        Line2D([], [], color=BLUE, marker="o", linestyle="", markersize=4),
        Line2D([], [], color=ORANGE, marker="o", linestyle="", markersize=4, fillstyle="none"),
    ]
    words = ["contact in the structure (above the diagonal)", "scored, a contact", "scored, no contact"]
    figure.legend(marks, words, loc="outside lower center", ncols=3)
    return figure


@styled
def precision_bars(rows: dict[str, list[tuple[str, float, float, float, bool]]], title: str) -> Figure:
    """Precision of the best-ranked pairs, a panel for each range: {range: [(method, value, low, high, attention?)]}.

    The base rate is the entry named "base rate", drawn as a line. Attention is blue, everything else orange.
    """
    panels = len(rows)
    count = max(len(r) for r in rows.values())
    figure, axes = plt.subplots(
        1, panels, figsize=(2.5 * panels + 3.2, 0.27 * count + 1.3), layout="constrained", sharey=True, squeeze=False
    )
    figure.suptitle(title, fontsize=10)
    ends = [max(value, high) if high == high else value for r in rows.values() for _, value, _, high, _ in r]
    widest = min(1.0, 1.08 * max(ends))  # one scale for all panels
    for ax, (name, bars) in zip(axes[0], rows.items(), strict=True):
        base = [value for method, value, *_ in bars if method == "base rate"]
        shown = [bar for bar in bars if bar[0] != "base rate"]
        for k, (_, value, low, high, attention) in enumerate(shown):
            colour, hatch = (BLUE, "") if attention else (ORANGE, "///")
            ax.barh(k, value, color=colour, height=0.66, hatch=hatch, alpha=0.9)
            if np.isfinite(low):
                ax.plot([low, high], [k, k], color="black", linewidth=1)
        if base:
            ax.axvline(base[0], color="black", linewidth=0.9, linestyle="--")
        ax.set_yticks(range(len(shown)), [bar[0] for bar in shown], fontsize=8)
        ax.invert_yaxis() if ax is axes[0, 0] else None
        ax.set_xlim(0, widest)
        ax.set_title(f"{name} residues apart")
    figure.supxlabel("share that touch", fontsize=9)
    return figure
