"""What the report says of alignments: attention that is trained on them, beside couplings without attention."""

from __future__ import annotations

from pathlib import Path

from regard.plot.contacts import contact_maps
from regard.report.columns import named
from regard.report.kept import kept
from regard.report.page import Figure, Note, Section
from regard.studies.protein.bar import outdone
from regard.studies.protein.contact_scores import COUPLING
from regard.studies.protein.factored import FACTORED, Factored, within_name
from regard.studies.protein.figures import map_caption
from regard.studies.protein.result import Result

CAVEAT = (
    "This layer sees no protein language, only this alignment: each head is one fixed map of who looks at whom, "
    "trained to guess a residue from all others (Bhattacharya et al. 2022). It shows what attention looks like where "
    "it is contacts; it does not say what the model above has learned. Stretches of one protein stand in place of "
    "proteins, so a verdict holds for this family."
)


def family_sections(result: Result, folder: Path) -> list[Section]:
    """A section of the report for each protein on whose alignment a layer was trained."""
    return [section(result, one, folder, number) for number, one in enumerate(result.factored, 1)]


def section(result: Result, one: Factored, folder: Path, number: int) -> Section:
    protein, family = one.protein, one.family
    text = [
        f"{family.source}: {len(family.codes):,} rows, {family.effective:.0f} effective (rows that are 80 % the same "
        f"count once). A layer of {len(one.attention)} heads was trained on it; its attention is in "
        f"factored.{number} (regard.load)."
    ]
    rows = result.evidence[result.evidence.annotation == within_name(protein)]
    figures: list[Figure] = []
    if len(rows):
        judged = rows[rows.method == FACTORED]
        text += [sentence(row) for row in judged.itertuples()]
        text += [f"{line}. It was not among what had to be beaten." for line in outdone(judged, rows)]
        panels = [("factored attention", one.scores), ("coupling, no attention", one.coupling)]
        picture = contact_maps(
            panels, protein.contacts, protein.known, f"{protein.id}, chain {protein.chain}", seams=[]
        )
        figures.append(kept(picture, folder, f"factored.{number}", map_caption(protein), judged))
    else:
        text.append("Without a structure nothing says whether it is contacts.")
    table = named([table_row(row) for row in rows.itertuples()])
    return Section(f"Attention trained on the alignment of {protein.id}", [*text, *table, *figures, Note(CAVEAT)])


def sentence(row) -> str:
    """The verdict on the layer, with its figures."""
    return (
        f"Its attention as a score of contacts six or more residues apart: {row.verdict}. Average precision "
        f"{row.value:.3f} where random pairs have {row.null_mean:.3f}; {row.reason}."
    )


def table_row(row) -> dict:
    free = row.method == COUPLING
    return {
        "scores": row.method, "verdict": "needs no model" if free else row.verdict, "AUPRC": row.value,
        "by chance": row.null_mean,
    }  # fmt: skip
