"""A locus as a browser shows it: tracks above one another on one genomic axis, elements and genes below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from regard.data.regions import Region
from regard.plot.contact_track import draw_arcs, draw_contacts
from regard.plot.style import BLUE, GREY, ORANGE, shortened, styled

WIDE, LETTER = 10.0, 0.0085  # inches; a letter of a gene's name as a share of the axis
MOST_LANES = 6


@dataclass(frozen=True)
class Track:
    """One value a bin.

    Attributes
    ----------
    edges : where bins begin and, last, where the last one ends, 0-based, shape (bins + 1,); or the bins' starts, shape
        (bins,), all bins being as wide as the first.
    values : shape (bins,); NaN where nothing is known, which is left open.
    colour : what is measured in orange, what a model says in blue.
    over : name, edges and values of the same by another model or about another TSS: a black line on its own scale.
    """

    name: str
    edges: np.ndarray
    values: np.ndarray
    colour: str = BLUE
    unit: str = ""
    over: tuple[str, np.ndarray, np.ndarray] | None = None


@styled
def plot_locus(
    region: Region,
    tracks: Sequence[Track],
    *,
    elements: pd.DataFrame | None = None,
    validated: pd.DataFrame | None = None,
    genes: pd.DataFrame | None = None,
    tss: int | None = None,
    contacts: tuple[np.ndarray, np.ndarray, str] | None = None,
    title: str = "",
    note: str = "",
) -> Figure:
    """The contribution figure of a locus (Avsec et al. 2021, figure 2a).

    Parameters
    ----------
    region : what is shown, 0-based half-open.
    tracks : from top to bottom.
    elements : columns `start`, `end`: candidate elements, grey boxes.
    validated : columns `start`, `end` and `regulated` (bool): elements that were tested; those that regulate the gene
        are filled in orange, the others are open.
    genes : columns `gene`, `start`, `end`, `strand`, `tss`, as `read_genes` gives them.
    tss : the TSS that is asked about (0-based), a dotted line through all tracks; arcs go to it from what was tested.
    contacts : edges of bins, a contact map and its unit, as `read_contacts` gives them, drawn above all.
    note : what a reader must not miss (say, that the model is untrained), in orange under the title.
    """
    plain = None if elements is None else elements[["start", "end"]]
    features = [(name, table) for name, table in (("elements", plain), ("CRISPRi", validated)) if table is not None]
    arcs = tss is not None and validated is not None and len(shown(validated, region)) > 0
    lanes = [] if genes is None else gene_lanes(shown(genes, region), region)
    heights = (
        [2.2] * (contacts is not None)
        + [0.6] * arcs
        + [1.0] * len(tracks)
        + [0.3 * len(features)] * bool(features)
        + [0.34 * max(len(lanes), 1)] * bool(genes is not None)
    )
    figure, axes = plt.subplots(
        len(heights), 1, sharex=True, squeeze=False, layout="constrained",
        figsize=(WIDE, 0.85 * sum(heights) + 1.1), height_ratios=heights,
    )  # fmt: skip
    rows = list(axes[:, 0])
    above = (contacts is not None) + arcs
    if contacts is not None:
        draw_contacts(rows[0], contacts[0], contacts[1], region, contacts[2])
    if arcs and tss is not None and validated is not None:
        middles = ((validated.start + validated.end) / 2).tolist()
        draw_arcs(rows[above - 1], list(zip(middles, validated.regulated.astype(bool), strict=True)), tss, region)
    for ax, track in zip(rows[above:], tracks, strict=False):
        draw_track(ax, track, region)
        highlight(ax, plain, validated, region)
    if features:
        draw_features(rows[above + len(tracks)], features, region)
    if genes is not None:
        draw_genes(rows[-1], lanes, region)
    genomic_axis(rows[-1], region)
    for ax in rows[:-1]:
        ax.tick_params(axis="x", length=0)
    if tss is not None:
        for ax in rows:
            ax.axvline(tss + 0.5, color="black", linewidth=0.8, linestyle=":", zorder=0)
        rows[0].annotate(
            " TSS", (tss + 0.5, 1), xycoords=("data", "axes fraction"), ha="left", va="top", fontsize=8, zorder=5
        )
    figure.suptitle(title, fontsize=10)
    if note:
        rows[0].set_title(note, color=ORANGE, fontsize=9, fontweight="bold", loc="left")
    return figure


def draw_track(ax: Axes, track: Track, region: Region) -> Axes:
    """Bins as steps, filled down to 0."""
    edges, values = np.asarray(track.edges, dtype=float), np.asarray(track.values, dtype=float)
    if len(edges) == len(values):
        edges = np.append(edges, edges[-1] + (edges[1] - edges[0] if len(edges) > 1 else 1))
    ax.stairs(values, edges, color=track.colour, linewidth=0.8)
    known = np.where(np.isnan(values), 0.0, values)
    ax.stairs(known, edges, color=track.colour, alpha=0.4, fill=True, linewidth=0)
    inside = values[(edges[1:] > region.start) & (edges[:-1] < region.end)]
    inside = inside[~np.isnan(inside)]
    low, high = min(inside.min(initial=0.0), 0.0), inside.max(initial=0.0)
    ax.set_ylim(low * 1.05, high * 1.05 if high > low else low + 1.0)
    ax.yaxis.set_major_locator(MaxNLocator(3 if low < 0 < high else 2))
    ax.tick_params(axis="y", labelsize=7)
    if low < 0:
        ax.axhline(0, color="black", linewidth=0.4)
    if track.over is not None:
        draw_over(ax, *track.over)
    name = "\n".join(map(shortened, track.name.splitlines()))
    ax.set_ylabel(f"{name}\n({track.unit})" if track.unit else name, rotation=0, ha="right", va="center")
    ax.yaxis.set_label_coords(-0.06, 0.5)
    return ax


def draw_over(ax: Axes, name: str, edges: np.ndarray, values: np.ndarray) -> Axes:
    """The same by another model or about another TSS as a black line, its highest as high as the track's."""
    other = ax.twinx()
    other.stairs(values, edges, color="black", linewidth=0.7)
    known = values[~np.isnan(values)]
    low, high = min(known.min(initial=0.0), 0.0), known.max(initial=0.0)
    other.set_ylim(low * 1.05, high * 1.05 if high > low else low + 1.0)
    other.set_yticks([])
    other.spines["right"].set_visible(False)
    other.text(0.995, 0.95, shortened(name, 48), transform=other.transAxes, ha="right", va="top", fontsize=7)
    return other


def highlight(ax: Axes, elements: pd.DataFrame | None, tested: pd.DataFrame | None, region: Region) -> Axes:
    """Elements as pale stripes behind a track: grey candidates, and in orange those that regulate the gene."""
    least = 0.0015 * region.length
    regulating = None if tested is None else tested[tested.regulated.astype(bool)]
    for table, colour, alpha in ((elements, GREY, 0.12), (regulating, ORANGE, 0.22)):
        for row in () if table is None else shown(table, region).itertuples():
            room = max(least - (row.end - row.start), 0) / 2
            ax.axvspan(row.start - room, row.end + room, color=colour, alpha=alpha, lw=0, zorder=0)
    return ax


def draw_features(ax: Axes, features: list[tuple[str, pd.DataFrame]], region: Region) -> Axes:
    """Boxes, one row a kind; a box is drawn at least as wide as can be seen."""
    least = 0.0015 * region.length
    for row, (_, table) in enumerate(features):
        table = shown(table, region)
        middle, wide = (table.start + table.end) / 2, np.maximum(table.end - table.start, least)
        spans = list(zip(middle - wide / 2, wide, strict=True))
        if "regulated" not in table:
            ax.broken_barh(spans, (row - 0.3, 0.6), color=GREY, linewidth=0)
            continue
        for filled in (False, True):
            some = [span for span, one in zip(spans, table.regulated, strict=True) if bool(one) == filled]
            ax.broken_barh(
                some, (row - 0.3, 0.6), facecolor=ORANGE if filled else "white", edgecolor=ORANGE if filled else GREY,
                linewidth=0.7, zorder=3 if filled else 2,
            )  # fmt: skip
    ax.set_yticks(range(len(features)), [shortened(name) for name, _ in features])
    ax.set_ylim(len(features) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.spines["bottom"].set_visible(False)
    return ax


def shown(table: pd.DataFrame, region: Region) -> pd.DataFrame:
    return table[(table.start < region.end) & (table.end > region.start)]


def gene_lanes(genes: pd.DataFrame, region: Region) -> list[list]:
    """Genes in as few lanes as leave room for each with its name; those that find none in six are not drawn."""
    lanes: list[list] = []
    ends: list[float] = []
    for gene in sorted(genes.itertuples(), key=lambda gene: gene.start):
        begin = max(gene.start, region.start)
        end = max(gene.end, begin + LETTER * region.length * (len(str(gene.gene)) + 2))
        lane = next((i for i, last in enumerate(ends) if last < begin), len(lanes))
        if lane == MOST_LANES:
            continue
        if lane == len(lanes):
            lanes.append([])
            ends.append(0.0)
        lanes[lane].append(gene)
        ends[lane] = end + 0.005 * region.length
    return lanes


def draw_genes(ax: Axes, lanes: list[list], region: Region) -> Axes:
    """A line from start to end, an upright at the TSS with an arrow where transcription goes, the name."""
    reach = 0.012 * region.length
    for lane, genes in enumerate(lanes):
        for gene in genes:
            start, end = max(gene.start, region.start), min(gene.end, region.end)
            ax.plot([start, end], [lane + 0.2] * 2, color="black", linewidth=1.6, solid_capstyle="butt")
            if region.start <= gene.tss < region.end:
                ahead = reach if gene.strand == "+" else -reach
                ax.plot([gene.tss, gene.tss], [lane + 0.2, lane - 0.12], color="black", linewidth=0.9)
                ax.annotate(
                    "", (gene.tss + ahead, lane - 0.12), (gene.tss, lane - 0.12), annotation_clip=False,
                    arrowprops={"arrowstyle": "-|>", "lw": 0.9, "shrinkA": 0, "shrinkB": 0, "color": "black"},
                )  # fmt: skip
            beside = gene.tss + reach * 1.3 if gene.strand == "+" and gene.tss >= region.start else start
            if gene.strand == "-" and gene.tss < region.end and end - start < 4 * reach:
                beside = end + reach * 0.3
            ax.text(beside, lane - 0.05, shortened(gene.gene), fontsize=7, style="italic", va="center", clip_on=True)
    ax.set_ylim(max(len(lanes), 1) - 0.5, -0.5)
    ax.set_yticks([])
    ax.set_ylabel("genes", rotation=0, ha="right", va="center")
    ax.yaxis.set_label_coords(-0.06, 0.5)
    return ax


def genomic_axis(ax: Axes, region: Region) -> None:
    """Positions as browsers count them, from 1, in bp or kb."""
    scale, unit, first = (
        (1, "bp", 1) if region.length < 5_000 else (1_000, "kb", 0)
    )  # of kb, the one base is too little
    ax.set_xlim(region.start, region.end)
    ticks = MaxNLocator(7, steps=[1, 2, 5, 10]).tick_values(region.start + first, region.end)
    ticks = ticks[(ticks >= region.start + first) & (ticks <= region.end)]
    ax.set_xticks(ticks - first, [f"{tick / scale:,.0f}" for tick in ticks])
    ax.set_xlabel(f"position on {region.chrom} ({unit})")
