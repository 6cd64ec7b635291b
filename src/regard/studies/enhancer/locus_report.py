"""The page of the study of one locus."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from regard.report.columns import NEEDED, VERDICT, WHY, interval, numbers
from regard.report.inline import marked
from regard.report.page import Bullets, Column, Note, Page, Part, Section, Table
from regard.report.sure import counts_of
from regard.studies.enhancer.locus_figures import SHOWN_LOCI, figures
from regard.studies.enhancer.locus_readings import readings_in_words
from regard.studies.enhancer.locus_result import Locus, Result
from regard.studies.enhancer.locus_words import HOW, UNTRAINED, answers, asked, found, how_judged, methods_of, sure

SCORES = [
    Column("score", "method"), Column("against", "annotation"), VERDICT, Column("of", "item"),
    numbers("positives", lambda row: f"{row['positives']} of {row['n']}"), numbers("prevalence", "prevalence"),
    numbers("AUPRC", "value"), interval("95 % interval", "ci_low", "ci_high"),
    numbers("without the score", "baseline_value"), numbers("adds", "adds"),
    interval("95 % interval", "adds_low", "adds_high"), numbers("p, corrected", "q_value"), NEEDED, WHY,
]  # fmt: skip
SHOWN_ELEMENTS = 15
WORDS_OF_ELEMENTS = ("place", "name", "validated")


def page_of(result: Result, folder: Path) -> Page:
    """Draw every figure into `folder/figures` and tell the study."""
    rows, model = result.evidence, result.model
    headline, answer = answers(result, rows)
    shown, *others = figures(result, folder)
    region = [str(result.region)] if result.where != str(result.region) else []
    evidence = [Bullets(answer), how_judged(result), Table(SCORES, rows.to_dict("records"))] if len(rows) else []
    sections = [
        Section("Is it evidence?", evidence), Section("Other starts in the region", others), readings_section(result),
        *(element_section(locus) for locus in result.loci[:SHOWN_LOCI]), how_section(result),
    ]  # fmt: skip
    return Page(
        study="enhancer study",
        about=[result.where, *region, model.name, f"window {model.length:,} bp, bins of {model.bin} bp"],
        title=f"locus, {result.where}",
        headline=headline,
        asked=asked(result),
        found=[line for locus in result.loci[:3] for line in found(result, locus)],
        sure=sure(result, rows),
        verdicts=counts_of(rows.verdict) if len(rows) else {},
        figure=shown,
        warning="" if model.trained else f"{UNTRAINED.capitalize()}.",
        remarks=result.remarks,
        sections=[one for one in sections if one.parts],
    )


def readings_section(result: Result) -> Section:
    """What other pipelines give; no parts without attention."""
    title = "Would another reading of the same attention say otherwise?"
    if not result.readings:
        return Section(title, [])
    note = (
        "Each by itself, beside nothing that needs no model, and no verdict. The reading used was fixed beforehand; "
        "the highest is not the true one."
    )
    return Section(title, [Bullets(readings_in_words(result.readings, result.loci[0].name)), Note(note)])


def element_section(locus: Locus) -> Section:
    """The best elements of a locus; no parts where there is none."""
    title = f"Elements at {locus.name}, highest gradient × input first"
    best = element_rows(locus)
    if best is None:
        return Section(title, [])
    names, rows = best
    columns = [
        Column("distance (bp)" if name == "distance" else name, name, "" if name in WORDS_OF_ELEMENTS else "n")
        for name in names
    ]
    return Section(title, [Table(columns, rows)])


def how_section(result: Result) -> Section:
    """Scores, the reading of attention, and what the scores of elements are."""
    model = result.model
    rows = [{"score": name, "text": HOW[name]} for name in HOW if name in methods_of(result)]
    parts: list[Part] = [Table([Column("score", "score"), Column("what it is", "text", "why")], rows)]
    if result.pipeline:
        parts.append(marked(
            "Attention was taken from the unmodified model and reduced with `{pipeline}`; queries and keys are the "
            "{bins} bins of the window, counted from 0 as the model reads them.",
            pipeline=result.pipeline, bins=model.bins,
        ))  # fmt: skip
    widest = f", over {model.widest:,} bp about its middle where it is shorter" if model.widest else ""
    shuffled = f"it is shuffled {result.shuffles} times" if result.shuffles else "nothing was shuffled"
    turned = (
        " The model reads along the gene: at a gene on the minus strand it reads the other strand, and the scores are "
        "turned back."
    )
    parts.append(
        f"The score of an element is the mean over its bases{widest}; {shuffled}.{turned if model.oriented else ''} "
        "These are statements about the model. That it uses a stretch of DNA does not show that the cell does."
    )
    files = "All bins are in `positions.tsv`, elements in `elements.tsv` (where given), all rows in `evidence.tsv`."
    return Section("How it was done", [*parts, Note(marked(files))])


def element_rows(locus: Locus):
    """Columns and rows of the best elements of a locus; None where there is none."""
    if locus.elements is None or locus.elements.empty:
        return None
    table = locus.elements.sort_values("gradient × input", ascending=False, kind="stable").head(SHOWN_ELEMENTS)
    table = table.assign(place=[f"{r.chrom}:{r.start + 1:,}-{r.end:,}" for r in table.itertuples()])
    names = ["place", "name", "distance", *HOW, "validated"]
    columns = [name for name in names if name in table]
    if "validated" in table:
        table["validated"] = np.where(table.validated, "yes", "")
    return columns, table[columns].to_dict("records")
