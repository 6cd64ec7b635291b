"""How scores of element–gene pairs go with how far expression changed when the element was silenced."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import rankdata, spearmanr

from regard.plot.style import GREY, ORANGE, shortened, styled

WIDE, MOST = 3, 9  # panels in a row, and in all
SPREAD = 0.18  # of a class, so that its pairs do not lie on one line


@styled
def effect_sizes(scores: Mapping[str, np.ndarray], effect: np.ndarray, labels: np.ndarray) -> Figure:
    """A panel a method: the place of each pair in its ranking (or its class, of two) over the measured effect.

    Parameters
    ----------
    scores : shape (pairs,) each; the first MOST are drawn.
    effect : change in expression as the table gives it, shape (pairs,), negative is down; NaN where not measured.
    labels : bool, shape (pairs,): regulated pairs, drawn in orange over the others.
    """
    names, there = list(scores)[:MOST], ~np.isnan(effect)
    rows, columns = -(-len(names) // WIDE), min(len(names), WIDE)
    figure, axes = plt.subplots(
        rows, columns, squeeze=False, sharex=True, figsize=(3.3 * columns, 2.9 * rows + 0.5), layout="constrained"
    )
    for ax, name in zip(axes.flat, names, strict=False):
        draw_effects(ax, np.asarray(scores[name], dtype=float)[there], effect[there], labels[there])
        ax.set_title(shortened(name), loc="left")
    for ax in axes.flat[len(names) :]:
        ax.set_axis_off()
    for ax in axes.flat[max(len(names) - columns, 0) : len(names)]:
        ax.xaxis.set_tick_params(labelbottom=True)
    low, high = np.quantile(effect[there], [0.001, 0.999])
    room = 0.05 * (high - low) + 1e-9
    axes[0, 0].set_xlim(min(low, effect[there & labels].min(initial=low)) - room, high + room)
    figure.supxlabel("effect size of silencing the element, as in the table (below 0: expression fell)", fontsize=9)
    return figure


def draw_effects(ax: Axes, scores: np.ndarray, effect: np.ndarray, labels: np.ndarray) -> Axes:
    """Pairs of one method: the share of pairs that score lower, or two classes with the median effect of each."""
    classes = np.unique(scores)
    if len(classes) <= 2:
        jitter = np.random.default_rng(0).uniform(-SPREAD, SPREAD, len(scores))
        place = np.searchsorted(classes, scores) + jitter
        ax.set_yticks(range(len(classes)), ["not called", "called"][-len(classes) :])
        ax.set_ylim(-0.5, len(classes) - 0.5)
        for i, one in enumerate(classes):
            ax.vlines(np.median(effect[scores == one]), i - 0.35, i + 0.35, color="black", lw=1.4, zorder=5)
    else:
        place = (rankdata(scores) - 0.5) / len(scores)
        ax.set(ylim=(0, 1), ylabel="share ranked lower")
    for some, colour, size, alpha in ((~labels, GREY, 3, 0.25), (labels, ORANGE, 9, 0.8)):
        ax.scatter(effect[some], place[some], s=size, color=colour, alpha=alpha, linewidths=0, rasterized=True)
    ax.axvline(0, color="black", lw=0.5, ls=":")
    if labels.sum() > 2 and len(classes) > 1 and np.ptp(effect[labels]) > 0 and np.ptp(scores[labels]) > 0:
        rho = spearmanr(scores[labels], effect[labels]).statistic
        ax.set_title(f"ρ {rho:.2f}", loc="right", color=ORANGE)
    return ax
