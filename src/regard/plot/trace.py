"""A protein's backbone in space, flattened to the plane that shows most of it, coloured by a score."""

from __future__ import annotations

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from regard.plot.style import BLUE, ORANGE, styled

SHADES = ("#e9edf2", "#8fb0d6", BLUE, "#0b2f5e")  # of less to more
UNKNOWN = "#c9b79c"  # residues without a score
STRENGTH = LinearSegmentedColormap.from_list("strength", SHADES).with_extremes(bad=UNKNOWN)


def flattened(positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates in the plane of the two longest axes, (L, 2), and depth, (L,), towards the viewer; Å."""
    centred = positions - np.nanmean(positions, axis=0)
    turned = centred @ facing(positions).T
    return turned[:, :2], turned[:, 2]


def facing(positions: np.ndarray) -> np.ndarray:
    """The rotation, (3, 3), that lays the two longest axes of points along the first two; never a mirror."""
    centred = positions[~np.isnan(positions[:, 0])]
    _, _, axes = np.linalg.svd(np.vstack([centred - centred.mean(axis=0), np.zeros((3, 3))]), full_matrices=False)
    axes *= np.sign(axes[np.arange(3), np.abs(axes).argmax(axis=1)])[:, None]  # the same picture every time
    axes[2] *= np.sign(np.linalg.det(axes))  # turned, never mirrored: a right-handed helix stays one
    return axes


def trace(
    ax: Axes,
    positions: np.ndarray,
    values: np.ndarray,
    *,
    limit: float,
    least: float = 0.0,
    site: int | None,
    marked: np.ndarray | None = None,
) -> PathCollection:
    """The chain of Cα as a line, each residue a dot coloured by its value; nearer ones larger.

    positions : Å, (L, 3), NaN where not resolved. values : (L,), `least` to `limit`. site : the residue asked about
    (star). marked : bool, (L,): residues with a ring. Returns the dots, for a colour bar.
    """
    flat, depth = flattened(positions)
    there = ~np.isnan(depth)
    near = np.clip((depth - np.nanmin(depth)) / (np.nanmax(depth) - np.nanmin(depth) + 1e-9), 0, 1)
    bonds = np.flatnonzero(there[:-1] & there[1:])
    order = bonds[np.argsort(depth[bonds])]
    lines = LineCollection(
        np.stack([flat[order], flat[order + 1]], axis=1), colors="#9aa3ad", linewidths=0.6 + 1.2 * near[order], zorder=1
    )
    ax.add_collection(lines)
    order = np.flatnonzero(there)[np.argsort(depth[there])]
    dots = ax.scatter(
        *flat[order].T,
        c=values[order],
        s=10 + 26 * near[order],
        cmap=STRENGTH,
        vmin=least,
        vmax=limit,
        plotnonfinite=True,
        edgecolors="#4a4f58",
        linewidths=0.4,
        zorder=2,
    )
    if marked is not None and marked[there].any():
        ax.scatter(*flat[marked & there].T, s=75, facecolors="none", edgecolors=ORANGE, linewidths=1.3, zorder=3)
    if site is not None and there[site]:
        ax.scatter(*flat[site], s=170, marker="*", color=ORANGE, edgecolors="black", linewidths=0.8, zorder=4)
    ax.set_aspect("equal")
    ax.autoscale_view()
    ax.set_xlabel("Å")
    return dots


@styled
def two_traces(
    positions: np.ndarray, panels: dict[str, np.ndarray], *, site: int, marked: np.ndarray | None, title: str
) -> Figure:
    """The same view once for each score, on one colour scale; the site itself and its neighbours do not set it."""
    away = np.abs(np.arange(len(positions)) - site) > 1
    limit = max(float(np.nanmax(values[away])) for values in panels.values())
    figure, axes = plt.subplots(1, len(panels), figsize=(4.9 * len(panels), 4.0), layout="constrained", squeeze=False)
    figure.suptitle(title, fontsize=10)
    for ax, (name, values) in zip(axes[0], panels.items(), strict=True):
        dots = trace(ax, positions, np.clip(values, 0, limit), limit=limit, site=site, marked=marked)
        ax.set_title(name)
        figure.colorbar(dots, ax=ax, label="attention", shrink=0.85)
    axes[0, 0].set_ylabel("Å")
    return figure
