"""Alignments of the user's, each for the proteins that stand in it, and what they say of residues and pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from regard.annotate.family import family_of
from regard.core.family import Family
from regard.data.alignments import read_alignment
from regard.errors import InputError
from regard.studies.protein.inputs import Protein


def with_families(proteins: Sequence[Protein], paths: Sequence[Path], seed: int = 0) -> tuple[list[Protein], list[str]]:
    """Give each protein the alignment in which it stands, by its name or as the first row; else as any row.

    Raises
    ------
    InputError
        None of the proteins stands in a file, or one stands in two.
    """
    out, remarks = list(proteins), []
    for path in paths:
        fitting, error = families_in(path, out, seed)
        if not fitting:
            raise error or InputError(f"{path}: none of its rows is one of the proteins")
        for k, family in fitting.items():
            protein = out[k]
            if protein.family is not None:
                raise InputError(f"{path}: {protein.id} stands in {protein.family.source} too; give one of them")
            out[k] = replace(protein, family=family)
            remarks.append(
                f"{protein.id}: {len(family.codes):,} rows of {path.name}, {family.effective:.0f} effective (rows 80 % "
                "the same count once)"
                + (f"; {family.left_out:,} left out, too short or too many" * bool(family.left_out))
            )
    return out, remarks


def families_in(path: Path, proteins: Sequence[Protein], seed: int) -> tuple[dict[int, Family], InputError | None]:
    """The family of each protein, by its place, that stands in a file; and why one does not.

    A row that only resembles a protein (an antibody's heavy chain among the relatives of another's light chain) is
    taken for it where no protein is there by name or in the first row.
    """
    alignment, error = read_alignment(path), None
    for anywhere in (False, True):
        found = {}
        for k, protein in enumerate(proteins):
            try:
                found[k] = family_of(protein.id, protein.sequence, alignment, path.name, anywhere=anywhere, seed=seed)
            except InputError as reason:
                error = reason
        if found:
            return found, error
    return {}, error
