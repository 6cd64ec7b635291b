"""The page of the network study."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from regard.report.build import filled
from regard.report.columns import NEEDED, VERDICT, WHY, interval, numbers
from regard.report.inline import Words, marked
from regard.report.page import Block, Bullets, Column, Figure, Note, Page, Part, Section, Table
from regard.report.sure import counts_of
from regard.studies.network.drawn import network, strongest
from regard.studies.network.figures import figures
from regard.studies.network.methods import record_of
from regard.studies.network.result import Result
from regard.studies.network.words import answer, asked, findings, how_judged, joined, sure

EVIDENCE = [
    Column("method", "method"), VERDICT, numbers("AUPRC", "value"), interval("95 % interval", "ci_low", "ci_high"),
    numbers("÷ prevalence", "auprc_prevalence"), numbers("early precision", "early_precision"),
    numbers("AUROC", "auroc"), numbers("chance", "null_mean"), numbers("adds", "adds"),
    interval("95 % interval", "adds_low", "adds_high"), numbers("p, corrected", "q_value"), NEEDED, WHY,
]  # fmt: skip
METHODS = [
    Column("method", "name"), Column("what it does", "summary", "why"), Column("score", "equation"),
    Column("source", "reference"),
]  # fmt: skip


def page_of(result: Result, folder: Path) -> Page:
    """Draw every figure into `folder/figures` and tell the study."""
    rows = joined(result.evidence)
    first = next(iter(result.edges.values()))
    headline, found = findings(result, rows)
    pictures = figures(result, folder)
    still = pictures.pop(f"network.{first.method}")  # what a page without scripts shows in place of the network
    chosen = next((stem for stem in ("precision_recall", f"regulators.{first.method}") if stem in pictures), None)
    shown = pictures.pop(chosen) if chosen else still
    sections = [evidence_section(result, rows), edges_section(result, still), Section("Figures", [*pictures.values()])]
    return Page(
        study="network study",
        about=[
            result.source,
            f"{len(result.expression.samples)} samples × {len(result.expression.genes)} genes",
            f"{candidates(result)} candidate edges",
        ],
        title=f"network, {result.source}",
        headline=headline,
        asked=asked(result),
        found=found,
        sure=sure(result, rows),
        verdicts=counts_of(rows.verdict) if len(rows) else {},
        figure=shown,
        remarks=result.remarks,
        sections=[*(one for one in sections if one.parts), methods_section(result)],
        scripts=["network.js"],
    )


def candidates(result: Result) -> int:
    return int((~np.isnan(next(iter(result.edges.values())).values)).sum())


def evidence_section(result: Result, rows: pd.DataFrame) -> Section:
    """Verdicts in words and as a table; no parts where nothing is known."""
    if rows.empty:
        return Section("Is it evidence?", [])
    lines = [answer(row) for row in rows.itertuples()]
    return Section(
        "Is it evidence?", [Bullets(lines), how_judged(result, rows), Table(EVIDENCE, rows.to_dict("records"))]
    )


def edges_section(result: Result, still: Figure) -> Section:
    """The network that is used, and the table that goes with it."""
    first, count = next(iter(result.edges.values())), candidates(result)
    table = strongest(first, None if result.gold is None else result.gold.edges)
    drawn = network(first, table)
    parts: list[Part] = [said_of(len(table), count)]
    if len(table):
        unplaced = sum(gene["at"] is None for gene in drawn["genes"])
        known = bool(len(result.evidence))
        html = filled("network.html", network=drawn, known=known, unplaced=unplaced)
        parts.append(Block(html, still))
    columns = [numbers(name, name) if name == "score" else Column(name, name) for name in table.columns]
    parts.append(Table(columns, table.to_dict("records"), name="edges", search="gene", file=f"edges.{first.method}"))
    return Section(f"The strongest edges, by {first.method}", parts)


def said_of(shown: int, count: int) -> Words:
    which = (
        f"The {shown:,} strongest of {count:,} candidate edges are"
        if shown < count
        else f"All {count:,} candidate edges are"
    )
    return marked(
        "{which} in the table, which shows as many as are drawn; `edges.tsv` has all. Search for a gene, or click it, "
        "to see its edges alone.",
        which=which,
    )


def methods_section(result: Result) -> Section:
    rows = [vars(record_of(name)) for name in result.edges]
    limits = marked(
        "An edge is a guess about regulation from expression alone; a supported method finds known edges more often "
        "than chance, and most of its best edges can still be wrong. All edges are in `edges.tsv` and "
        "`edges.<method>.tsv`, for Cytoscape in `network.graphml`, for AnnData in `network.parquet`; all numbers in "
        "`evidence.tsv`; how long each method took in `manifest.json`."
    )
    return Section("How it was done", [Table(METHODS, rows), Note(limits)])
