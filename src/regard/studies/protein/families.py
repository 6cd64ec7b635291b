"""Alignments of the user's, each for the proteins that stand in it, and what they say of residues and pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from regard.annotate.family import family_of
from regard.data.alignments import read_alignment
from regard.errors import InputError
from regard.studies.protein.inputs import Protein


def with_families(proteins: Sequence[Protein], paths: Sequence[Path], seed: int = 0) -> tuple[list[Protein], list[str]]:
    """Give each protein the alignment in which it stands.

    Raises
    ------
    InputError
        None of the proteins stands in a file, or one stands in two.
    """
    out, remarks = list(proteins), []
    for path in paths:
        alignment, fits, error = read_alignment(path), 0, None
        for k, protein in enumerate(out):
            try:
                family = family_of(protein.id, protein.sequence, alignment, path.name, seed=seed)
            except InputError as reason:
                error = error or reason
                continue
            if protein.family is not None:
                raise InputError(f"{path}: {protein.id} stands in {protein.family.source} too; give one of them")
            fits += 1
            out[k] = replace(protein, family=family)
            remarks.append(
                f"{protein.id}: {len(family.codes):,} rows of {path.name}, {family.effective:.0f} effective (rows 80 % "
                "the same count once)"
                + (f"; {family.left_out:,} left out, too short or too many" * bool(family.left_out))
            )
        if not fits:
            raise error or InputError(f"{path}: none of its rows is one of the proteins")
    return out, remarks
