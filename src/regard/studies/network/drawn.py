"""The strongest edges as the page shows them: a table, and the network drawn with it."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from regard.core.edges import Edges
from regard.plot.edges import drawn_edges, layout

MOST_EDGES = 2_000  # of the table on the page; all are in edges.tsv
MOST_GENES = 250  # that have a place in the drawing
UNIT = 100  # of the drawing, about the distance of neighbours


def strongest(edges: Edges, known: csr_array | None) -> pd.DataFrame:
    """The table of the strongest edges, as in `edges.tsv`, and whether they are known.

    known : bool, sparse, shape (genes, genes), row = target, column = regulator; None: nothing is known.
    """
    table = edges.table(MOST_EDGES)
    if known is not None:
        place = {gene: i for i, gene in enumerate(edges.genes)}
        pairs = zip(table.target, table.regulator, strict=True)
        yes = ["yes" if known[place[target], place[regulator]] else "" for target, regulator in pairs]
        table.insert(2, "known", yes)
    return table


def network(edges: Edges, table: pd.DataFrame) -> dict:
    """What the page draws: genes with their places, edges by numbers of genes, and how many are shown at first.

    An edge is (regulator, target, score, sign, known): sign 0 where there is none, known None without known edges.
    A gene has no place where it comes after `MOST_GENES` others.
    """
    pairs = list(zip(table.regulator, table.target, strict=True))
    genes = list(dict.fromkeys(gene for pair in pairs for gene in pair))
    number, count = {gene: i for i, gene in enumerate(genes)}, min(drawn_edges(len(edges.genes)), len(table))
    at = places(pairs, genes[:MOST_GENES], count)
    signs = table["sign"].tolist() if "sign" in table else [0] * len(table)
    known = [one == "yes" for one in table["known"]] if "known" in table else [None] * len(table)
    told = zip(pairs, table.score, signs, known, strict=True)
    return {
        "method": edges.method,
        "shown": count,
        "genes": [{"name": gene, "at": at.get(gene)} for gene in genes],
        "edges": [[number[r], number[t], float(f"{score:.4g}"), sign, one] for (r, t), score, sign, one in told],
    }


def places(pairs: list[tuple[str, str]], genes: list[str], count: int) -> dict[str, list[int]]:
    """Where genes stand: those of the first `count` edges as in the figure, the others on a ring about them.

    On the ring a gene stands in the direction of the genes inside that it shares edges with.
    """
    core, rest = nx.DiGraph(pairs[:count]), []
    inside = {gene: np.array(xy) for gene, xy in layout(core).items() if gene in set(genes)}
    if not inside:
        return {}
    middle = (np.min([*inside.values()], axis=0) + np.max([*inside.values()], axis=0)) / 2
    inside = {gene: xy - middle for gene, xy in inside.items()}
    for gene in genes:
        if gene not in inside:
            near = [inside[b if a == gene else a] for a, b in pairs if gene in (a, b) and (a in inside or b in inside)]
            x, y = np.sum(near, axis=0) if near else (1.0, 0.0)
            rest.append((float(np.arctan2(y, x)), gene))
    radius = max(max(np.hypot(*xy) for xy in inside.values()) + 0.8, 0.7 * len(rest) / (2 * np.pi))
    for angle, (_, gene) in zip(
        2 * np.pi * np.arange(len(rest)) / max(len(rest), 1) - np.pi, sorted(rest), strict=True
    ):
        inside[gene] = radius * np.array([np.cos(angle), np.sin(angle)])
    return {gene: [round(UNIT * x), -round(UNIT * y)] for gene, (x, y) in inside.items()}
