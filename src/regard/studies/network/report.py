"""The figures and the page of the network study."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Picture

from regard.core.edges import Edges
from regard.core.evidence import JUDGED, NOT_SUPPORTED, SUPPORTED, TOO_FEW, VERDICTS
from regard.judge.measures import chance_of
from regard.judge.metrics import Ranking, average_precision
from regard.plot.curves import precision_recall
from regard.plot.edges import MOST_GENES, drawing, heads, matrix, out_strength, regulators, strongest_genes
from regard.plot.style import save
from regard.report.build import render
from regard.studies.network.drawn import network, strongest
from regard.studies.network.methods import record_of
from regard.studies.network.result import Result


def write_report(result: Result, folder: Path) -> None:
    """Draw every figure into `folder/figures` and write `folder/report.html`."""
    rows = joined(result.evidence)
    first = next(iter(result.edges.values()))
    headline, found, answer = findings(result, rows)
    table = strongest(first, None if result.gold is None else result.gold.values[0])
    interactive, pictures = network(first, table), figures(result, folder)
    still = f"figures/network.{first.method}.svg"  # what a page without scripts shows in place of the interactive one
    render(
        "network.html",
        folder / "report.html",
        source=result.source,
        samples=len(result.expression.samples),
        genes=len(result.expression.genes),
        headline=headline,
        asked=asked(result),
        found=found,
        answer=answer,
        verdicts=[(word, int((rows.verdict == word).sum())) for word in VERDICTS],
        remarks=result.remarks,
        rows=rows.to_dict("records"),
        first=first.method,
        edges=table.to_dict("records"),
        columns=list(table.columns),
        network=interactive,
        unplaced=sum(gene["at"] is None for gene in interactive["genes"]),
        still=next(one for one in pictures if one["file"] == still),
        figures=[one for one in pictures if one["file"] != still],
        methods=[record_of(name) for name in result.edges],
        candidates=int((~np.isnan(first.values)).sum()),
        twins=result.twins,
        reads_model=any(record_of(name).model for name in result.edges),
    )


def joined(evidence: pd.DataFrame) -> pd.DataFrame:
    """One row a method: AUPRC as it was judged, and the other figures beside it."""
    rows = evidence[evidence.metric == "auprc"].copy()
    for figure in ("auroc", "early precision", "auprc / prevalence"):
        one = evidence[evidence.metric == figure].set_index("method").value
        rows[figure.replace(" / ", " ").replace(" ", "_")] = rows.method.map(one)
    return rows.sort_values("value", ascending=False, kind="stable")


def asked(result: Result) -> list[str]:
    genes = result.expression.genes
    may = len(genes) if result.regulators is None else len(result.regulators)
    lines = [
        f"Which of {may} genes regulate which of {len(genes)}? Seen: expression in "
        f"{len(result.expression.samples)} samples."
    ]
    done = result.expression.perturbation
    if done is not None:
        lines.append(f"Told: {int((done > 0).any(axis=1).sum())} samples were perturbed.")
    if result.expression.series is not None:
        lines.append(f"Told: {result.expression.series.max() + 1} time series.")
    return lines


def findings(result: Result, rows: pd.DataFrame) -> tuple[str, list[str], list[str]]:
    """The headline, what was found, and the answer to: is it evidence? All from the tables."""
    first = next(iter(result.edges.values()))
    strength = out_strength(first)
    top = [first.genes[i] for i in np.argsort(-strength, kind="stable")[:3]]
    best = first.table(1).iloc[0]
    found = [
        f"Strongest edge by {first.method}: {best.regulator} → {best.target}.",
        f"Regulators with the strongest edges: {', '.join(top)}.",
    ]
    if result.gold is None or result.chance is None:
        return (
            f"Edges by {', '.join(result.edges)}; without known edges nothing says whether they are right",
            found,
            ["No known edges were given, so there is nothing to judge by: add --gold FILE."],
        )
    mean, high = rows.null_mean.iloc[0], result.chance.auprc.quantile(0.95)
    found += [
        f"{row.method}: AUPRC {row.value:.3f}, {row.auprc_prevalence:.1f} times prevalence."
        for row in rows.head(3).itertuples()
    ]
    found.append(f"Chance for exactly this network: {mean:.3f}, 95th percentile {high:.3f}.")
    supported = rows[rows.verdict == SUPPORTED].method
    if (rows.verdict == TOO_FEW).all():
        headline = "Too few known edges to say whether any method is right"
    elif len(supported):
        headline = f"Evidence that these methods find known edges: {', '.join(supported)}"
    elif rows.verdict.isin(JUDGED).any():
        headline = "No method's edges are supported by the known ones"
    else:
        headline = "Whether any method finds the known edges cannot be told"
    return headline, found, [answer(row) for row in rows.itertuples()]


def answer(row) -> str:
    """Verdict and reason of a row, and what would have passed."""
    said = f"{row.method}: {row.verdict}. {row.reason[:1].upper()}{row.reason[1:]}."
    passing = row.verdict == NOT_SUPPORTED and row.needed == row.needed
    return f"{said} It would have needed an AUPRC of {row.needed:.3f}." if passing else said


def figures(result: Result, folder: Path) -> list[dict]:
    """Every figure of the page, drawn and written."""
    known = None if result.gold is None else result.gold.values[0]
    shown = strongest_genes(next(iter(result.edges.values())), MOST_GENES)  # the same in every map, in one order
    drawn: list[tuple[str, Picture, str]] = []
    if known is not None:
        there = ~np.isnan(next(iter(result.edges.values())).scores)
        scores = {name: e.scores[there] for name, e in result.edges.items()}
        caption = "Precision and recall against the known edges. A curve inside the band is what chance does."
        drawn.append(("precision_recall", precision_recall(scores, known[there], seed=result.seed), caption))
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
    made = []
    for stem, picture, caption in drawn:
        file = f"figures/{stem}.svg"
        made.append({"png": save(picture, folder / file), "file": file, "caption": caption})
    return made


def map_figures(result: Result, known: np.ndarray | None, shown: np.ndarray) -> list[tuple[str, Picture, str]]:
    """Attention of the network model itself: all heads together, and each against the known edges."""
    every = np.concatenate(result.maps)
    together = Edges(f"attention, mean of {len(every)} maps", result.expression.genes, every.mean(axis=0))
    caption = "Attention between genes before any read-out, mean over all layers and heads."
    drawn = [("attention_mean", matrix(together, known, shown=shown, label="attention"), caption)]
    if known is not None and result.chance is not None:
        there = ~np.isnan(together.scores)
        values = [
            np.array([average_precision(Ranking(head[there]), known[there]) for head in layer]) for layer in result.maps
        ]
        mean = chance_of("auprc", int(known[there].sum()), int(there.sum()))
        picture = heads(values, mean, result.chance.auprc.quantile(0.95))
        caption = (
            "Each head's attention, a share among regulators, against the known edges. The last layer was supervised; "
            "attention.layer ranks it before the softmax, so that targets can be compared."
        )
        drawn.append(("heads", picture, caption))
    return drawn
