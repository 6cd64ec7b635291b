"""The comparison of two finished runs of one study."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from rich.console import Console

from regard.core.recorded import recorded
from regard.errors import InputError
from regard.studies.beside.free import with_free
from regard.studies.beside.held import files_held
from regard.studies.beside.page import page_of
from regard.studies.beside.predictions import predicted_by_both
from regard.studies.beside.rows import KEY, OF_RUN, beside
from regard.studies.beside.settings import unlike
from regard.studies.beside.tested import with_tests
from regard.studies.beside.words import found, headline, what_was_tested
from regard.studies.frame import frame

WORDS = [*KEY, "verdict"]
NUMBERS = [name for name in OF_RUN if name not in WORDS]


def run(one: Path, other: Path, out: Path, *, force: bool = False, console: Console | None = None) -> pd.DataFrame:
    """Lay two runs side by side; see `regard compare --help`.

    Returns
    -------
    What `compared.tsv` has; see `regard.studies.beside.rows.beside`, `with_free` and `with_tests`.

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
    kept = [path for run in runs for path in files_held(run.folder, run.study)]
    with frame(out, force, console, seed=0, inputs=[*paths, *kept]) as work:
        table, settings = with_tests(with_free(beside(*tables), runs[0].study), runs), unlike(*runs)
        table.to_csv(work.folder / "compared.tsv", sep="\t", index=False, float_format="%.4g")
        said = [*found(table, names), *predicted_by_both(one, other, names)]
        work.page(page_of, table, settings, runs, names, said)
        work.manifest(study=runs[0].study, names=list(names))
        work.say([headline(table), *said, f"note: {what_was_tested(table)[0].rstrip('.')}"])
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
