"""Precision and recall of rankings, with what random rankings reach."""

from __future__ import annotations

from itertools import cycle

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from regard.judge.measures import chance_of
from regard.judge.metrics import Ranking, average_precision, random_rankings
from regard.plot.style import BLUE, GREY, ORANGE, styled

LINES = [(colour, dash) for dash in ("-", "--", ":") for colour in (BLUE, ORANGE, "black", GREY)]


@styled
def precision_recall(scores: dict[str, np.ndarray], labels: np.ndarray, *, draws: int = 999, seed: int = 0) -> Figure:
    """Precision over recall, one step curve a method; the band holds 90 % of random rankings.

    scores : for each method, shape (candidates,); labels, bool, shape (candidates,).
    """
    figure, ax = plt.subplots(figsize=(6.5, 4.6), layout="constrained")
    positives = int(labels.sum())
    hits = np.arange(1, positives + 1)
    random = hits / random_rankings(len(labels), positives, draws, np.random.default_rng(seed))
    low, high = np.quantile(random, [0.05, 0.95], axis=0)
    chance = chance_of("auprc", positives, len(labels))
    band = [np.append(edge[0], edge) for edge in (low, high)]
    recall = np.append(0, hits / positives)
    ax.fill_between(recall, *band, color=GREY, alpha=0.25, lw=0, step="pre", label="90 % of random rankings")
    ranked = {name: Ranking(values) for name, values in scores.items()}
    auprc = {name: average_precision(ranking, labels) for name, ranking in ranked.items()}
    best_first = sorted(auprc, key=auprc.__getitem__, reverse=True)
    for name, (colour, dash) in zip(best_first, cycle(LINES), strict=False):
        hit, miss = ranked[name].counts(labels)
        precision = hit / (hit + miss)
        recall = np.append(0, hit / positives)
        label = f"{name} {auprc[name]:.3f}"
        ax.step(recall, np.append(precision[0], precision), where="pre", lw=1.3, color=colour, ls=dash, label=label)
    ax.axhline(labels.mean(), color=GREY, lw=0.8, ls=":", label=f"prevalence {labels.mean():.3f}")
    ax.set(xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1.02))
    ax.legend(title=f"AUPRC (chance {chance:.3f})", fontsize=8, loc="upper right")
    return figure
