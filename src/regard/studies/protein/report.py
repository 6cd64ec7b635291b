"""The figures and the page of the protein study."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from rich.progress import Progress

from regard.core.evidence import NOT_SUPPORTED, SEEN, TOO_FEW, VERDICTS
from regard.report.build import render
from regard.studies.protein.contact_scores import GRADIENT
from regard.studies.protein.families_report import family_sections
from regard.studies.protein.figures import figures
from regard.studies.protein.files import heads
from regard.studies.protein.matter import matter_sections
from regard.studies.protein.other_readings import readings_sections
from regard.studies.protein.questions import RANGES
from regard.studies.protein.result import Result
from regard.studies.protein.site import site_sections
from regard.studies.protein.variants import variant_sections
from regard.studies.protein.words import FREE, answers, asked, findings, headline, judged_rows, methods_used


def write_report(result: Result, folder: Path, *, variants: list[str], progress: Progress) -> None:
    """Draw every figure into `folder/figures` and write `folder/report.html`."""
    contacts = wide(result.evidence, "contacts")
    sites = wide(result.evidence, "sites")
    scored = [row for row in contacts if not row["reason"].startswith(SEEN)]
    judged = judged_rows(result.evidence)
    sections = family_sections(result, folder)
    sections += readings_sections(result.others) + matter_sections(result, judged)
    sections += variant_sections(result, variants, folder=folder, progress=progress)
    sections += site_sections(result, folder=folder)
    render(
        "protein.html",
        folder / "report.html",
        source=result.source,
        model=result.model.name,
        proteins=[protein_row(p) for p in result.proteins[:50]],
        count=len(result.proteins),
        twins=result.twins,
        headline=headline(judged),
        asked=asked(result),
        found=findings(result, scored, sites),
        answer=answers(judged),
        verdicts=[(word, int((judged.verdict == word).sum())) for word in VERDICTS],
        remarks=result.remarks,
        contacts=[(name, [r for r in contacts if r["range"] == name]) for name in reversed(RANGES)],
        sites=sites,
        head_rows=head_rows(result),
        figures=figures(result, folder, scored),
        sections=sections,
        methods=methods_used(result),
        pipelines=result.pipelines,
        sizes=f"{result.model.layers} layers × {result.model.heads} heads",
    )


def protein_row(protein) -> dict:
    return {
        "id": protein.id,
        "length": len(protein),
        "chain": protein.chain,
        "contacts": "" if protein.contacts is None else int((protein.contacts & protein.known).sum()),
        "sites": ", ".join(f"{kind}: {int(labels.sum())}" for kind, labels in protein.sites.items() if labels.any()),
    }


def wide(evidence: pd.DataFrame, what: str) -> list[dict]:
    """One row a method and annotation: the metric that the verdict is on, the other metrics beside it."""
    about_contacts = evidence.annotation.astype(str).str.startswith("contacts, ")
    part = evidence[about_contacts if what == "contacts" else ~about_contacts]
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


def head_rows(result: Result) -> list[dict]:
    """The heads with the highest p_α(f) of each property, beside the share of all pairs that has it."""
    table, rows = heads(result), []
    for column in [c for c in table if c.startswith("p_alpha ")]:
        name = column.removeprefix("p_alpha ")
        base = background(result, name)
        for row in table.dropna(subset=column).nlargest(3, column).to_dict("records"):
            rows.append({
                "property": name, "layer": int(row["layer"]), "head": int(row["head"]), "value": row[column],
                "base": base, "arcs": round(row["arcs"]), "distance": row["mean_distance"],
            })  # fmt: skip
    return rows


def background(result: Result, name: str) -> float:
    """Share of all pairs that have a property: what a head without preference would show."""
    hit = total = 0.0
    for protein in result.proteins:
        if name == "contact" and protein.contacts is not None:
            rank = np.arange(len(protein))
            hit += (protein.contacts & (np.abs(rank[:, None] - rank) >= 6)).sum()
            total += len(protein) ** 2
        elif name in protein.sites:
            hit += protein.sites[name].sum() * len(protein)
            total += len(protein) ** 2
    return hit / total if total else float("nan")
