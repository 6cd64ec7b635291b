"""The page of two runs side by side."""

from __future__ import annotations

import shlex
from pathlib import Path, PurePosixPath

import pandas as pd

from regard.core.recorded import Recorded
from regard.report.columns import numbers, with_interval
from regard.report.figures import caption_in, ordered
from regard.report.inline import Over, Verdict, marked
from regard.report.page import Column, Figure, Note, Page, Part, Section, Table
from regard.studies.beside.rows import in_both
from regard.studies.beside.words import cautions, headline
from regard.studies.index import QUESTIONS

SHOWN = 400  # rows on the page; compared.tsv has all
PAIRS, BYTES = 6, 3_000_000  # figures side by side, and how large they may be together


def page_of(
    table: pd.DataFrame,
    settings: list[tuple[str, str, str]],
    runs: tuple[Recorded, Recorded],
    names: tuple[str, str],
    said: list[str],
    folder: Path,
) -> Page:
    """First what moved, then why, figures, and the rows that differ first; figures are copied into `folder`.

    said : what was found, a sentence each.
    """
    question = QUESTIONS.get(runs[0].study)
    return Page(
        study=f"two runs of {runs[0].study}",
        about=names,
        title=" and ".join(names),
        headline=headline(table),
        asked=[*([question] if question else []), f"And what comes out otherwise in {names[1]} than in {names[0]}?"],
        found=said,
        sure=cautions(table, runs[0].study),
        sections=[made_with(settings, runs, names), *figures_section(runs, names, folder), rows_section(table, names)],
        styles=["cards.css"],
    )


def made_with(settings: list[tuple[str, str, str]], runs: tuple[Recorded, Recorded], names: tuple[str, str]) -> Section:
    """What differs, and both commands."""
    parts: list[Part] = ["Settings, inputs and versions are the same."]
    if settings:
        titles = ("what", *names)
        columns = [Column(title, lambda row, at=at: row[at]) for at, title in enumerate(titles)]
        parts = [Table(columns, [dict(enumerate(row)) for row in settings])]
    said = [marked("`{command}`", command=shlex.join(run.command)) for run in runs]
    return Section("What the runs were made with", [*parts, *said])


def figures_section(runs: tuple[Recorded, Recorded], names: tuple[str, str], folder: Path) -> list[Section]:
    """The main figures that both runs drew; or the main one of each where none is in both."""
    mine, theirs = ([file for file in ordered(run.files) if (run.folder / file).is_file()] for run in runs)
    common = [(file, file) for file in mine if file in theirs] or list(zip(mine, theirs, strict=False))[:1]
    shown, size = [], 0
    for pair in common[:PAIRS]:
        pictures = [(run.folder / file).read_bytes() for run, file in zip(runs, pair, strict=True)]
        size += sum(map(len, pictures))
        if shown and size > BYTES:
            break
        shown.append(Section(PurePosixPath(pair[0]).stem, beside_each_other(pair, pictures, names, folder), "pair"))
    said = Note("Each on its own scale: read the axes before you compare colours or heights.")
    return [Section("The main figures, side by side", [said, *shown])] if shown else []


def beside_each_other(pair: tuple[str, str], pictures: list[bytes], names: tuple[str, str], folder: Path):
    made = []
    for number, (file, picture, name) in enumerate(zip(pair, pictures, names, strict=True), 1):
        copy = f"figures/{number}.{PurePosixPath(file).name}"
        (folder / copy).write_bytes(picture)
        made.append(Figure(picture, copy, f"{name}: {caption_in(picture)}".strip()))
    return made


def rows_section(table: pd.DataFrame, names: tuple[str, str]) -> Section:
    """Rows with another verdict first."""
    moved = in_both(table) & ~table.free & (table.verdict_1 != table.verdict_2)
    rows = pd.concat([table[moved], table[~moved]]).head(SHOWN).astype(object).to_dict("records")
    first = f"The first {len(rows)} of {len(table)}, those" if len(rows) < len(table) else "Those"
    text = marked(
        "{first} with another verdict first; all are in `compared.tsv`. The small numbers are 95 % intervals. *Adds* "
        "is what a verdict rests on: what is gained beyond what needs no model. *Paired test*: of the difference, the "
        "same items and groups in both; p is corrected for all rows that were tested.",
        first=first,
    )  # fmt: skip
    return Section("Every comparison", [text, Table(columns_of(names), rows, file="compared")])


def columns_of(names: tuple[str, str]) -> list[Column]:
    """Verdicts and the test come first, so that they are in sight."""
    both = list(enumerate(names, 1))
    return [
        Column("scores", item_and_method), Column("annotation", "annotation"), Column("metric", "metric"),
        *(Column(f"verdict, {name}", lambda row, run=run: verdict(row, run)) for run, name in both),
        with_interval("difference", "difference", "test_low", "test_high"),
        Column("paired test", "test"), numbers("p, corrected", "q_value"),
        *(with_interval(name, f"value_{run}", f"ci_low_{run}", f"ci_high_{run}") for run, name in both),
        *(with_interval(f"adds, {name}", f"adds_{run}", f"adds_low_{run}", f"adds_high_{run}") for run, name in both),
        Column("intervals", "intervals"), Column("labels", "labels"),
    ]  # fmt: skip


def item_and_method(row) -> Over:
    return Over(row["method"], f"{row['item']}, {row['item_2']}" if row["item_2"] else row["item"])


def verdict(row, run: int) -> Verdict | str:
    word = row[f"verdict_{run}"]
    if not isinstance(word, str):
        return ""
    return "not the model's" if row["free"] else Verdict(word)
