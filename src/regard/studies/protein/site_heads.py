"""The view from a site, head by head: a table, a figure, and the heads that look from it farthest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from regard.models.protein.view import View
from regard.plot.head_maps import SCALE, heads_by_residue
from regard.report.columns import named
from regard.report.kept import kept
from regard.report.page import Note, Section
from regard.studies.protein.result import Result
from regard.studies.protein.site import BEST, touching
from regard.studies.protein.viewpoints import APART, Viewpoint, away, residue

TO, BY = "attends to", "attended by"
SHOWN = 12
NOT_TESTED = (
    "A head or a site picked here by its look is not tested: among many heads some look like anything. What is judged "
    "are heads that were chosen on other proteins, above."
)


def partners(one: Viewpoint, view: View, number: int, layers: int) -> pd.DataFrame:
    """For each head and direction the ten strongest partners six or more away, best first; and for the mean of heads.

    Columns: id, site, layer and head (from 1; `all` for the mean), direction, rank, position (0-based, in the part that
    is read), residue, attention.
    """
    protein, count = one.protein, view.to.shape[1]
    heads, parts = count // layers, []
    allowed = np.flatnonzero(away(len(protein), one.places) >= APART)
    letters = np.array(list(protein.sequence))
    for direction, attention in ((TO, view.to[number]), (BY, view.by[number])):
        every = np.vstack([attention, attention.mean(axis=0)])[:, allowed]  # the mean of heads last
        best = np.argsort(-np.where(np.isnan(every), -1, every), axis=1, kind="stable")[:, :BEST]
        kept = best.shape[1]
        values, which = np.take_along_axis(every, best, axis=1).ravel(), np.repeat(np.arange(count + 1), kept)
        mean, at = which == count, allowed[best].ravel()
        parts.append(pd.DataFrame({
            "id": protein.id, "site": one.name, "layer": np.where(mean, "all", (which // heads + 1).astype(str)),
            "head": np.where(mean, "all", (which % heads + 1).astype(str)), "direction": direction,
            "rank": np.tile(np.arange(1, kept + 1), count + 1), "position": at, "residue": letters[at],
            "attention": values,
        }).dropna(subset="attention"))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def head_section(
    result: Result, one: Viewpoint, view: View, at: int, *, table: pd.DataFrame, folder: Path, number: int
) -> Section:
    """The heads by what they make of one site, the view's `at`. table : its rows of `site.tsv`."""
    protein, layers = one.protein, result.model.layers
    even = 1 / min(len(protein), result.model.longest)
    rows = farthest(one, table, even)
    panels = []
    for words, attention in ((f"{one.name} attends to", view.to[at]), (f"attends to {one.name}", view.by[at])):
        shown = attention.copy()
        shown[:, list(one.places)] = np.nan
        panels.append((words, shown))
    picture = heads_by_residue(
        panels, layers, even, f"{protein.id}: every head, seen from {one.name}", marked=list(one.places[:20])
    )
    caption = f"A row a head. Colour: {SCALE}. Dotted: the site. The strongest partners are in site.tsv."
    text = (
        f"Of {view.to.shape[1]} heads, those that put most of their attention on one residue {APART} or more away "
        "from the site, or from there on the site. Layers and heads count from 1."
    )
    shown = kept(picture, folder, f"site.{number}.heads", caption)
    title = f"Seen from {one.name} of {protein.id}, head by head"
    return Section(title, [text, *named(rows), shown, Note(NOT_TESTED)])


def farthest(one: Viewpoint, table: pd.DataFrame, even: float) -> list[dict]:
    """The heads with the strongest partner of the site, one row each."""
    protein, near = one.protein, touching(one.protein, one.places)
    first = table[(table["rank"] == 1) & (table["head"] != "all")].nlargest(SHOWN, "attention")
    rows = []
    for row in first.itertuples():
        kinds = [kind for kind, labels in protein.sites.items() if labels[row.position]]
        rows.append({
            "head": f"{row.layer}.{row.head}", "direction": row.direction, "residue": residue(protein, row.position),
            "attention": row.attention, "times even": row.attention / even,
            **({} if near is None else {"touches it": "yes" if near[row.position] else ""}),
            "known as": ", ".join(kinds),
        })  # fmt: skip
    return rows
