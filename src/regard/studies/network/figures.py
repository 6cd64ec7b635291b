"""The figures of the network study."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure as Picture
from scipy.sparse import csr_array

from regard.core.edges import Edges
from regard.judge.measures import chance_of
from regard.judge.metrics import Ranking, average_precision
from regard.plot.curves import precision_recall
from regard.plot.edges import MOST_GENES, drawing, heads, matrix, regulators, strongest_genes
from regard.report.kept import kept
from regard.report.page import Figure
from regard.studies.network.result import Result


def figures(result: Result, folder: Path) -> dict[str, Figure]:
    """Every figure of the page by the stem of its file, drawn and written."""
    known = None if result.gold is None else result.gold.edges
    shown = strongest_genes(next(iter(result.edges.values())), MOST_GENES)  # the same in every map, in one order
    drawn: list[tuple[str, Picture, str]] = []
    if known is not None:
        there, gold = candidates(next(iter(result.edges.values())), known)
        scores = {name: e.values[there] for name, e in result.edges.items()}
        caption = "Precision and recall against the known edges. A curve inside the band is what chance does."
        drawn.append(("precision_recall", precision_recall(scores, gold, seed=result.seed), caption))
    if result.maps:
        drawn += map_figures(result, known, shown)
    for number, edges in enumerate(result.edges.values()):
        caption = f"Every edge by {edges.method}. Row: the target (query); column: the regulator (key)."
        drawn.append((f"matrix.{edges.method}", matrix(edges, known, shown=shown), caption))
        if number == 0:
            caption = f"The strongest edges by {edges.method}; a blunt end represses, where the method has a sign."
            drawn.append((f"network.{edges.method}", drawing(edges, known), caption))
            caption = f"The regulators with the strongest edges by {edges.method}."
            drawn.append((f"regulators.{edges.method}", regulators(edges, known), caption))
    rows = result.evidence[result.evidence.metric == "auprc"]
    of = {"precision_recall": rows} | {
        stem: rows[rows.method == stem.split(".", 1)[1]] for stem, *_ in drawn if "." in stem
    }
    return {stem: kept(picture, folder, stem, caption, of.get(stem)) for stem, picture, caption in drawn}


def candidates(edges: Edges, known: csr_array) -> tuple[np.ndarray, np.ndarray]:
    """Which pairs are scored, bool, (genes, regulators), and of those, in order, which are known."""
    there = ~np.isnan(edges.values)
    columns = np.arange(len(edges.genes)) if edges.regulators is None else edges.regulators
    return there, known[:, columns].toarray()[there]


def map_figures(result: Result, known: csr_array | None, shown: np.ndarray) -> list[tuple[str, Picture, str]]:
    """Attention of the network model itself: all heads together, and each against the known edges."""
    every = np.concatenate(result.maps)
    together = Edges(f"attention, mean of {len(every)} maps", result.expression.genes, every.mean(axis=0))
    caption = "Attention between genes before any read-out, mean over all layers and heads."
    drawn = [("attention_mean", matrix(together, known, shown=shown, label="attention"), caption)]
    if known is not None and result.chance is not None:
        there, gold = candidates(together, known)
        values = [np.array([average_precision(Ranking(head[there]), gold) for head in layer]) for layer in result.maps]
        mean = chance_of("auprc", int(gold.sum()), len(gold))
        picture = heads(values, mean, result.chance.auprc.quantile(0.95))
        caption = (
            "Each head's attention, a share among regulators, against the known edges. The last layer was supervised; "
            "attention.layer ranks it before the softmax, so that targets can be compared."
        )
        drawn.append(("heads", picture, caption))
    return drawn
