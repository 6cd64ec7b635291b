"""A protein on one axis of residues: scores, what they are compared with, and what is known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from regard.annotate.uniprot import Feature
from regard.annotate.uniprot_formats import ENDS_ONLY
from regard.plot.style import BLUE, GREY, ORANGE, shortened, styled

WIDTH = 10.0  # inches
LETTERS = 90  # sequences up to this long are spelled out below the axis
DENSE = 800  # residues from which on a line is drawn thin
MOST_ROWS = 14  # of feature boxes
GAP = 6.0  # pixels between a label and the next box


@styled
def along_residues(
    attention: Mapping[str, np.ndarray],
    comparison: Mapping[str, np.ndarray] | None = None,
    *,
    features: Sequence[Feature] = (),
    secondary: str = "",
    sites: Mapping[str, np.ndarray] | None = None,
    sequence: str = "",
    marked: int | None = None,
    title: str = "",
) -> Figure:
    """Attention over a protein with its annotations, the protein's equivalent of a genome browser.

    Parameters
    ----------
    attention : name and scores, each shape (length,); blue tracks. NaN leaves a gap.
    comparison : the same for what stands beside attention (a gradient, a baseline); orange tracks.
    features : boxes with labels, as many rows as it takes that none overlap; what is beyond 14 rows is counted in the
        title of the track and not drawn.
    secondary : H, E or - for each residue; "" for none.
    sites : name and bool, shape (length,), or positions (0-based); ticks.
    sequence : letters, spelled out for short proteins.
    marked : a 0-based residue to mark in every track, an active site or a variant.

    Returns
    -------
    A figure; `plot.style.save` writes it as SVG and gives the PNG. Residues count from 1 on the axis.
    """
    tracks = [(n, v, BLUE) for n, v in attention.items()] + [(n, v, ORANGE) for n, v in (comparison or {}).items()]
    length = len(tracks[0][1])
    sites = sites or {}
    shown, left_out = pack(features, length)
    rows = max((row for row, *_ in shown), default=-1) + 1
    heights = [1.0] * len(tracks)
    heights += [0.27 * rows + 0.1] * bool(rows) + [0.3] * bool(secondary) + [0.22 * len(sites) + 0.1] * bool(sites)
    size = (WIDTH, 0.85 * sum(heights) + 0.95)
    figure, axes = plt.subplots(
        len(heights), 1, sharex=True, figsize=size, height_ratios=heights, layout="constrained", squeeze=False
    )
    figure.suptitle(title, fontsize=10)
    left = list(axes[:, 0])
    for (name, values, colour), ax in zip(tracks, left, strict=False):
        score_track(ax, np.asarray(values, dtype=float), colour, name)
    below = iter(left[len(tracks) :])
    if rows:
        boxes(next(below), shown, f"features\n({left_out} more)" if left_out else "features", rows)
    if secondary:
        secondary_structure(next(below), secondary)
    if sites:
        ticks(next(below), sites)
    for ax in left:
        if marked is not None:
            ax.axvline(marked + 1, color="black", linewidth=0.8, linestyle=":", zorder=0)
    residue_axis(left[-1], length, sequence)
    figure.align_ylabels(left)
    return figure


def score_track(ax: Axes, values: np.ndarray, colour: str, name: str) -> None:
    """One score a residue, filled to zero, with the lowest and highest value on the axis."""
    at = np.arange(1, len(values) + 1)
    ax.fill_between(at, values, 0, color=colour, alpha=0.35, linewidth=0)
    ax.plot(at, values, color=colour, linewidth=0.8 if len(values) <= DENSE else 0.35)
    ax.set_ylabel(name, rotation=0, ha="right", va="center")
    there = values[np.isfinite(values)]
    if len(there):
        shown = sorted({0.0, float(there.min()) if there.min() < 0 else 0.0, float(there.max())})
        close = [v for v in shown if v == 0 or abs(v) > 0.12 * (shown[-1] - shown[0])]
        ax.set_yticks(close, [f"{v:.2g}" for v in close], fontsize=7)


def pack(features: Sequence[Feature], length: int) -> tuple[list[tuple[int, Feature, str, str]], int]:
    """Rows for boxes and where their labels go, so that nothing overlaps; how many found no place.

    Returns
    -------
    (row, feature, label, side) with side "inside", "right" or "left" of the box; and the number left out.
    """
    scale = length / (WIDTH * 72 * 0.80)  # residues a point; the axis is about four fifths of the figure
    taken: list[list[tuple[float, float]]] = []
    placed, left_out = [], 0
    for feature in sorted(features, key=lambda f: (f.start, f.start - f.end)):
        label = shortened(feature.note or feature.kind)
        wide = text_width(label) * scale
        start, end = feature.start + 0.5, feature.end + 0.5
        if wide <= end - start:
            side, span = "inside", (start, end)
        elif end + wide <= length + 0.5:
            side, span = "right", (start, end + wide + GAP * scale)
        else:
            side, span = "left", (start - wide - GAP * scale, end)
        row = next((r for r, old in enumerate(taken) if all(span[1] <= a or b <= span[0] for a, b in old)), len(taken))
        if row >= MOST_ROWS:
            left_out += 1
            continue
        if row == len(taken):
            taken.append([])
        taken[row].append((span[0] - GAP * scale / 2, span[1] + GAP * scale / 2))
        placed.append((row, feature, label, side))
    return placed, left_out


@styled
def text_width(label: str, size: float = 7.0) -> float:
    """Points that a label takes, measured in the font that draws it."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    return TextPath((0, 0), label or " ", prop=FontProperties(size=size)).get_extents().width + 3


def boxes(ax: Axes, shown: list[tuple[int, Feature, str, str]], name: str, rows: int) -> None:
    for row, feature, label, side in shown:
        start, end = feature.start + 0.5, feature.end + 0.5
        if feature.kind in ENDS_ONLY:  # a bond between two residues
            ax.hlines(row + 0.36, start + 0.5, end - 0.5, color=GREY, linewidth=0.9)
            ax.vlines([start + 0.5, end - 0.5], row - 0.3, row + 0.36, color=GREY, linewidth=0.9)
        else:
            face = Rectangle((start, row - 0.36), end - start, 0.72, facecolor="#d8dde4", edgecolor=GREY, lw=0.7)
            ax.add_patch(face)
        at, align, shift = {
            "inside": ((start + end) / 2, "center", 0),
            "right": (end, "left", 2),
            "left": (start, "right", -2),
        }[side]
        ax.annotate(label, (at, row), (shift, 0), textcoords="offset points", ha=align, va="center", size=7)
    ax.set_ylim(rows - 0.5, -0.5)
    ax.set_yticks([])
    ax.set_ylabel(name, rotation=0, ha="right", va="center")
    ax.spines["left"].set_visible(False)


def secondary_structure(ax: Axes, secondary: str) -> None:
    """Helices as dark boxes, strands as light arrows, the rest as a line."""
    ax.axhline(0, color=GREY, linewidth=0.8, zorder=0)
    kinds = np.array(list(secondary))
    for kind in "HE":
        edges = np.flatnonzero(np.diff(np.concatenate([[0], (kinds == kind).astype(int), [0]])))
        for start, end in zip(edges[::2] + 0.5, edges[1::2] + 0.5, strict=True):
            if kind == "H":
                ax.add_patch(Rectangle((start, -0.36), end - start, 0.72, facecolor="#4a4f58", edgecolor="none"))
            else:
                neck = max(start, end - 0.012 * len(secondary) - 0.5)
                corners = [
                    (start, -0.2),
                    (neck, -0.2),
                    (neck, -0.45),
                    (end, 0),
                    (neck, 0.45),
                    (neck, 0.2),
                    (start, 0.2),
                ]
                ax.add_patch(Polygon(corners, facecolor="#e6e6e6", edgecolor="#4a4f58", lw=0.6))
    ax.set_ylim(-0.6, 0.6)
    ax.set_yticks([])
    ax.set_ylabel("helix ■ strand ▷", rotation=0, ha="right", va="center")
    ax.spines["left"].set_visible(False)


def ticks(ax: Axes, sites: Mapping[str, np.ndarray]) -> None:
    for row, where in enumerate(sites.values()):
        where = np.asarray(where)
        at = np.flatnonzero(where) if where.dtype == bool else where
        ax.vlines(at + 1, row - 0.36, row + 0.36, color="black", linewidth=1.1)
    ax.set_ylim(len(sites) - 0.5, -0.5)
    ax.set_yticks(range(len(sites)), [shortened(site) for site in sites], fontsize=8)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


def residue_axis(ax: Axes, length: int, sequence: str) -> None:
    ax.set_xlim(0.5, length + 0.5)
    ax.set_xlabel("residue (1 = first of the sequence)")
    if sequence and length <= LETTERS:
        ax.xaxis.remove_overlapping_locs = False  # a letter at every residue, also where a number stands
        ax.set_xticks(range(1, length + 1), list(sequence), minor=True, fontsize=7, family="monospace")
        ax.tick_params(axis="x", which="minor", length=0, pad=1)
        ax.tick_params(axis="x", which="major", pad=11, length=0)
