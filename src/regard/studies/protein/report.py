"""The figures and the page of the protein study."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Picture
from rich.progress import Progress

from regard.compare.patterns import amino_acid_ratio
from regard.compare.verdict import FEWEST_POSITIVES, FEWEST_SAMPLES
from regard.core.evidence import NOT_SUPPORTED, SEEN, SUPPORTED, TOO_FEW
from regard.plot.contacts import contact_maps, precision_bars
from regard.plot.heads import amino_acid_pairs, head_tables
from regard.plot.residues import plot_with_functional_annotations
from regard.plot.style import save
from regard.report.build import render
from regard.studies.protein.contact_scores import (
    BEST,
    CORRECTED,
    LOGISTIC,
    MEAN,
    OWN,
    SHIPPED,
    SHIPPED_TEMPLATE,
    TEMPLATE,
    TOP,
)
from regard.studies.protein.contacts import LONG, RANGES
from regard.studies.protein.files import heads
from regard.studies.protein.result import Result
from regard.studies.protein.site import site_sections
from regard.studies.protein.sites import BEST as SITE_BEST
from regard.studies.protein.sites import LOGISTIC as SITE_LOGISTIC
from regard.studies.protein.sites import RECEIVED
from regard.studies.protein.variants import variant_sections
from regard.studies.protein.words import asked, findings, headline, methods_used

ATTENTION = (MEAN, CORRECTED, BEST, TOP, LOGISTIC, *SHIPPED.values(), OWN, RECEIVED, SITE_BEST, SITE_LOGISTIC)
SHOWN_PROTEINS, SHOWN_HEADS = 6, 8


def write_report(result: Result, folder: Path, *, variants: list[str], progress: Progress) -> None:
    """Draw every figure into `folder/figures` and write `folder/report.html`."""
    contacts = wide(result.evidence, "contacts")
    sites = wide(result.evidence, "sites")
    scored = [row for row in contacts if row["verdict"] != SEEN]
    first = result.evidence[result.evidence.null == "circular shift"]
    judged = first[first.metric.isin(["P@L", "auroc"])]
    sections = variant_sections(result, variants, folder=folder, progress=progress)
    sections += site_sections(result, folder=folder)
    render(
        "protein.html",
        folder / "report.html",
        source=result.source,
        model=result.model.name,
        proteins=[protein_row(p) for p in result.proteins[:50]],
        count=len(result.proteins),
        headline=headline(result, scored, sites),
        asked=asked(result),
        found=findings(result, scored, sites),
        answer=answers(judged),
        verdicts=[(word, int((judged.verdict == word).sum())) for word in (SUPPORTED, NOT_SUPPORTED, TOO_FEW)],
        remarks=result.remarks,
        contacts=[(name, [r for r in contacts if r["range"] == name]) for name in reversed(RANGES)],
        sites=sites,
        head_rows=head_rows(result),
        figures=figures(result, folder, scored),
        sections=sections,
        methods=methods_used(result),
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
    """One row a method and annotation: the judged metric with its nulls, the other metrics beside it."""
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
        by_null = main.set_index("null")
        for name in ("circular shift", "other samples", "random weights"):
            row[name.replace(" ", "_")] = by_null.null_mean.get(name, np.nan)
        row["q"] = main.q_value.max()
        for metric in of_method.metric.unique():
            key = metric.replace("@", "").replace("/", "_")
            row[key] = of_method[of_method.metric == metric].value.iloc[0]
        row["attention"] = method in ATTENTION
        rows.append(row)
    return sorted(rows, key=lambda r: (str(r["annotation"]), -r["value"] if r["value"] == r["value"] else 0))


def answers(judged: pd.DataFrame) -> list[str]:
    """What is supported, what is not and why, and what has too few labels, each about all annotations."""
    attention = judged[judged.method.isin(ATTENTION)]
    lines, few = [], []
    for annotation, part in attention.groupby("annotation", sort=False):
        yes = part[part.verdict == SUPPORTED]
        if len(yes):
            lines.append(f"{annotation[:1].upper()}{annotation[1:]}: supported for {', '.join(yes.method)}.")
        elif (part.verdict == TOO_FEW).all():
            few.append(annotation)
        else:
            best, name = part.loc[part.value.idxmax()], annotation[:1].upper() + annotation[1:]
            lines.append(f"{name}: {best.verdict}. {best.method} is the best reading; {best.reason}.")
    if few:
        lines.append(
            f"Too few labels: {'; '.join(few)}. Chains of one structure, and near copies, count once; "
            f"{FEWEST_POSITIVES} positives in {FEWEST_SAMPLES} independent proteins are the least to judge by. "
            "The numbers hold for the proteins shown and say little about others."
        )
    return lines


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


def figures(result: Result, folder: Path, contacts: list[dict]) -> list[dict]:
    """Every figure of the page, drawn and written."""
    drawn: list[tuple[str, Picture, str]] = []
    if contacts:
        drawn.append(("precision", bars(contacts), (
            "Precision of the best L pairs at each range. Blue: attention; orange, hatched: what needs no attention. "
            "Dashed: the share of contacts among all pairs. Black: 95 % interval over structures."
        )))  # fmt: skip
    if result.contacts is not None:
        for k, protein in enumerate(result.contacts.proteins[:SHOWN_PROTEINS]):
            panels = [(name, result.contacts.scores[name].values[k]) for name in shown_readings(result.contacts.scores)]
            picture = contact_maps(
                panels, protein.contacts, protein.known, f"{protein.id}, chain {protein.chain}",
                seams=result.seams[protein.id],
            )  # fmt: skip
            caption = "Best L pairs, six or more residues apart, below the diagonal; contacts (Cβ < 8 Å) above it."
            drawn.append((f"contacts.{k + 1}", picture, caption))
    for k, protein in enumerate(result.proteins[:SHOWN_PROTEINS]):
        drawn.append((f"residues.{k + 1}", residues(result, protein), residue_caption(result, protein)))
    drawn += head_figures(result)
    made = []
    for stem, picture, caption in drawn:
        file = f"figures/{stem}.svg"
        made.append({"png": save(picture, folder / file), "file": file, "caption": caption})
    return made


def shown_readings(there: dict) -> list[str]:
    """The reading with the best reason to be right first, plain averaging beside it, then the template."""
    return [
        *[n for n in (OWN, LOGISTIC, SHIPPED["logistic regression"], TOP, CORRECTED) if n in there][:2],
        MEAN,
        *[n for n in (SHIPPED_TEMPLATE, TEMPLATE) if n in there][:1],
    ]


def bars(contacts: list[dict]) -> Picture:
    order = [r["method"] for r in contacts if r["range"] == LONG] or list(dict.fromkeys(r["method"] for r in contacts))
    rows = {}
    for name in RANGES:
        part = {r["method"]: r for r in contacts if r["range"] == name}
        if part:
            base = next(iter(part.values()))["prevalence"]
            rows[name] = [
                (m, part[m]["value"], part[m]["ci_low"], part[m]["ci_high"], part[m]["attention"])
                for m in order
                if m in part
            ] + [("base rate", base, np.nan, np.nan, False)]
    return precision_bars(rows, "Contacts among the best L pairs")


def residues(result: Result, protein) -> Picture:
    """One protein on one axis: attention received, gradient beside it, what is known."""
    from regard.attribute.protein import position_scores

    comparison = {}
    if protein.id in result.gradients:
        comparison["gradient × input"] = position_scores(result.gradients[protein.id])
    return plot_with_functional_annotations(
        {"attention received\n(mean of heads)": result.readings[protein.id].received.mean(axis=0)},
        comparison,
        features=protein.features,
        secondary=protein.secondary or "",
        sites={kind: labels for kind, labels in protein.sites.items() if labels.any() and kind != "CDR"},
        sequence=protein.sequence,
        title=f"{protein.id} ({len(protein)} residues)",
    )


def residue_caption(result: Result, protein) -> str:
    text = "Attention that each residue receives from all others, gradient × input, and what is known of the residues."
    if result.seams[protein.id]:
        text += f" Read in windows; seams at residues {', '.join(str(s + 1) for s in result.seams[protein.id])}."
    return text


def head_figures(result: Result) -> list[tuple[str, Picture, str]]:
    """Tables of heads, and attention by amino acids."""
    table, shape = heads(result), (result.model.layers, result.model.heads)
    panels = []
    if "contact_precision" in table:
        values = table.contact_precision.to_numpy().reshape(shape)
        panels.append(("best L pairs that are contacts", values, "share"))
    panels.append(
        ("how far a head looks", table.mean_distance.to_numpy().reshape(shape), "residues, 64 and more as 64")
    )
    drawn = [("heads", head_tables(panels, f"Heads of {result.model.name}"), (
        "Left: precision of each head by itself, symmetrised and corrected, seen with the labels: it names heads, it "
        "does not judge them. Right: mean distance between a residue and what it looks at."
        if len(panels) > 1 else "Mean distance between a residue and what it looks at."
    ))]  # fmt: skip
    readings = [result.readings[p.id] for p in result.proteins]
    attention = np.sum([r.amino_acids.sum(axis=0) for r in readings], axis=0)
    pairs = np.sum([r.amino_pairs for r in readings], axis=0) * result.model.layers * result.model.heads
    ratio = amino_acid_ratio(attention, pairs, fewest=10 * result.model.layers * result.model.heads)
    drawn.append(("amino_acids", amino_acid_pairs(ratio, "Attention between amino acids, all heads"), (
        "Row looks at column; orange: more than the average pair of residues. Grey: fewer than 10 pairs here."
    )))  # fmt: skip
    return drawn
