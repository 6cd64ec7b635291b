"""A list of variants: each placed in its protein and scored, with exact ranks where every substitution was asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from regard.data.changes import Change, Listed, read_changes
from regard.data.proteins import AMINO_ACIDS
from regard.data.variants import Variant
from regard.models.protein.likelihood import (
    joint_log_likelihoods,
    masked_log_likelihoods,
    pseudo_log_likelihood,
    seen_log_likelihoods,
)
from regard.models.protein.model import ProteinModel
from regard.models.protein.variants import window_of
from regard.predictors.family import shares
from regard.studies.protein.changed import place
from regard.studies.protein.deletions import deletion_ranks
from regard.studies.protein.inputs import Protein
from regard.studies.protein.reported import reported_notes
from regard.studies.protein.substitutions import ranked

ONE = "masked marginal"
ADDED = "masked marginals added"
SEEN = "pseudo-likelihood, nothing hidden"


@dataclass(frozen=True)
class ListedChange:
    """A change in the numbering of the part of a protein that is read, and the line that it comes from."""

    protein: Protein
    change: Change
    listed: Listed


@dataclass(frozen=True)
class ListFound:
    """A list, its scores, a row each, and what is said of its labels. worse : NaN where there is no label."""

    name: str
    changes: list[ListedChange]
    table: pd.DataFrame
    worse: np.ndarray
    kind: str
    remarks: list[str]


def read_list(path: Path, proteins: Sequence[Protein]) -> tuple[list[ListedChange], list[str]]:
    """Changes of a file, each in the protein that has its residues; and remarks.

    Raises
    ------
    InputError
        A line that is no variant, whose residues no protein has, or several; with file and line.
    """
    found, remarks = read_changes(path, [p.id for p in proteins])
    return [
        ListedChange(*place(one.id, one.change, proteins, f"{path}, line {one.line}: "), one) for one in found
    ], remarks


def score_list(
    model: ProteinModel,
    changes: Sequence[ListedChange],
    every: dict[str, pd.DataFrame],
    deletions: dict[str, pd.DataFrame] | None = None,
    advance: Callable[[int], object] = lambda done: None,
) -> pd.DataFrame:
    """A row a change, in the order of the list.

    Substitutions by masked marginals (Meier et al. 2021), each residue hidden by itself; of several together their sum
    (`log_ratio`), and beside it one pass with all of them hidden (`log_ratio_joint`; missing where no window holds
    all). Where residues are deleted, the summed log likelihood of the mutant minus the wild type's, nothing hidden, a
    pass each (Brandes et al. 2023); it is not comparable with the others. Ranks are exact, 1 the least likely, and only
    of single substitutions of proteins in `every`, among substitutions, and of single residues deleted of proteins in
    `deletions`, among deletions.
    """
    rows, own, deletions = [], {}, deletions or {}
    for name in dict.fromkeys(one.protein.id for one in changes):
        protein = next(one.protein for one in changes if one.protein.id == name)
        places = sorted({v.position for one in changes if one.protein.id == name for v in one.change.substitutions})
        if name in every:
            table = every[name]
            own[name] = dict(zip(zip(table.position, table.mutant, strict=True), table.log_ratio, strict=True))
        else:
            log_p = masked_log_likelihoods(model, protein.sequence, places) if places else np.empty((0, 20))
            own[name] = {
                (place, a): row[k] - row[AMINO_ACIDS.index(protein.sequence[place])]
                for place, row in zip(places, log_p, strict=True) for k, a in enumerate(AMINO_ACIDS)
            }  # fmt: skip
    for one in changes:
        protein, change = one.protein, one.change
        row = {
            "id": protein.id, "variant": one.listed.change.text, "substitutions": len(change.substitutions),
            "deleted": len(change.positions) - len(change.substitutions), "how": how_of(change),
            "log_ratio": np.nan, "log_ratio_joint": np.nan,
        }  # fmt: skip
        single = change.one_deleted
        if single is not None and protein.id in deletions:
            table = deletions[protein.id]
            row["log_ratio"] = float(table.loc[table.position == single.position, "log_ratio"].iloc[0])
            row |= ranks_of_deletion(table, protein, single)
        elif change.deleted:
            row["log_ratio"] = by_likelihood(model, protein.sequence, change)
        else:
            row["log_ratio"] = float(sum(own[protein.id][v.position, v.mutant] for v in change.substitutions))
            if len(change.substitutions) > 1:
                row["log_ratio_joint"] = jointly(model, protein.sequence, change)
        row |= conserved_of(protein, change)
        if row["how"] == ONE and protein.id in every:
            row |= ranks_of(every[protein.id], protein, change.parts[0][0])
        row["known"] = reported_notes(protein, change)
        row["label"] = one.listed.label
        rows.append(row)
        advance(1)
    columns = ["rank", "of", "rank_at_residue", "rank_alike", "of_alike", "known", "label"]
    table = pd.DataFrame(rows)
    return table[[*(c for c in table if c not in columns), *(c for c in columns if c in table)]]


def how_of(change: Change) -> str:
    return SEEN if change.deleted else ADDED if len(change.substitutions) > 1 else ONE


def jointly(model: ProteinModel, sequence: str, change: Change) -> float:
    """The sum of log ratios with all of the residues hidden at once; NaN where no window holds all of them."""
    places = change.positions
    start, stop = window_of(model, len(sequence), (places[0] + places[-1]) // 2)
    if places[0] < start or places[-1] >= stop:
        return float("nan")
    some = sorted(change.substitutions, key=lambda v: v.position)
    log_p = joint_log_likelihoods(model, sequence[start:stop], [v.position - start for v in some])
    pairs = [(AMINO_ACIDS.index(v.mutant), AMINO_ACIDS.index(v.wild)) for v in some]
    return float(sum(row[mutant] - row[wild] for row, (mutant, wild) in zip(log_p, pairs, strict=True)))


def by_likelihood(model: ProteinModel, sequence: str, change: Change | Variant) -> float:
    """Summed log likelihood of the changed sequence minus that of the one that is there, nothing hidden."""
    mutant = change.apply(sequence)
    return pseudo_log_likelihood(seen_log_likelihoods(model, mutant), mutant) - pseudo_log_likelihood(
        seen_log_likelihoods(model, sequence), sequence
    )


def conserved_of(protein: Protein, change: Change) -> dict:
    """How much rarer the new amino acids are than the old ones in the alignment, natural log, summed."""
    if protein.family is None or change.deleted:
        return {} if protein.family is None else {"conserved": np.nan}
    share = np.log(shares(protein.family))
    return {
        "conserved": float(sum(
            share[v.position, AMINO_ACIDS.index(v.mutant)] - share[v.position, AMINO_ACIDS.index(v.wild)]
            for v in change.substitutions
        ))
    }  # fmt: skip


def ranks_of(every: pd.DataFrame, protein: Protein, variant: Variant) -> dict:
    whole, own, like = ranked(every, protein, variant)
    return {
        "rank": whole["rank"], "of": whole["of"], "rank_at_residue": own["rank"], "rank_alike": like["rank"],
        "of_alike": like["of"],
    }  # fmt: skip


def ranks_of_deletion(table: pd.DataFrame, protein: Protein, variant: Variant) -> dict:
    whole, like = deletion_ranks(table, protein, variant)
    return {"rank": whole["rank"], "of": whole["of"], "rank_alike": like["rank"], "of_alike": like["of"]}
