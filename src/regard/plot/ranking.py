"""How well element–gene pairs are ranked: precision and recall, and average precision by distance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from regard.core.evidence import SUPPORTED
from regard.judge.metrics import Ranking, average_precision
from regard.judge.pairs import LEAD
from regard.plot.style import BLUE, GREY, ORANGE, styled

COLOUR = {"baseline": GREY, "measured": ORANGE, "model": BLUE}
MARKERS = {"baseline": "D<>d", "measured": "s^vPX", "model": "ohp8*"}
LINES = ("-", "--", "-.", ":")


def look(kinds: Mapping[str, str]) -> dict[str, dict]:
    """Colour by kind (baseline, measured, model), marker and line by place within it, so that grey prints tell them."""
    seen: dict[str, int] = {}
    styles = {}
    for name, kind in kinds.items():
        i = seen[kind] = seen.get(kind, -1) + 1
        styles[name] = {
            "color": COLOUR[kind],
            "ls": LINES[i % len(LINES)],
            "marker": MARKERS[kind][i % len(MARKERS[kind])],
        }
    return styles


@styled
def recall_curves(
    scores: Mapping[str, np.ndarray], labels: np.ndarray, kinds: Mapping[str, str], called: np.ndarray | None = None
) -> Figure:
    """Precision over recall of each method, a step curve; a dot where ABC's threshold lies.

    scores : shape (pairs,) each; labels : bool, shape (pairs,); called : bool, pairs that ABC calls.
    """
    figure, ax = plt.subplots(figsize=(6.5, 4.6), layout="constrained")
    auprc = {name: average_precision(Ranking(values), labels) for name, values in scores.items()}
    styles = look(kinds)
    for name in sorted(auprc, key=auprc.__getitem__, reverse=True):
        hit, miss = Ranking(scores[name]).counts(labels)
        precision, recall = hit / (hit + miss), np.append(0, hit / labels.sum())
        style = {key: value for key, value in styles[name].items() if key != "marker"}
        label = f"{name} {auprc[name]:.3f}"
        ax.step(recall, np.append(precision[0], precision), where="pre", lw=1.4, label=label, **style)
    if called is not None and called.any():
        at = (labels & called).sum() / labels.sum(), labels[called].mean()
        ax.plot(*at, "o", color=ORANGE, mec="black", ms=6, clip_on=False, zorder=5, label="ABC's threshold")
    ax.axhline(labels.mean(), color="black", lw=0.8, ls=":", label=f"prevalence {labels.mean():.3f}")
    ax.set(xlabel="recall (share of regulated pairs found)", ylabel="precision", xlim=(0, 1), ylim=(0, 1.02))
    ax.legend(title="AUPRC", fontsize=8, loc="upper right")
    return figure


@styled
def by_distance(evidence: pd.DataFrame, items: Sequence[str], kinds: Mapping[str, str]) -> Figure:
    """AUPRC of each method in each distance bin, and its lead on the baseline, with 95 % intervals.

    evidence : rows as `compare_pairs` gives them; items : bins from left to right.
    """
    figure, (above, below) = plt.subplots(2, 1, sharex=True, figsize=(9, 6), height_ratios=[3, 2], layout="constrained")
    auprc = evidence[evidence.metric == "auprc"]
    draw_bins(above, auprc, items, kinds)
    names = []
    for at, item in enumerate(items):
        first = auprc[auprc.item == item].iloc[0]
        above.hlines(
            first.prevalence, at - 0.42, at + 0.42, color="black", lw=1, ls=":", label="" if at else "prevalence"
        )
        names.append(f"{item}\n{first.positives} of {first.n:,}")
    above.set(ylabel="AUPRC", ylim=(0, 1))
    figure.legend(*above.get_legend_handles_labels(), fontsize=8, ncols=6, loc="outside upper center")
    draw_bins(below, evidence[evidence.metric == LEAD], items, kinds)
    below.axhline(0, color=GREY, lw=1)
    below.set(ylabel="lead in AUPRC on distance", xlabel="distance of element and TSS (regulated of all pairs)")
    below.set_xticks(range(len(items)), names)
    below.set_xlim(-0.5, len(items) - 0.5)
    return figure


def draw_bins(ax: Axes, rows: pd.DataFrame, items: Sequence[str], kinds: Mapping[str, str]) -> Axes:
    """A dot and an interval for each method in each bin; filled where its verdict is `supported`."""
    styles, wide = look(kinds), 0.7 / max(len(kinds), 1)
    for i, name in enumerate(kinds):
        for row in rows[rows.method == name].itertuples():
            x = list(items).index(row.item) + (i - (len(kinds) - 1) / 2) * wide
            colour, marker = styles[name]["color"], styles[name]["marker"]
            ax.vlines(x, row.ci_low, row.ci_high, color=colour, lw=1.4)
            filled = colour if row.verdict == SUPPORTED else "white"
            ax.plot(x, row.value, marker=marker, color=colour, mfc=filled, ms=6, ls="", clip_on=False)
        ax.plot([], [], marker=styles[name]["marker"], color=styles[name]["color"], ls="", label=name)
    return ax
