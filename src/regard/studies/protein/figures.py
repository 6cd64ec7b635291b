"""The figures of the protein report."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Picture

from regard.attribute.protein import position_scores
from regard.judge.patterns import amino_acid_ratio
from regard.plot.contacts import contact_maps, precision_bars
from regard.plot.heads import amino_acid_pairs, head_tables
from regard.plot.residues import along_residues
from regard.predictors.family import conservation
from regard.report.kept import kept
from regard.report.page import Figure
from regard.studies.protein.contact_scores import (
    CORRECTED,
    LOGISTIC,
    MEAN,
    OWN,
    SHIPPED,
    SHIPPED_TEMPLATE,
    TEMPLATE,
    TOP,
)
from regard.studies.protein.files import heads
from regard.studies.protein.inputs import Protein
from regard.studies.protein.questions import LONG, RANGES
from regard.studies.protein.result import Result
from regard.studies.protein.sites import RECEIVED

SHOWN_PROTEINS = 6


def figures(result: Result, folder: Path, contacts: list[dict], judged: pd.DataFrame) -> list[Figure]:
    """Every figure of the page, drawn and written. judged : rows that verdicts are on."""
    drawn: list[tuple[str, Picture, str]] = []
    on_contacts = judged[judged.annotation.isin([row["annotation"] for row in contacts if row["range"] in RANGES])]
    received = judged[judged.method == RECEIVED]
    if contacts:
        drawn.append(("precision", bars(contacts, best_ranked(result)), (
            f"Of {best_ranked(result)}, the share that touch, at each range. Blue: attention; orange, hatched: what "
            "needs no attention. Dashed: the share among all pairs. Black: 95 % interval over structures."
        )))  # fmt: skip
    if result.contacts is not None:
        for k, protein in enumerate(result.contacts.proteins[:SHOWN_PROTEINS]):
            panels = [(name, result.contacts.scores[name].values[k]) for name in shown_readings(result.contacts.scores)]
            picture = contact_maps(
                panels, protein.contacts, protein.known, f"{protein.id}, chain {protein.chain}",
                seams=result.seams[protein.id],
            )  # fmt: skip
            drawn.append((f"contacts.{k + 1}", picture, map_caption(protein)))
    for k, protein in enumerate(result.proteins[:SHOWN_PROTEINS]):
        drawn.append((f"residues.{k + 1}", residues(result, protein), residue_caption(result, protein)))
    drawn += head_figures(result)
    rows = {"precision": on_contacts, "contacts": on_contacts, "residues": received}
    return [kept(picture, folder, stem, caption, rows.get(stem.split(".")[0])) for stem, picture, caption in drawn]


def shown_readings(there: dict) -> list[str]:
    """The reading with the best reason to be right first, plain averaging beside it, then the template."""
    return [
        *[n for n in (OWN, LOGISTIC, SHIPPED["logistic regression"], TOP, CORRECTED) if n in there][:2],
        MEAN,
        *[n for n in (SHIPPED_TEMPLATE, TEMPLATE) if n in there][:1],
    ]


def best_ranked(result: Result) -> str:
    """The pairs that P@L looks at, in words: as many as the structure shows residues."""
    proteins = result.contacts.proteins if result.contacts is not None else []
    sizes = {int(np.sum(p.resolved)) for p in proteins}
    if len(sizes) == 1:
        return f"the {sizes.pop():,} best-ranked pairs (as many as residues)"
    return "the best-ranked pairs, as many as each chain has residues"


def map_caption(protein: Protein) -> str:
    return (
        f"The {len(protein):,} best-ranked pairs (as many as residues), six or more residues apart, below the "
        "diagonal; contacts (Cβ < 8 Å) above it."
    )


def bars(contacts: list[dict], ranked: str) -> Picture:
    order = [r["method"] for r in contacts if r["range"] == LONG] or list(dict.fromkeys(r["method"] for r in contacts))
    rows = {}
    for name in RANGES:
        part = {r["method"]: r for r in contacts if r["range"] == name}
        if part:
            base = next(iter(part.values()))["null_mean"]
            rows[name] = [
                (m, part[m]["value"], part[m]["ci_low"], part[m]["ci_high"], part[m]["attention"])
                for m in order
                if m in part
            ] + [("base rate", base, np.nan, np.nan, False)]
    return precision_bars(rows, f"Of {ranked}, the share that touch")


def residues(result: Result, protein) -> Picture:
    """One protein on one axis: attention received, gradient beside it, what is known."""
    comparison = {}
    if protein.id in result.gradients:
        comparison["gradient × input"] = position_scores(result.gradients[protein.id])
    if protein.family is not None:
        comparison["conservation\n(alignment)"] = conservation(protein.family)
    return along_residues(
        {"attention received\n(mean of heads)": result.readings[protein.id].received.mean(axis=0)},
        comparison,
        features=protein.features,
        secondary=protein.secondary or "",
        sites=protein.ticks,
        sequence=protein.sequence,
        title=f"{protein.id} ({len(protein)} residues)",
    )


def residue_caption(result: Result, protein) -> str:
    beside = "gradient × input, " if protein.id in result.gradients else ""
    beside += "conservation in the alignment, " if protein.family is not None else ""
    text = f"Attention that each residue receives from all others, {beside}and what is known of the residues."
    if result.seams[protein.id]:
        text += f" Read in windows; seams at residues {', '.join(str(s + 1) for s in result.seams[protein.id])}."
    return text


def head_figures(result: Result) -> list[tuple[str, Picture, str]]:
    """Tables of heads, and attention by amino acids."""
    table, shape = heads(result), (result.model.layers, result.model.heads)
    panels = []
    if "contact_precision" in table:
        values = table.contact_precision.to_numpy().reshape(shape)
        panels.append(("best-ranked pairs that touch", values, "share"))
    panels.append(
        ("how far a head looks", table.mean_distance.to_numpy().reshape(shape), "residues, 64 and more as 64")
    )
    drawn = [("heads", head_tables(panels, f"Heads of {result.model.name}"), (
        "Left: of as many best-ranked pairs as there are residues, the share that touch, each head by itself, "
        "symmetrised and corrected, seen with the labels: it names heads, it does not judge them. "
        "Right: mean distance between a residue and what it looks at."
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
