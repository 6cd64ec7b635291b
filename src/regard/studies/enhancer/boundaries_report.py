"""The page of the study of TAD boundaries."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from regard.report.columns import NEEDED, VERDICT, WHY, interval, numbers
from regard.report.inline import marked
from regard.report.page import Bullets, Column, Note, Page, Part, Section, Table
from regard.report.sure import counts_of, how_sure
from regard.studies.enhancer.boundaries_figures import figures
from regard.studies.enhancer.boundaries_result import Result
from regard.studies.enhancer.boundaries_words import (
    MEAN,
    QUESTIONS,
    answers,
    beyond,
    found,
    how_judged,
    in_pairs,
    readings_in_words,
)

SHOWN = 20  # heads in the table, beside the means of all
SCORES = [
    Column("score", "method"), VERDICT, numbers("difference", "value"), interval("95 % interval", "ci_low", "ci_high"),
    numbers("adds", "adds"), interval("95 % interval", "adds_low", "adds_high"), numbers("p, corrected", "q_value"),
    NEEDED, WHY,
]  # fmt: skip


def page_of(result: Result, folder: Path) -> Page:
    """Draw every figure into `folder/figures` and tell the study."""
    model, table = result.model, result.evidence
    headline, answer = answers(result)
    pictures = figures(result, folder)
    shown = pictures.pop("profile")
    return Page(
        study="enhancer study",
        about=["TAD boundaries", result.source, model.name, f"windows of {model.length:,} bp, {model.bins} bins"],
        title=f"boundaries, {result.source}",
        headline=headline,
        asked=[
            f"Does attention about {len(result.pairs)} boundaries differ from that about as many matched loci of the "
            "same chromosomes?",
            QUESTIONS,
        ],
        found=in_pairs(result),
        sure=how_sure(counts_of(table.verdict), ("score of a head", "scores of heads"), beyond(result)),
        verdicts=counts_of(table.verdict),
        figure=shown,
        warning="" if model.trained else "Untrained model, random weights: this says nothing about biology.",
        remarks=result.remarks,
        sections=[
            evidence_section(result, answer), Section("Figures", [Bullets(found(result)), *pictures.values()]),
            readings_section(result), how_section(result),
        ],
    )  # fmt: skip


def evidence_section(result: Result, answer: list[str]) -> Section:
    """Verdicts in words, how they were come to, and the rows of the means and of the heads with the smallest p."""
    table = result.evidence
    means = table.method.str.endswith(MEAN)
    heads = table[~means].sort_values("p_value", kind="stable")
    rows = [row for part in (table[means], heads.head(SHOWN)) for row in part.to_dict("records")]
    parts: list[Part] = [Bullets(answer), how_judged(result), Table(SCORES, rows)]
    if len(heads) > SHOWN:
        parts.append(Note(marked("{n} more rows with larger p are in `evidence.tsv`.", n=len(heads) - SHOWN)))
    return Section("Is it evidence?", parts)


def readings_section(result: Result) -> Section:
    note = marked(
        "Each in its own unit: after `uniform` and `causal` 1 is a uniform map, after `log` 1 is twice that. No "
        "verdict; the reading used was fixed beforehand, and the largest is not the true one."
    )
    return Section(
        "Would another reading of the same attention say otherwise?",
        ["Boundaries less matched loci, mean of all layers and heads:", Bullets(readings_in_words(result)), Note(note)],
    )


def how_section(result: Result) -> Section:
    """How heads were read, how loci were matched, and what was left out."""
    reasons = Counter(reason for _, reason in result.left_out)
    gc, matched = (np.mean([getattr(pair, of) for pair in result.pairs]) for of in ("gc", "control_gc"))
    parts: list[Part] = [
        marked(
            "Each head's map was read by `{pipeline}`; stripe and block are means over parts of what is left.",
            pipeline=result.pipeline,
        ),
        f"The window's middle stands on the middle of a boundary. Matched loci are at least {result.away:,} bp from "
        "every boundary of the file and have none in their window, with a GC share within .02 (means "
        f"{gc:.3f} and {matched:.3f}). The boundary's own bins are {result.width * result.model.bin:,} bp on each "
        "side. After Avsec et al. 2021, figure 2c–d.",
        *(f"Left out: {count} boundaries: {reason}." for reason, count in reasons.most_common()),
    ]
    if result.not_used:
        parts.append(marked("{n} more boundaries were not come to (`--most`).", n=result.not_used))
    files = (
        "Boundaries and matched loci are in `pairs.tsv`, those left out in `left_out.tsv`, all rows in `evidence.tsv`, "
        "mean maps and the scores of every window in `maps.npz`."
    )
    return Section("How it was done", [*parts, Note(marked(files))])
