"""Heads by what they point at, as the page of the protein study lists them."""

from __future__ import annotations

from regard.report.columns import numbers
from regard.report.inline import marked
from regard.report.page import Column, Section, Table
from regard.studies.protein.files import heads
from regard.studies.protein.inputs import apart
from regard.studies.protein.result import Result

COLUMNS = [
    Column("property", "property"), numbers("layer", "layer"), numbers("head", "head"), numbers("pα(f)", "value"),
    numbers("all pairs", "base"), numbers("pairs above 0.3", "arcs"), numbers("mean distance", "distance"),
]  # fmt: skip


def heads_section(result: Result) -> Section:
    """The three best heads of each property; no parts where nothing is known."""
    rows = head_rows(result)
    text = marked(
        "pα(f) of Vig et al. 2021: of all pairs with attention above 0.3, the share that has a property, pooled over "
        "proteins, pairs left out of which it is not known; heads with fewer than 100 are left out. *All pairs* is the "
        "share among all pairs. The three best heads of each property were picked with the labels in sight: a list to "
        "look at, not evidence."
    )
    return Section("Heads by what they point at", [text, Table(COLUMNS, rows)] if rows else [])


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
    """Share of all pairs, of which it is known, that have a property: what a head without preference would show."""
    hit = total = 0.0
    for protein in result.proteins:
        if name == "contact" and protein.contacts is not None and protein.resolved is not None:
            hit += (protein.contacts & apart(len(protein), 6)).sum()
            total += protein.resolved.sum() ** 2
        elif name in protein.sites:
            hit += protein.sites[name].sum() * len(protein)
            total += protein.told(name).sum() * len(protein)
    return hit / total if total else float("nan")
