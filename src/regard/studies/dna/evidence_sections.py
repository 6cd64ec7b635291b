"""The tables of the DNA study's appendix: attention and gradients against motifs, and how focused heads are."""

from __future__ import annotations

import pandas as pd

from regard.core.evidence import JUDGED
from regard.report.columns import VERDICT, WHY, interval, numbers
from regard.report.inline import marked
from regard.report.page import Column, Folded, Note, Part, Section, Table
from regard.studies.dna.result import Result

COLUMNS = [
    Column("scores", "method"), Column("annotation", "annotation"), VERDICT, numbers("AUPRC alone", "value"),
    interval("95 % interval", "ci_low", "ci_high"), numbers("prevalence", "prevalence"),
    numbers("without a model", "baseline_value"), numbers("adds", "adds"),
    interval("95 % interval", "adds_low", "adds_high"), numbers("would have needed", "needed"),
    numbers("corrected p", "q_value"), WHY,
]  # fmt: skip
TITLE = "Attention and gradients against what is known"


def evidence_section(result: Result) -> Section:
    """The mean of heads, the best head and gradients; every head below; one sentence where nothing could be judged."""
    rows = result.evidence
    if not rows.verdict.isin(JUDGED).any():
        item, why = rows["item"].iloc[0], rows.reason.iloc[0]
        text = f"None of the {len(rows)} comparisons of {item} could be judged: {why}."
        return Section(TITLE, [text], "appendix lying")
    _, blocks, heads, *_ = result.maps.array.shape
    text = marked(
        "Attention received by each position ({item}), against motifs. AUPRC is average precision over positions; a "
        "random ranking has the prevalence. *Without a model* is what letters, their shares about a position and place "
        "say, predicted across sequences; *adds* is what the scores add to that. A verdict needs enough labels; a "
        "figure, freed of what needs no model, that labels turned within their sequence do not reach, corrected for "
        "every comparison in this table (p at most .01); more than the best head of one more random model would reach "
        "in 99 of 100 cases; and a lead. *Would have needed* is the least AUPRC at which the scores would have passed. "
        "The best head is the one of {heads} that adds most.",
        item=rows["item"].iloc[0], heads=blocks * heads,
    )  # fmt: skip
    main = main_rows(rows)
    parts: list[Part] = [text, Table(COLUMNS, main[main.positives > 0].to_dict("records"))]
    if absent := list(dict.fromkeys(main.annotation[main.positives == 0])):
        parts.append(Note(f"Not one position carries: {', '.join(absent)}."))
    every = Folded(f"All {len(rows)} comparisons, every head", [Table(COLUMNS, rows.to_dict("records"))])
    return Section(TITLE, [*parts, every], "appendix lying")


def main_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """What is no single head, and of each annotation the head that adds most; annotations in their order."""
    alone = rows.method.str.startswith("block")
    best = rows[alone].sort_values("adds").groupby("annotation").tail(1)
    main = pd.concat([rows[~alone], best.assign(method="best head: " + best.method)])
    order = {name: i for i, name in enumerate(rows.annotation.unique())}
    return main.sort_values("annotation", key=lambda column: column.map(order), kind="stable")


def entropy_section(rows: list[dict], classes: list[str]) -> Section:
    """How focused each head is, in each class."""
    columns = [
        Column("head", "head"),
        *(numbers(name, lambda row, i=i: row["values"][i]) for i, name in enumerate(classes)),
        numbers("difference", "difference"),
    ]
    text = (
        "Mean entropy of a query's attention over the bases it can see: 0 looks at one base, 1 at all alike. Whether "
        "classes differ is judged above."
    )
    return Section("Focused and diffuse heads", [text, Table(columns, rows)], "appendix")
