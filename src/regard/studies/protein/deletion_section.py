"""A deletion of one residue in the protein report, beside all others of the protein."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from rich.progress import Progress

from regard.data.variants import Variant
from regard.plot.residues import along_residues
from regard.report.columns import named
from regard.report.kept import kept
from regard.report.page import Figure, Note, Section
from regard.studies.protein.changed import shown
from regard.studies.protein.deletions import MEASURED, deletion_ranks, deletion_words, every_deletion
from regard.studies.protein.inputs import Protein
from regard.studies.protein.listed import by_likelihood
from regard.studies.protein.measured import measured, told_row
from regard.studies.protein.reported import reported_note, reported_words
from regard.studies.protein.result import Result
from regard.studies.protein.substitutions import affordable
from regard.studies.protein.variant_words import CAVEAT, place_words


def deletions_of(result: Result, proteins: Sequence[Protein], progress: Progress) -> None:
    """Every deletion of one residue of each protein that is short enough, kept with the result; else a remark."""
    left = {p.id: p for p in proteins if p.id not in result.deletions}
    here = [p for p in left.values() if affordable(result.model, p)]
    for name in [p.id for p in left.values() if not affordable(result.model, p)]:
        result.remarks.append(
            f"not every deletion of one residue of {name} was asked, as that takes a pass of {result.model.name} a "
            "residue: its deletions have no rank"
        )
    bar = progress.add_task("deletions", total=sum(map(len, here)))
    for protein in here:
        result.deletions[protein.id] = every_deletion(result.model, protein, lambda done: progress.advance(bar, done))


def deletion_section(
    result: Result, protein: Protein, variant: Variant, *, folder: Path, number: int
) -> tuple[Section, pd.DataFrame]:
    """A section on a deletion, and its rows of `variants.tsv`: the likelihood, its rank where all were asked."""
    name = shown(protein, variant).name
    every = result.deletions.get(protein.id)
    text, figures = reported_words(protein, variant), []
    if every is None:
        own, others = by_likelihood(result.model, protein.sequence, variant), np.array([])
        text += deletion_words(own, [])
    else:
        own = float(every.loc[every.position == variant.position, "log_ratio"].iloc[0])
        others = every.loc[every.position != variant.position, "log_ratio"].to_numpy()
        text += deletion_words(own, deletion_ranks(every, protein, variant))
        figures = [drawn(protein, variant, every, folder, number)]
    text.append("Attention is not compared: the residue that it would be compared at is gone.")
    text += place_words(protein, variant)
    row = measured(MEASURED, own, others, True)
    rows = pd.DataFrame([row]).assign(id=protein.id, variant=name, known=reported_note(protein, variant))
    table = [told_row(row)] if len(others) else []
    return Section(f"Variant {name} of {protein.id}", [*text, *named(table), *figures, Note(CAVEAT)]), rows


def drawn(protein: Protein, variant: Variant, every: pd.DataFrame, folder: Path, number: int) -> Figure:
    """Every deletion along the protein, the one asked for marked."""
    values = np.full(len(protein), np.nan)
    values[every.position] = every.log_ratio
    picture = along_residues(
        {"log likelihood\nwithout the residue": values}, features=protein.features, secondary=protein.secondary or "",
        sequence=protein.sequence, marked=variant.position, title=f"{protein.id}: every deletion of one residue",
    )  # fmt: skip
    caption = (
        "Summed log likelihood of the protein without each residue, minus that of the whole: the lower, the less "
        f"likely to the model. Dotted: {shown(protein, variant).name}. All numbers are in deletions.tsv."
    )
    return kept(picture, folder, f"variant.{number}.deletions", caption)
