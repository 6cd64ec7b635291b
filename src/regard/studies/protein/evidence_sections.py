"""The tables of evidence on the page of the protein study: contacts and sites."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from regard.core.evidence import NOT_SUPPORTED, SEEN, TOO_FEW
from regard.report.columns import filled, numbers
from regard.report.inline import Verdict, Words, marked, number
from regard.report.page import Column, Folded, Part, Section, Table
from regard.studies.protein.bar import FREE
from regard.studies.protein.contact_scores import GRADIENT
from regard.studies.protein.list_report import OF
from regard.studies.protein.questions import RANGES
from regard.studies.protein.result import Result


def alone(row: Mapping) -> str:
    """The figure of a score by itself, and its interval where there is one."""
    value = str(number(row["value"]))
    return f"{value} ({number(row['ci_low'])} – {number(row['ci_high'])})" if row["ci_low"] == row["ci_low"] else value


def added(row: Mapping) -> str:
    if not row["told"] or row["adds"] != row["adds"]:
        return ""
    ends = f" [{row['adds_low']:+.3f}, {row['adds_high']:+.3f}]" if row["adds_low"] == row["adds_low"] else ""
    return f"{row['adds']:+.3f}{ends}"


def needs_none(row: Mapping) -> bool:
    return row["free"] and not row["seen"]


VERDICT = Column("verdict", lambda row: "needs no model" if needs_none(row) else Verdict(row["verdict"]))
BEYOND = [
    numbers("what needs no model", lambda row: row["baseline_value"] if row["told"] else ""),
    numbers("adds to it [95 %]", added), numbers("needed", "needed"),
    numbers("p, corrected", lambda row: row["q_value"] if row["told"] else ""),
    Column("why", lambda row: row["reason"] if not needs_none(row) and (row["seen"] or row["told"]) else "", "why"),
]  # fmt: skip
CONTACTS = [
    Column("scores", "method"), VERDICT, numbers("P@L alone (95 %)", alone), numbers("P@L/2", "PL_2"),
    numbers("P@L/5", "PL_5"), numbers("AUPRC", "auprc"), numbers("by chance", "null_mean"), *BEYOND,
]  # fmt: skip
SITES = [
    Column("sites", "annotation"), Column("scores", "method"), VERDICT, numbers("AUROC alone (95 %)", alone),
    numbers("AUPRC", "auprc"), numbers("prevalence", "prevalence"), *BEYOND,
]  # fmt: skip


def contacts_section(result: Result, rows: list[dict]) -> Section:
    """Contacts by how far apart they are, the farthest first; no parts without a structure."""
    text = marked(
        "Pairs of residues are ranked by each score, and the best L (the number of resolved residues), L/2 and L/5 are "
        "looked up in the structure; figures are means over chains. *By chance* is what random pairs reach. Heads and "
        "regressions are learned on other structures than the one scored."
    )
    parts: list[Part] = [text, how_judged(result, "separation, residue types and place")]
    of_range = {name: [row for row in rows if row["range"] == name] for name in reversed(RANGES)}
    for at, (name, some) in enumerate((name, some) for name, some in of_range.items() if some):
        title, inside = f"{name} residues apart", [Table(filled(CONTACTS, some), some)]
        parts.append(Folded(title, inside) if at else Section(title, inside))
    return Section("Contacts", parts if rows else [])


def sites_section(result: Result, rows: list[dict]) -> Section:
    """Every kind of site; no parts where none is known."""
    text = (
        "Residues of each protein are ranked by each score. AUROC: the chance that a site stands above another "
        "residue, .5 for random scores; AUPRC stands beside prevalence. Both within each protein, then averaged."
    )
    judged = how_judged(result, "residue types, their neighbours and place")
    return Section("Sites", [text, judged, Table(filled(SITES, rows), rows)] if rows else [])


def how_judged(result: Result, free: str) -> Words:
    """free : what needs no model and stands beside every score."""
    twins = f" ({result.twins} were read)" if result.twins else ""
    return marked(
        "What reads the model is judged beside what needs none: {free}, and every row marked so. *What needs no "
        "model*: the figure of all that together, predicted from other proteins. *Adds*: how much higher the figure is "
        "with the score than without it. *Needed*: the figure by itself with which a score that is not supported would "
        "have been. Supported asks for more than moved labels give (p, corrected for all methods and questions of this "
        "report, at most .01), more than the best scores of models with random weights{twins}, and a lead. Intervals "
        "are over independent proteins; empty with fewer than three.",
        free=free, twins=twins,
    )  # fmt: skip


def wide(evidence: pd.DataFrame, what: str) -> list[dict]:
    """One row a method and annotation: the metric that the verdict is on, the other metrics beside it."""
    about_contacts = evidence.annotation.astype(str).str.startswith("contacts, ")
    elsewhere = evidence.annotation.astype(str).str.startswith(OF)  # told with the list
    part = evidence[about_contacts if what == "contacts" else ~(about_contacts | elsewhere)]
    judged = "P@L" if what == "contacts" else "auroc"
    rows = []
    for _, of_method in part.groupby(["annotation", "method"], sort=False):
        annotation, method = of_method.annotation.iloc[0], of_method.method.iloc[0]
        main = of_method[of_method.metric == judged]
        if main.empty:
            continue
        row = main.iloc[0].to_dict()
        row["range"] = annotation.removeprefix("contacts, ").removesuffix(" apart")
        for metric in part.metric.unique():
            value = of_method[of_method.metric == metric].value
            row[metric.replace("@", "").replace("/", "_")] = value.iloc[0] if len(value) else np.nan
        row["free"], row["seen"] = method in FREE, str(row["reason"]).startswith(SEEN)
        row["attention"] = not row["free"] and method != GRADIENT
        row["told"] = not row["free"] and row["verdict"] != TOO_FEW  # whether there is a lead to tell of
        if row["free"] or row["verdict"] != NOT_SUPPORTED or not row["needed"] > row["value"]:
            row["needed"] = np.nan
        rows.append(row)
    return sorted(rows, key=lambda r: (str(r["annotation"]), -r["value"] if r["value"] == r["value"] else 0))
