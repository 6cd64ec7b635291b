"""What the checks of an audit found, a bar each."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from regard.plot.style import BLUE, ORANGE, shortened, styled


@styled
def shares(bars: Sequence[tuple[str, float, float, bool]]) -> Figure:
    """A bar for each check: its name, its share of rows, from which share it is serious, and whether it is."""
    figure, ax = plt.subplots(figsize=(6.4, 0.7 + 0.24 * len(bars)), layout="constrained")
    at = np.arange(len(bars))[::-1]
    ax.barh(at, [share for _, share, _, _ in bars], 0.62, color=[ORANGE if bad else BLUE for *_, bad in bars])
    ax.vlines([limit for _, _, limit, _ in bars], at - 0.42, at + 0.42, color="black", lw=1)
    for y, (_, share, limit, _) in zip(at, bars, strict=True):
        ax.annotate(f"{share:.1%}", (max(share, limit), y), (3, 0), textcoords="offset points", va="center", fontsize=8)
    ax.set_yticks(at, [shortened(name, 48) for name, *_ in bars])
    ax.set(xlabel="share of rows", xlim=(0, max(0.02, 1.15 * max(max(share, limit) for _, share, limit, _ in bars))))
    return figure
