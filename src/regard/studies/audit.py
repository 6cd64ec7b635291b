"""The audit: what a data set gives away before any model has seen it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from regard.audit.built import BLOCK
from regard.audit.checks import Relations, between_files, relations, within_file
from regard.audit.duplicates import conflicting, repeated
from regard.audit.findings import LIMITS, MINOR, NONE, SERIOUS, Finding
from regard.audit.given_away import shortcuts
from regard.audit.sketch import K
from regard.data.corpus import Corpus, read_corpus
from regard.data.sequence_tables import joined_words
from regard.errors import InputError, one_line
from regard.report.build import render
from regard.studies.frame import frame

COLOUR = {SERIOUS: "bold red", MINOR: "yellow", NONE: "green"}
LISTS = {
    "duplicates": "Equal sequences: one `group` on either strand; rows of one `copy` are on the same strand.",
    "conflicts": "Equal sequences with two labels or more.",
    "near": "Pairs that share most k-mers. Equal sequences stand for one another: only the first row is listed.",
    "partial": "Pairs with a piece in common: shifted windows, or one in the other; `similarity` is the containment.",
    "built": "Rows that share aligned blocks, and nothing else, with a row of another label.",
    "overlap": "Test rows, and the training row each is equal or close to.",
    "lengths": "How many rows of each label have which length.",
}


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
        write(work.folder, corpus, findings, lists, file_names(paths), similarity)
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


def listings(corpus: Corpus, found: Relations, names: list[str]) -> dict[str, pd.DataFrame]:
    """The rows behind duplicates, conflicts, near duplicates, built negatives and lengths."""
    twice, group = grouped(found.either, repeated(found.either))
    duplicates = {"group": group, "copy": pd.factorize(found.same[twice])[0] + 1} | rows_of(corpus, names, twice)
    clash, group = grouped(found.same, conflicting(found.same, corpus.label))
    conflicts = {"group": group} | rows_of(corpus, names, clash)
    near = side_by_side(corpus, names, first=found.near[:, 0], second=found.near[:, 1])
    partial = side_by_side(corpus, names, first=found.partial[:, 0], second=found.partial[:, 1])
    built = side_by_side(corpus, names, negative=found.built.negative, positive=found.built.positive)
    built |= {"shared_blocks": found.built.shared, "blocks": found.built.blocks, "equal_elsewhere": found.built.rest}
    lengths = pd.DataFrame({"file": np.array(names)[corpus.file], "label": label_names(corpus)[corpus.label]})
    lengths = lengths.assign(length=corpus.length).value_counts(["file", "label", "length"], sort=False)
    return {
        "duplicates": pd.DataFrame(duplicates),
        "conflicts": pd.DataFrame(conflicts),
        "near": pd.DataFrame(near | {"similarity": found.likeness}),
        "partial": pd.DataFrame(partial | {"similarity": found.contained}),
        "built": pd.DataFrame(built),
        "lengths": lengths.rename("rows").reset_index(),
    }


def grouped(group: np.ndarray, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The chosen rows group by group, and the groups counted from 1 in the order they appear."""
    rows = np.flatnonzero(chosen)
    number = pd.factorize(group[rows])[0] + 1
    order = np.argsort(number, kind="stable")
    return rows[order], number[order]


def label_names(corpus: Corpus) -> np.ndarray:
    """Names of the classes; the last one, index -1, is empty."""
    return np.array([*corpus.classes, ""], dtype=object)


def rows_of(corpus: Corpus, names: list[str], rows, prefix: str = "") -> dict:
    """File, 1-based row, id and label of rows, as columns."""
    rows = np.asarray(rows, dtype=np.int64)
    columns = {
        "file": np.array(names, dtype=object)[corpus.file[rows]],
        "row": corpus.row(rows),
        "id": np.array([corpus.ids[i] for i in rows], dtype=object),
        "label": label_names(corpus)[corpus.label[rows]],
    }
    return {prefix + name: values for name, values in columns.items()}


def side_by_side(corpus: Corpus, names: list[str], **rows) -> dict:
    """The columns of `rows_of` for each kind of row, its name in front."""
    columns = {}
    for name, some in rows.items():
        columns |= rows_of(corpus, names, some, f"{name}_")
    return columns


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


def count_line(findings: list[Finding]) -> str:
    count = {level: sum(one.level == level for one in findings) for level in COLOUR}
    return f"{count[SERIOUS]} serious, {count[MINOR]} minor, {count[NONE]} without a finding"


def write(folder: Path, corpus: Corpus, findings, lists, names: list[str], similarity: float) -> None:
    """Write audit.tsv, every list that is not empty, and the report."""
    table = pd.DataFrame([asdict(one) for one in findings])
    table.to_csv(folder / "audit.tsv", sep="\t", index=False, float_format="%.4g")
    for name, rows in lists.items():
        rows.to_csv(folder / f"{name}.tsv", sep="\t", index=False, float_format="%.4g")
    serious = [one for one in findings if one.level == SERIOUS]
    headline = f"{len(serious)} serious: {', '.join(dict.fromkeys(one.check for one in serious))}"
    render(
        "audit.html",
        folder / "report.html",
        names=names,
        total=len(corpus),
        headline=headline if serious else "Nothing serious was found",
        classes=corpus.classes,
        rows=[(name, int((corpus.file == i).sum())) for i, name in enumerate(names)],
        serious=serious,
        findings=findings,
        counts=count_line(findings),
        lists=[
            {
                "name": name,
                "text": LISTS[name],
                "total": len(rows),
                "columns": list(rows),
                "rows": rows.head(10).values.tolist(),
            }
            for name, rows in lists.items()
        ],
        limits=LIMITS,
        similarity=similarity,
        k=K,
        block=BLOCK,
    )
