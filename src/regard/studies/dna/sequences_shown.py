"""The sequences that are shown, a row each: what they are, what was predicted, what stands in them."""

from __future__ import annotations

from regard.report.columns import numbers
from regard.report.inline import Over, marked
from regard.report.page import Column, Note, Section, Table
from regard.studies.dna.described import described
from regard.studies.dna.figures import tss_of
from regard.studies.dna.initiation_rows import rows_words
from regard.studies.dna.levels import levels_text
from regard.studies.dna.result import Result
from regard.studies.dna.texts import basis


def shown_rows(result: Result) -> list[dict]:
    """Id, first 20 bases, length, label, prediction, and a description in plain words of each."""
    received = result.scores[0]
    value = dict(zip(received.ids, received.values, strict=True))
    initiation = {} if result.initiation.empty else {row.id: row for _, row in result.initiation.iterrows()}
    return [
        {
            "id": row.id,
            "start": result.sequences.sequence[row.id][:20],
            "length": row.length,
            "label": row.get("label", "not given"),
            "number": number_of(result, row.get("label")),
            "predicted": row.get("predicted", "no classifier"),
            "p": row[f"p_{row.predicted}"] if result.subject.classifies else None,
            "described": described(
                result.sequences.sequence[row.id], value[row.id], tss_of(result, row.id), initiation.get(row.id),
                result.check.counts,
            ),
        }
        for _, row in result.examples.iterrows()
    ]  # fmt: skip


def number_of(result: Result, label: str | None) -> str:
    """The number that stands for a label, where the model's task has it."""
    return str(result.task.classes.index(label)) if label in result.task.classes else ""


def label_text(result: Result) -> str:
    """What the labels mean, in a sentence; empty where there are none."""
    if not result.labelled or len(result.task.classes) < 2:
        return ""
    meaning = ", ".join(f"{i} = {name}" for i, name in enumerate(result.task.classes))
    strong = " Not the reverse: in these data 1 is weak and 2 is strong." if result.task.name == "enhancer" else ""
    return f"Labels: {meaning}.{strong}"


def sequences_section(result: Result) -> Section:
    """Which sequences the answers are from, and those that are shown."""
    classifies = result.subject.classifies
    columns = [
        Column("sequence, first 20 bases", lambda row: Over(row["id"], marked("`{start}`", start=row["start"]))),
        Column("label", lambda row: f"{row['label']} ({row['number']})" if row["number"] else row["label"]),
        Column(
            "predicted", lambda row: Over(row["predicted"], f"p = {row['p']:.3g}") if classifies else row["predicted"]
        ),
        Column("what it is", lambda row: f"{row['length']} bases: {row['described']}", "why"),
    ]
    text = " ".join(filter(None, [basis(result), label_text(result)]))
    return Section("The sequences", [text, Table(columns, shown_rows(result), looks="ids shown")])


def initiation_section(result: Result) -> list[Section]:
    """Predicted initiation in each sequence that is shown, and where attention meets it; none without a model."""
    rows, check = result.initiation, result.check
    if rows.empty:
        return []
    examples = result.examples.set_index("id")
    kind = examples[next((c for c in ("label", "predicted") if c in examples), "length")].astype(str)
    limits = f"Height {levels_text()}." if check.counts else "Heights have no unit: strong and weak are not told apart."
    note = (
        f"{check.target[:-1]}, either strand, highest base. {limits} Motif: the one that adds most at the peak, and "
        "where it is most active near it. Attended: the 5 % of bases that receive most, mean of heads; on motifs, on "
        "initiation: how many are among the 10 % with the strongest effect of any motif or the highest initiation; by "
        "chance, with p, when one is turned about against the other."
    )
    table = Table(
        columns_of(check.counts), rows.assign(kind=kind.loc[rows.id].to_numpy()).to_dict("records"), looks="ids"
    )
    return [Section(f"{check.name}, sequence by sequence", [table, rows_words(check, rows, kind), Note(note)])]


def columns_of(levels: bool) -> list[Column]:
    """levels : whether heights have a unit, so that strong and weak are told apart."""

    def meets(title: str, what: str) -> list[Column]:
        return [
            numbers(f"on {title} (by chance)", lambda row: f"{row[what]} ({row[f'{what}_chance']:.1f})"),
            numbers("p", lambda row: f"{row[f'{what}_p']:.2f}"),
        ]

    return [
        Column("sequence", "id"), Column("class", "kind"), *([Column("initiation", "level")] if levels else []),
        numbers("height", lambda row: f"{row['height']:.2f}"), numbers("peak", "peak"), Column("strand", "strand"),
        Column("motif there", lambda row: f"{row['motif']} at {row['motif_at']} ({row['adds']:+.2f})"),
        numbers("attended", "attended"), *meets("motifs", "on_motif"), *meets("initiation", "on_peak"),
        numbers("peak to nearest", lambda row: f"{row['from_peak']} bp"),
    ]  # fmt: skip
