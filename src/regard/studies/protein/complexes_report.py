"""What the report says of contacts between chains: copies of one protein, and two proteins that are read as one."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from regard.plot.contacts import contact_maps
from regard.report.columns import named
from regard.report.kept import kept
from regard.report.page import Figure, Note, Section
from regard.studies.protein.complexes import LINKER
from regard.studies.protein.contact_scores import FREE
from regard.studies.protein.figures import SHOWN_PROTEINS, shown_readings
from regard.studies.protein.inputs import Protein
from regard.studies.protein.questions import CHAINS, COPIES
from regard.studies.protein.result import Result

CAVEAT = (
    "Chains are those that the file has: what touches there may be packing of a crystal, and a complex that its "
    "symmetry would make is not seen. A model that was trained on single chains has seen nothing like two of them with "
    "a linker; distance is counted along what it reads, linker and all, so that being far apart is no advantage."
)


def complex_sections(result: Result, folder: Path) -> list[Section]:
    """A section on contacts between chains, if there are any."""
    copied = [p for p in result.proteins if p.between is not None and p.between.any()]
    joined = result.between.proteins if result.between is not None else []
    if not copied and not joined:
        return []
    asked = [f"contacts, {name}" for name in (COPIES, CHAINS)]
    rows = result.evidence[result.evidence.annotation.isin(asked) & (result.evidence.metric == "P@L")]
    text = [*map(copied_words, copied[:SHOWN_PROTEINS]), *map(joined_words, joined[:SHOWN_PROTEINS])]
    return [Section("Between chains", [*text, *named(table_rows(rows)), *figures(result, rows, folder), Note(CAVEAT)])]


def copied_words(protein: Protein) -> str:
    placed, known = protein.placed, protein.known
    names = placed.names[1:] if placed else []
    copies = f"chain {names[0]} is a copy" if len(names) == 1 else f"chains {', '.join(names)} are copies"
    only, all_ = int((protein.between & known).sum()), int((protein.contacts & known).sum())
    return (
        f"{protein.id} is chain {protein.chain}, and {copies} of it. Of {all_} contacts six or more residues "
        f"apart, {only} are between copies only: they are contacts of the sequence, in all figures above, and "
        "asked by themselves below, where pairs that touch within a chain are left out."
    )


def joined_words(protein: Protein) -> str:
    entry, _, chains = protein.chain.partition(" ")
    some = " between some of these chains, copies taken together" if " or " in chains else ""
    return (
        f"{protein.id} (chain {chains} of {entry}): {int((protein.contacts & protein.known).sum())} pairs of residues "
        f"touch (Cβ < 8 Å){some}. The two were read as one sequence, {len(LINKER)} glycines between them "
        "(Lin et al. 2023); only pairs between the two are asked, at any separation."
    )


def table_rows(rows: pd.DataFrame) -> list[dict]:
    best = rows.sort_values(["annotation", "value"], ascending=[True, False], kind="stable")
    return [
        {
            "contacts": row.annotation.removeprefix("contacts, "), "scores": row.method,
            "verdict": "needs no model" if row.method in FREE else row.verdict, "P@L": row.value,
            "by chance": row.null_mean, "why": "" if row.method in FREE else row.reason,
        }
        for row in best.itertuples()
    ]  # fmt: skip


def figures(result: Result, rows: pd.DataFrame, folder: Path) -> list[Figure]:
    """A map of each two proteins: what touches, and the best pairs of two readings."""
    made: list[Figure] = []
    shown = rows[(rows.annotation == f"contacts, {CHAINS}") & ~rows.method.isin(FREE)]
    if result.between is None:
        return made
    for k, protein in enumerate(result.between.proteins[:SHOWN_PROTEINS]):
        scores, end, start = result.between.scores, *(protein.across or (0, 0))
        panels = [(name, scores[name].values[k]) for name in shown_readings(scores)]
        picture = contact_maps(panels, protein.contacts, protein.known, protein.id, seams=[end, start])
        caption = (
            f"The {len(protein):,} best-ranked pairs between the two below the diagonal, contacts above it; residues "
            f"from {start + 1} on are the second protein's."
        )
        made.append(kept(picture, folder, f"between.{k + 1}", caption, shown))
    return made
