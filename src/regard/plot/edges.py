"""Edges as pictures: a matrix, a drawn network, and regulators by how much they give."""

from __future__ import annotations

import networkx as nx
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from scipy.sparse import csr_array

from regard.core.edges import Edges
from regard.plot.style import BLUE, GREY, ORANGE, shortened, styled

MOST_GENES, MOST_EDGES, MOST_REGULATORS = 60, 60, 20


@styled
def matrix(
    edges: Edges, known: csr_array | None = None, *, shown: np.ndarray | None = None, label: str = "score"
) -> Figure:
    """Scores as a map, row = target (query), column = regulator (key); rings on known edges, bool, (genes, genes).

    shown : places of the genes that are shown, in this order, so that maps can be laid side by side; if None, of more
        than 60 genes those with the strongest edges, and genes that share edges stand together.
    """
    shown = strongest_genes(edges, MOST_GENES) if shown is None else shown
    scores = among(edges, shown)
    size = max(4.2, 0.13 * len(shown) + 1.6)
    figure, ax = plt.subplots(figsize=(size + 1.4, size), layout="constrained")
    colours = plt.get_cmap("Blues").with_extremes(bad="#dddddd")
    top = np.nanquantile(edges.values, 0.999)
    image = ax.imshow(scores, cmap=colours, vmin=np.nanmin(scores), vmax=top, interpolation="nearest")
    if known is not None:
        rows, columns = known[shown][:, shown].nonzero()
        ax.scatter(columns, rows, s=(0.36 * 72 * size / len(shown)) ** 2, facecolors="none", edgecolors=ORANGE, lw=1)
    names = [shortened(edges.genes[i]) for i in shown]
    small = 8 if len(shown) <= 30 else 6
    ax.set_xticks(range(len(names)), names, rotation=90, fontsize=small)
    ax.set_yticks(range(len(names)), names, fontsize=small)
    ax.set_xlabel("regulator (key)")
    ax.set_ylabel("target (query)")
    ax.set_title(edges.method + (", known edges ringed" if known is not None else ""))
    figure.colorbar(image, ax=ax, shrink=0.6, aspect=30, label=label, extend="max")
    return figure


def among(edges: Edges, genes: np.ndarray) -> np.ndarray:
    """Scores among these genes alone, (genes, genes)."""
    columns = np.arange(len(edges.genes)) if edges.regulators is None else edges.regulators
    found = np.full((len(genes), len(genes)), np.nan, dtype=np.float32)
    there = np.isin(genes, columns)
    found[:, there] = edges.values[np.ix_(genes, np.searchsorted(columns, genes[there]))]
    return found


def strongest_genes(edges: Edges, most: int) -> np.ndarray:
    """Places of the genes with the strongest single edges, ordered so that neighbours share edges."""
    least = np.nanmin(edges.values)
    strength = np.fmax.reduce(edges.values, axis=1, initial=least)
    columns = slice(None) if edges.regulators is None else edges.regulators
    strength[columns] = np.maximum(strength[columns], np.fmax.reduce(edges.values, axis=0, initial=least))
    chosen = np.sort(np.argsort(-strength, kind="stable")[:most])
    both = np.nan_to_num(among(edges, chosen), nan=least)
    rank = np.argsort(np.argsort(both + both.T, axis=None)).reshape(both.shape)
    laplacian = np.diag(rank.sum(axis=1)) - rank  # its second eigenvector puts linked genes side by side (Fiedler 1973)
    vector = np.linalg.eigh(laplacian.astype(float))[1][:, 1]
    return chosen[np.argsort(vector * np.sign(vector[np.abs(vector).argmax()]), kind="stable")]


@styled
def drawing(edges: Edges, known: csr_array | None = None) -> Figure:
    """The strongest edges as a network, regulator → target; blue where known, orange where not."""
    place = {gene: i for i, gene in enumerate(edges.genes)}
    graph = nx.DiGraph()
    for row in edges.table(drawn_edges(len(place))).to_dict("records"):
        graph.add_edge(row["regulator"], row["target"], sign=row.get("sign", 0))
    figure, ax = plt.subplots(figsize=(8.5, 6.5), layout="constrained")
    at = layout(graph)
    given = dict(graph.out_degree())
    sizes = [380 + 45 * given[gene] for gene in graph]
    nx.draw_networkx_nodes(graph, at, ax=ax, node_size=sizes, node_color="#e8eef6", edgecolors=GREY, linewidths=0.8)
    nx.draw_networkx_labels(graph, at, {gene: shortened(gene, 20) for gene in graph}, ax=ax, font_size=7)
    for one in (False, True):
        for blunt in (False, True):
            part = [
                (r, t)
                for r, t, sign in graph.edges(data="sign")
                if (known is not None and bool(known[place[t], place[r]])) == one and (sign < 0) == blunt
            ]
            colour = GREY if known is None else BLUE if one else ORANGE
            nx.draw_networkx_edges(
                graph, at, ax=ax, edgelist=part, edge_color=colour, width=1.6 if one else 1.0, node_size=sizes,
                arrowstyle="-[" if blunt else "-|>", arrowsize=4 if blunt else 9,
                connectionstyle="arc3,rad=0.08",
            )  # fmt: skip
    if known is not None:
        lines = [Line2D([], [], color=BLUE, lw=1.6), Line2D([], [], color=ORANGE, lw=1)]
        ax.legend(lines, ["known", "not known"], loc="best")
    ax.set_title(f"{edges.method}: the {graph.number_of_edges()} strongest edges, regulator → target")
    ax.axis("off")
    return figure


def drawn_edges(genes: int) -> int:
    """How many edges a drawing of so many genes still shows one by one."""
    return min(MOST_EDGES, max(8, round(1.5 * genes)))


def layout(graph: nx.DiGraph) -> dict:
    """Places of the genes: each connected part by path length (Kamada & Kawai 1989), largest parts first."""
    parts = sorted(nx.weakly_connected_components(graph), key=lambda part: (-len(part), min(part)))
    radius = [0.55 * np.sqrt(len(part)) + 0.15 for part in parts]
    width = max(2.6 * np.sqrt(np.sum(np.square(radius))), 2 * radius[0])
    at, x, y, tallest = {}, 0.0, 0.0, radius[0]
    for part, r in zip(parts, radius, strict=True):
        if x and x + 2 * r > width:
            x, y, tallest = 0.0, y - 2 * tallest - 0.3, r
        inside = nx.Graph()
        inside.add_nodes_from(sorted(part))  # a subgraph has them in the order of a set, another in every process
        inside.add_edges_from(graph.subgraph(part).edges)
        for gene, (dx, dy) in nx.kamada_kawai_layout(inside, scale=r - 0.15).items():
            at[gene] = (x + r + dx, y - r + dy)
        x += 2 * r + 0.3
    return at


def out_strength(edges: Edges) -> np.ndarray:
    """What each regulator gives: the sum over targets of its scores above the median score, shape (genes,)."""
    above = np.nan_to_num(edges.values - np.nanmedian(edges.values), nan=0.0)
    strength = np.zeros(len(edges.genes))
    columns = slice(None) if edges.regulators is None else edges.regulators
    strength[columns] = np.maximum(above, 0).sum(axis=0, dtype=float)
    return strength


@styled
def regulators(edges: Edges, known: csr_array | None = None) -> Figure:
    """The regulators with the largest out-strength, and in brackets how many known targets each has."""
    strength = out_strength(edges)
    order = np.lexsort((edges.genes, -strength))[:MOST_REGULATORS]
    figure, ax = plt.subplots(figsize=(6.5, 0.2 * len(order) + 1.2), layout="constrained")
    names = [shortened(edges.genes[i]) for i in order]
    if known is not None:
        names = [f"{name} ({known[:, [i]].nnz} known)" for name, i in zip(names, order, strict=True)]
    ax.barh(range(len(order)), strength[order], color=BLUE, height=0.7)
    ax.set_yticks(range(len(order)), names, fontsize=8)
    ax.margins(y=0.02)
    ax.invert_yaxis()
    ax.set_xlabel("out-strength (sum of scores above the median)")
    ax.set_title(edges.method + (", number of known targets in brackets" if known is not None else ""))
    return figure


@styled
def heads(values: list[np.ndarray], chance_mean: float, chance_high: float) -> Figure:
    """AUPRC of every head against known edges, a row a layer; values, shape (heads,) a layer."""
    wide = max(map(len, values))
    table = np.full((len(values), wide), np.nan)
    for row, layer in zip(table, values, strict=True):
        row[: len(layer)] = layer
    figure, ax = plt.subplots(figsize=(0.62 * wide + 2.6, 0.42 * len(table) + 1.5), layout="constrained")
    image = ax.imshow(table, cmap=plt.get_cmap("Blues").with_extremes(bad="white"), vmin=0, aspect="auto")
    dark = 0.6 * np.nanmax(table)
    for (row, column), value in np.ndenumerate(table):
        if not np.isnan(value):
            bold = "bold" if value > chance_high else "normal"
            colour = "white" if value > dark else "black"
            ax.text(column, row, f"{value:.2f}", ha="center", va="center", fontsize=7, weight=bold, color=colour)
    ax.set_xticks(range(wide), range(1, wide + 1))
    ax.set_yticks(range(len(table)), range(1, len(table) + 1))
    ax.set_xlabel("head")
    ax.set_ylabel("layer")
    ax.set_title(f"AUPRC of each attention map; chance {chance_mean:.2f}, bold above its 95th percentile")
    figure.colorbar(image, ax=ax, label="AUPRC")
    return figure
