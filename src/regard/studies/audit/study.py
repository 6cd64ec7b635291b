"""The audit: what a data set gives away before any model has seen it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from regard.audit.built import BLOCK
from regard.audit.checks import between_files, relations, within_file
from regard.audit.findings import MINOR, NONE, SERIOUS, Finding
from regard.audit.given_away import shortcuts
from regard.audit.sketch import K
from regard.data.corpus import Corpus, read_corpus
from regard.data.sequence_tables import joined_words
from regard.errors import InputError, one_line
from regard.studies.audit.lists import listings, side_by_side
from regard.studies.audit.report import count_line, page_of
from regard.studies.frame import frame

COLOUR = {SERIOUS: "bold red", MINOR: "yellow", NONE: "green"}


def run(
    train: Path,
    test: Path | None = None,
    out: Path | None = None,
    *,
    similarity: float = 0.5,
    seed: int = 0,
    force: bool = False,
    console: Console | None = None,
) -> list[Finding]:
    """Audit one file, or a training file beside its test file; see `regard audit --help`."""
    console = console or Console()
    if not 0.3 <= similarity <= 1:
        raise InputError(
            f"--similarity {similarity}: expected .3 to 1, the share of {K}-mers two sequences have in common"
        )
    paths = [path for path in (train, test) if path]
    if out is None:
        corpus, findings, _ = audit(paths, similarity, seed)
        show(console, findings, corpus)
        return findings
    with frame(out, force, console, seed=seed, inputs=paths) as work:
        corpus, findings, lists = audit(paths, similarity, seed)
        write_tables(work.folder, findings, lists)
        work.page(page_of, corpus, findings, lists, names=file_names(paths), similarity=similarity)
        work.manifest(similarity=similarity, k=K, block=BLOCK)
        show(console, findings, corpus)
    return findings


def file_names(paths: list[Path]) -> list[str]:
    """Names of the files, told apart where they are the same."""
    names = [path.name for path in paths]
    return names if len(set(names)) == len(names) else [f"{names[0]} (train)", f"{names[1]} (test)"]


def audit(paths: list[Path], similarity: float, seed: int) -> tuple[Corpus, list[Finding], dict[str, pd.DataFrame]]:
    """All findings, and the rows behind them by name of list."""
    with Console(stderr=True).status("reading") as status:
        corpus = read_corpus(paths)
        status.update(f"{len(corpus)} sequences")
        found, names = relations(corpus, similarity=similarity, seed=seed), file_names(paths)
        findings = [one for i, name in enumerate(names) for one in within_file(corpus, found, i, name)]
        lists = listings(corpus, found, names)
        if len(paths) == 2:
            between, table = between_files(corpus, found, names)
            findings = between + findings
            rows = side_by_side(corpus, names, test=table.test, train=table.train)
            lists["overlap"] = pd.DataFrame(rows | {"kind": table.kind, "similarity": table.similarity})
        findings += shortcuts(corpus, found.same, found.family, " + ".join(names), seed)
    return corpus, findings, lists


def show(console: Console, findings: list[Finding], corpus: Corpus) -> None:
    """Print the findings in the order of the checks, count them, and say how the files were read if not plainly."""
    table = Table("check", "finding", "what to do", show_lines=True)
    for one in findings:
        colour = COLOUR[one.level]
        where = f"[{colour}]{one.check}: {one.level}[/]\n{escape(one_line(one.file))}"
        table.add_row(where, escape(one_line(one.verdict)), escape(one_line(one.advice)))
    console.print(table)
    console.print(count_line(findings), highlight=False)
    for words in joined_words(corpus.joined):
        console.print(f"note: {words}", highlight=False)


def write_tables(folder: Path, findings: list[Finding], lists: dict[str, pd.DataFrame]) -> None:
    """Write audit.tsv and every list."""
    table = pd.DataFrame([asdict(one) for one in findings])
    table.to_csv(folder / "audit.tsv", sep="\t", index=False, float_format="%.4g")
    for name, rows in lists.items():
        rows.to_csv(folder / f"{name}.tsv", sep="\t", index=False, float_format="%.4g")
