"""A contact map above a locus, turned so that a bin stands over its place, and arcs from elements to a TSS."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.patches import Arc

from regard.data.regions import Region
from regard.plot.style import GREY, ORANGE


def draw_contacts(ax: Axes, edges: np.ndarray, contacts: np.ndarray, region: Region, unit: str = "") -> Axes:
    """Contacts of bins as a triangle: what stands over the middle of two places is the contact between them.

    edges : where bins begin and, last, where the last one ends, (bins + 1,). contacts : symmetric, (bins, bins); NaN
    and 0 are left open. Darker is more, on a logarithmic scale.
    """
    left, right = np.meshgrid(edges, edges)
    shown = np.where(np.triu(np.ones_like(contacts, dtype=bool)), contacts, np.nan)
    there = shown[shown > 0]
    if len(there):
        low, high = np.quantile(there, [0.05, 0.995])
        norm = LogNorm(low, max(high, low * 1.001), clip=True)
        shown = np.where(shown > 0, shown, np.nan)
        ax.pcolormesh((left + right) / 2, (left - right) / 2, shown, cmap="Greys", norm=norm, rasterized=True)
    ax.set_ylim(0, region.length / 2)
    ax.set_yticks([])
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    ax.set_ylabel(
        f"contacts\n({unit.replace(', ', chr(10))})" if unit else "contacts", rotation=0, ha="right", va="center"
    )
    ax.yaxis.set_label_coords(-0.06, 0.5)
    return ax


def draw_arcs(ax: Axes, places: Sequence[tuple[float, bool]], tss: int, region: Region) -> Axes:
    """An arc from each element to the TSS, as high as it is far; orange where it regulates, grey where it does not.

    places : middles of elements, and whether each regulates the gene.
    """
    inside = [(place, yes) for place, yes in places if region.start <= place < region.end]
    for place, yes in sorted(inside, key=lambda one: one[1]):
        far = abs(place - tss)
        ax.add_patch(Arc(
            ((place + tss) / 2, 0), far, 2 * far / region.length, theta1=0, theta2=180, lw=1.2 if yes else 0.6,
            color=ORANGE if yes else GREY, alpha=1 if yes else 0.35, zorder=3 if yes else 2,
        ))  # fmt: skip
    highest = max((abs(place - tss) for place, _ in inside), default=region.length) / region.length
    ax.set_ylim(0, 1.08 * highest)
    ax.set_yticks([])
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    ax.set_ylabel("tested", rotation=0, ha="right", va="center")
    ax.yaxis.set_label_coords(-0.06, 0.5)
    return ax
