"""The questions of the DNA study on its page: answers that are handed in, and all that is behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from regard.core.evidence import JUDGED
from regard.report.columns import VERDICT, WHY, interval, numbers
from regard.report.inline import number
from regard.report.kept import kept
from regard.report.page import Column, Figure, Folded, Note, Part, Section, Table
from regard.studies.dna.answers import Answer

COMPARED = [
    Column("score", "method"), Column("compared", "annotation"), VERDICT, numbers("n", "n"), Column("metric", "metric"),
    numbers("value", "value"), interval("95 % interval", "ci_low", "ci_high"),
    Column("without a model", lambda row: f"{row['baseline'] or ''} {number(row['baseline_value'])}".strip()),
    numbers("adds", "adds"), numbers("corrected p", "q_value"), WHY,
]  # fmt: skip


@dataclass(frozen=True)
class Told:
    """An answer and its figure, drawn."""

    answer: Answer
    figure: Figure | None


def told(one: Answer, folder: Path) -> Told:
    """Draw the figure of an answer into the folder."""
    if one.figure is None:
        return Told(one, None)
    return Told(one, kept(one.figure, folder, f"question_{one.name}", one.question, one.rows, dpi=160))


def answered(answers: Sequence[Told]) -> Section:
    """What is handed in: a question, a sentence, and what it would mean in a cell."""
    parts: list[Part] = [
        Section(one.answer.question, [*filter(None, (one.answer.sentence, one.answer.biology))], "answer")
        for one in answers
        if one.answer.asked
    ]
    return Section("The questions, answered with numbers", parts)


def behind(answers: Sequence[Told], shown: Told | None) -> Section:
    """Figures, evidence and caveats of every answer.

    shown : the one whose figure stands at the beginning of the page.
    """
    parts: list[Part] = []
    for one in answers:
        inside = evidence_of(one, one is shown)
        if inside:
            parts.append(Section(one.answer.question, inside, "answer"))
    return Section("Appendix: figures and evidence behind the answers", parts, "appendix")


def evidence_of(one: Told, shown: bool) -> list[Part]:
    answer = one.answer
    parts: list[Part] = [] if answer.asked else [answer.sentence]
    if one.figure and not shown:
        parts.append(one.figure)
    if answer.rows.verdict.isin(JUDGED).any():
        rows = answer.rows.replace({np.nan: None}).to_dict("records")
        title = f"Evidence: {len(rows)} {'rows' if len(rows) > 1 else 'row'}"
        parts.append(Folded(title, [Table(COMPARED, rows)], open=True))
    return [*parts, Note(answer.caveat)] if answer.caveat else parts
