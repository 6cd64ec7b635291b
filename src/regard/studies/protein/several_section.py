"""Several changes at once, or a stretch deleted, in the protein report: what the model makes of all together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from regard.data.changes import Change, Listed
from regard.report.page import Note, Section
from regard.studies.protein.changed import part_shown, shifted
from regard.studies.protein.deletions import MEASURED, times
from regard.studies.protein.inputs import Protein
from regard.studies.protein.listed import ListedChange, score_list
from regard.studies.protein.measured import measured
from regard.studies.protein.reported import reported_notes, reported_words
from regard.studies.protein.result import Result
from regard.studies.protein.variant_words import CAVEAT, place_words

ADDED = "log p(mutant) − log p(wild type), added up"
JOINT = "log p(mutant) − log p(wild type), all hidden at once"


def several_section(result: Result, protein: Protein, change: Change) -> tuple[Section, pd.DataFrame]:
    """A section on a change of more than one residue, and its rows of `variants.tsv`."""
    name = shifted(change, protein.offset).name
    row = score_list(result.model, [ListedChange(protein, change, Listed(0, protein.id, change))], result.every).iloc[0]
    text = [line for ends in change.parts for line in reported_words(protein, *ends)]
    text += [likelihood_words(row, change), "There is no rank: not all such changes were asked."]
    text.append("Attention is not compared: there are no comparable changes to lay it beside.")
    for ends in change.parts:
        text += [f"{part_shown(protein, ends)}: {line}" for line in place_words(protein, ends[0])]
    figures = [(MEASURED if change.deleted else ADDED, row.log_ratio), (JOINT, row.log_ratio_joint)]
    rows = [measured(what, float(value), np.array([]), True) for what, value in figures if value == value]
    table = pd.DataFrame(rows).assign(id=protein.id, variant=name, known=reported_notes(protein, change))
    return Section(f"Variant {name} of {protein.id}", [*text, Note(CAVEAT)]), table


def likelihood_words(row: pd.Series, change: Change) -> str:
    """row : as `score_list` gives it."""
    if change.deleted:
        return (
            f"Likelihood: what is left is {times(row.log_ratio)} likely to the model than the whole (summed over "
            "residues, nothing hidden). It has fewer terms, so that this is comparable only with what deletes as many."
        )
    joint = row.log_ratio_joint
    return (
        f"Likelihood: each residue hidden by itself and added up, these together are {times(row.log_ratio)} likely to "
        "the model than what stands there"
        + (f"; all of them hidden at once, {times(joint)}." if joint == joint else ".")
    )  # fmt: skip
