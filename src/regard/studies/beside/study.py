"""The comparison of two finished runs of one study."""

from __future__ import annotations

import shlex
from pathlib import Path

import pandas as pd
from rich.console import Console

from regard.core.recorded import Recorded, recorded
from regard.errors import InputError
from regard.report.build import render
from regard.report.figures import in_page, ordered
from regard.studies.beside.rows import KEY, OF_RUN, beside, in_both
from regard.studies.beside.settings import unlike
from regard.studies.beside.words import cautions, found, headline
from regard.studies.frame import frame
from regard.studies.index import QUESTIONS

WORDS = [*KEY, "verdict"]
NUMBERS = [name for name in OF_RUN if name not in WORDS]
SHOWN = 400  # rows on the page; compared.tsv has all
PAIRS, BYTES = 6, 3_000_000  # figures side by side, and how large they may be together


def run(one: Path, other: Path, out: Path, *, force: bool = False, console: Console | None = None) -> pd.DataFrame:
    """Lay two runs side by side; see `regard compare --help`.

    Returns
    -------
    What `compared.tsv` has; see `regard.studies.beside.rows.beside`.

    Raises
    ------
    InputError
        One of them is no finished run, or judged nothing; or they are of two studies, or the same folder.
    """
    runs = recorded(one), recorded(other)
    if one.resolve() == other.resolve():
        raise InputError(f"{one} and {other}: are the same folder; give two runs")
    if runs[0].study != runs[1].study:
        raise InputError(
            f"{one} is of regard {runs[0].study}, {other} of regard {runs[1].study}; give two runs of one study"
        )
    paths = [path for run in runs for path in (run.folder / "manifest.json", run.folder / "evidence.tsv")]
    tables = [read_evidence(path) for path in paths[1::2]]
    names = told_apart(one.resolve(), other.resolve())
    with frame(out, force, console, seed=0, inputs=paths) as work:
        table, settings = beside(*tables), unlike(*runs)
        table.to_csv(work.folder / "compared.tsv", sep="\t", index=False, float_format="%.4g")
        work.page(write_report, table, settings, runs, names)
        work.manifest(study=runs[0].study, names=list(names))
        work.say([headline(table), *found(table, names), "note: no difference was tested; see the report"])
    return table


def read_evidence(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise InputError(f"{path}: no such file; only runs that judged something can be compared")
    try:
        table = pd.read_csv(path, sep="\t", keep_default_na=False, na_values=[""], dtype=dict.fromkeys(WORDS, str))
        return table.astype(dict.fromkeys(table.columns.intersection(NUMBERS), float)).astype({"verdict": object})
    except (ValueError, KeyError):
        raise InputError(f"{path}: is damaged, or no evidence of Regard's; repeat the run") from None


def told_apart(one: Path, other: Path) -> tuple[str, str]:
    """The shortest ends of two paths that differ: what to call the runs."""
    for length in range(1, max(len(one.parts), len(other.parts)) + 1):
        names = "/".join(one.parts[-length:]), "/".join(other.parts[-length:])
        if names[0] != names[1]:
            return names
    return str(one), str(other)


def write_report(
    table: pd.DataFrame,
    settings: list[tuple[str, str, str]],
    runs: tuple[Recorded, Recorded],
    names: tuple[str, str],
    folder: Path,
) -> None:
    """Write `folder/report.html`: first what moved, then why, figures, and the rows that differ first."""
    moved = in_both(table) & (table.verdict_1 != table.verdict_2)
    rows = pd.concat([table[moved], table[~moved]]).head(SHOWN)
    render(
        "compare.html",
        folder / "report.html",
        names=names,
        study=runs[0].study,
        question=QUESTIONS.get(runs[0].study, ""),
        headline=headline(table),
        found=found(table, names),
        cautions=cautions(table, runs[0].study),
        settings=settings,
        commands=[shlex.join(run.command) for run in runs],
        figures=figure_pairs(*runs),
        rows=list(rows.astype(object).itertuples(index=False)),
        total=len(table),
    )


def figure_pairs(one: Recorded, other: Recorded) -> list[dict]:
    """The main figures that both runs drew, as pictures in the page; or the main one of each where none is in both."""
    mine, theirs = ([file for file in ordered(run.files) if (run.folder / file).is_file()] for run in (one, other))
    common = [(file, file) for file in mine if file in theirs] or list(zip(mine, theirs, strict=False))[:1]
    shown, size = [], 0
    for pair in common[:PAIRS]:
        paths = [run.folder / file for run, file in zip((one, other), pair, strict=True)]
        size += sum(path.stat().st_size for path in paths)
        if shown and size > BYTES:
            break
        shown.append({"files": pair, "pictures": [in_page(path) for path in paths]})
    return shown
