"""The page of an audit."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from regard.audit.built import BLOCK
from regard.audit.findings import LIMITS, MINOR, NONE, SERIOUS, Finding
from regard.audit.sketch import K
from regard.data.corpus import Corpus
from regard.plot.checks import shares
from regard.report.columns import numbers
from regard.report.inline import Verdict, marked
from regard.report.kept import kept
from regard.report.page import Column, Figure, Folded, Note, Page, Part, Section, Table
from regard.studies.audit.lists import LISTS

TONE = {SERIOUS: "not", MINOR: "too", NONE: "supported"}
SHOWN = 10  # rows of each list
OF_PAIRS = "near duplicates, other label"  # whose share is one of pairs, and stands in no limit for rows
CHECKS = [
    Column("check", "check"), Column("file", "file"),
    Column("level", lambda row: Verdict(row["level"], TONE[row["level"]])), numbers("n", "n"),
    numbers("share", "share"), Column("verdict", "verdict", "why"), Column("what to do", "advice", "why"),
]  # fmt: skip
BOUNDS = [Column("check", "check"), numbers("minor above", "minor"), numbers("serious from", "serious")]


def page_of(
    corpus: Corpus,
    findings: list[Finding],
    lists: dict[str, pd.DataFrame],
    folder: Path,
    *,
    names: list[str],
    similarity: float,
) -> Page:
    """Draw the figure into `folder/figures` and tell what was found."""
    serious = [one for one in findings if one.level == SERIOUS]
    headline = f"{len(serious)} serious: {', '.join(dict.fromkeys(one.check for one in serious))}"
    rows = [(name, int((corpus.file == i).sum())) for i, name in enumerate(names)]
    return Page(
        study="audit",
        about=[", ".join(names), f"{len(corpus)} sequences"],
        title=f"audit of {' and '.join(names)}",
        headline=headline if serious else "Nothing serious was found",
        asked=[
            "What does this data set give away before any model has learned biology from it?",
            f"{'; '.join(f'{name}: {n} rows' for name, n in rows)}.",
            f"Labels: {', '.join(corpus.classes)}." if corpus.classes else "No labels.",
        ],
        found=[f"{one.verdict}." for one in serious] or ["No check found anything serious."],
        sure=sure(findings, rows),
        figure=figure(findings, folder),
        sections=[*to_do(serious), every_check(findings), behind(lists), how(similarity)],
    )


def sure(findings: list[Finding], rows: list[tuple[str, int]]) -> list[str]:
    """What is counted is counted; what is learned from rows is held against chance."""
    lines = [f"{count_line(findings)}.", "Rows that are equal are counted, not estimated; each is in a list below."]
    if any(one.check.endswith("shortcut") for one in findings):
        lines.append(
            "Rules that tell labels apart are learned on four fifths of the rows and tried on the rest, and count only "
            "beyond four standard errors of guessing."
        )
    return lines


def count_line(findings: list[Finding]) -> str:
    count = {level: sum(one.level == level for one in findings) for level in TONE}
    return f"{count[SERIOUS]} serious, {count[MINOR]} minor, {count[NONE]} without a finding"


def figure(findings: list[Finding], folder: Path) -> Figure | None:
    """The share of rows behind each check that counts rows and found some."""
    found = [one for one in findings if one.level != NONE and LIMITS[one.check][0] == 0 and one.check != OF_PAIRS]
    if not found:
        return None
    several = len({one.file for one in findings}) > 1
    bars = [
        (f"{one.check}{f', {one.file}' if several else ''}", one.share, LIMITS[one.check][1], one.level == SERIOUS)
        for one in found
    ]
    caption = "Share of rows that each check found. Orange: serious; the black line is where that begins."
    return kept(shares(bars), folder, "shares", caption)


def to_do(serious: list[Finding]) -> list[Section]:
    """What to do about each serious finding; no section without one."""
    if not serious:
        return []
    return [Section("What to do", [f"{one.check[:1].upper()}{one.check[1:]}: {one.advice}." for one in serious])]


def every_check(findings: list[Finding]) -> Section:
    return Section("Every check", [Table(CHECKS, [vars(one) for one in findings])])


def behind(lists: dict[str, pd.DataFrame]) -> Section:
    """The first rows of every list."""
    parts: list[Part] = []
    for name, table in lists.items():
        text = f" The first {SHOWN} are shown." if len(table) > SHOWN else ""
        inside: list[Part] = [f"{LISTS[name]}{text}"]
        if len(table):
            inside.append(Table([Column(name, name) for name in table], table.head(SHOWN).to_dict("records")))
        parts.append(Folded(f"{name}.tsv: {len(table)} rows", inside))
    return Section("The rows behind it", parts)


def how(similarity: float) -> Section:
    text = (
        f"Near duplicates share at least {similarity:.0%} of their {K}-mers (Jaccard index, strands alike, counted on "
        f"all {K}-mers); candidates come from MinHash sketches, which miss about 3 % of the pairs right at that limit "
        f"and fewer above it. Built negatives share 3 or more blocks of {BLOCK} bases at the same offsets and less "
        "than half of the bases between them. Partial duplicates have at least that share of the smaller one's "
        f"{K}-mers (containment), and 30 or more. AUROC of a shortcut: the rule is learned on four fifths of the "
        "different sequences and measured on the last, five times over; .5 is none, and so is what lies within four "
        "standard errors of it. Ends and positions count beyond the composition of their own sequence."
    )
    rows = [{"check": check, "minor": minor, "serious": serious} for check, (minor, serious) in LIMITS.items()]
    limits = marked(
        "Limits of shares, or of AUROC for odd lengths and shortcuts. GC and composition are partly biology (promoters "
        "are GC-rich): such a finding says what a model must beat, not that the data are wrong. Numbers are in "
        "`audit.tsv`."
    )
    return Section("How it was done", [text, Table(BOUNDS, rows), Note(limits)])
