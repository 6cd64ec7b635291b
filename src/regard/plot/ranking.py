"""How well element–gene pairs are ranked: precision and recall, and average precision by distance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from regard.core.evidence import SUPPORTED
from regard.judge.metrics import Ranking, auroc, average_precision
from regard.judge.pairs import LEAD
from regard.judge.pairs import RECALL as FIXED  # the recall, and the precision, at which curves are marked
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
def curves(
    scores: Mapping[str, np.ndarray], labels: np.ndarray, kinds: Mapping[str, str], called: np.ndarray | None = None
) -> Figure:
    """Precision over recall and, beside it, ROC of each method, as steps; a method of two classes is one marker.

    A full dot is where recall reaches FIXED, an open one the most recall at a precision of FIXED or more.

    scores : shape (pairs,) each; labels : bool, shape (pairs,); called : bool, pairs that ABC calls.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(10.5, 4.8), layout="constrained")
    auprc = {name: average_precision(Ranking(values), labels) for name, values in scores.items()}
    styles = look(kinds)
    for name in sorted(auprc, key=auprc.__getitem__, reverse=True):
        ranking = Ranking(scores[name])
        draw_method(left, right, ranking.counts(labels), styles[name], f"{name} {auprc[name]:.3f}",
                    f"{name} {auroc(ranking, labels):.3f}")  # fmt: skip
    if called is not None and called.any():
        found, precision = (labels & called).sum() / labels.sum(), labels[called].mean()
        miss = (~labels & called).sum() / max((~labels).sum(), 1)
        for ax, at in ((left, (found, precision)), (right, (miss, found))):
            ax.plot(*at, "o", color=ORANGE, mec="black", ms=6, clip_on=False, zorder=5, label="ABC's threshold")
    left.axhline(labels.mean(), color="black", lw=0.8, ls=":", label=f"prevalence {labels.mean():.3f}")
    left.plot([FIXED, FIXED], [0, 1], color="black", lw=0.5, alpha=0.4, zorder=0)
    left.plot([0, 1], [FIXED, FIXED], color="black", lw=0.5, alpha=0.4, zorder=0)
    right.plot([0, 1], [0, 1], color="black", lw=0.8, ls=":", label="chance 0.500")
    left.set(xlabel="recall (share of regulated pairs found)", ylabel="precision", xlim=(0, 1), ylim=(0, 1.02))
    right.set(xlabel="share of other pairs called", ylabel="recall", xlim=(0, 1), ylim=(0, 1.02))
    left.legend(title="AUPRC", fontsize=8, loc="upper right")
    right.legend(title="AUROC", fontsize=8, loc="lower right")
    return figure


def draw_method(left: Axes, right: Axes, counts: tuple, style: dict, precise: str, ranked: str) -> None:
    """One method's curves, or its marker where it only tells two classes.

    counts : positives and negatives at or above each distinct score, (distinct,) each. precise, ranked : labels.
    """
    hit, miss = counts
    positives, negatives = hit[-1], max(miss[-1], 1)
    precision, recall, false = hit / (hit + miss), hit / positives, miss / negatives
    line = {key: value for key, value in style.items() if key != "marker"}
    if len(hit) <= 2:
        mark = {"color": style["color"], "marker": style["marker"], "ls": "", "ms": 7, "mfc": "white", "zorder": 4}
        left.plot(recall[0], precision[0], label=precise, clip_on=False, **mark)
        right.plot(false[0], recall[0], label=ranked, clip_on=False, **mark)
        return
    left.step(np.append(0, recall), np.append(precision[0], precision), where="pre", lw=1.4, label=precise, **line)
    right.plot(np.append(0, false), np.append(0, recall), lw=1.4, label=ranked, **line)
    at = int((recall >= FIXED - 1e-9).argmax())
    left.plot(recall[at], precision[at], "o", color=style["color"], ms=4, clip_on=False, zorder=4)
    reached = np.flatnonzero(precision >= FIXED - 1e-9)
    if len(reached):
        at = int(reached[-1])
        left.plot(recall[at], precision[at], "o", color=style["color"], mfc="white", ms=4, clip_on=False, zorder=4)


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
