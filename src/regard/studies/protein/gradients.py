"""Gradient × input between residues, of as many residues as there is time for: each is a backward pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from regard.attribute.protein import gradient_pairs
from regard.data.numbers import whole
from regard.data.proteins import AMINO_ACIDS
from regard.errors import InputError
from regard.models.protein.model import ProteinModel
from regard.report.sure import how_many
from regard.studies.protein.inputs import Protein

ALL, NONE = "all", "none"
SHORT, FEW = 150, 64  # residues up to which every one is asked, as in a variable domain; and how many of a longer one
LONGEST = 600  # residues; what a longer one needs is kept for all backward passes, and too large


@dataclass(frozen=True)
class Gradients:
    """What was asked by gradient × input.

    of : (L, L) of each protein, row = the residue predicted, NaN where none was. rows : how many residues of each
    were asked. remarks : what was left out.
    """

    of: dict[str, np.ndarray]
    rows: dict[str, int]
    remarks: list[str]

    def of_pairs(self, proteins: Sequence[Protein]) -> dict[str, np.ndarray]:
        """Those of proteins of which every residue was asked; empty unless all of these are, as pairs are compared."""
        complete = {p.id for p in proteins if self.rows.get(p.id) == len(usual(p))}
        return {p.id: self.of[p.id] for p in proteins} if len(complete) == len(proteins) else {}


def number_of(asked: str | None) -> int | None:
    """`--gradients` as the most residues of a protein; None where it was left out. Raises InputError."""
    if asked is None or asked in (ALL, NONE):
        return {None: None, ALL: LONGEST, NONE: 0}[asked]
    found = whole(asked)
    if found is None or found < 2:
        raise InputError(f"--gradients {asked}: expected {ALL}, {NONE}, or a number of residues, 2 or more")
    return found


def usual(protein: Protein) -> np.ndarray:
    """Positions of the 20 amino acids: there is no likelihood of any other letter."""
    return np.flatnonzero([letter in AMINO_ACIDS for letter in protein.sequence])


def rows_of(protein: Protein, most: int | None, seen_from: Sequence[int], seed: int) -> np.ndarray:
    """The residues to ask, rising: all, or `most` drawn at random, with those that the report looks from."""
    there = usual(protein)
    most = (len(there) if len(protein) <= SHORT else FEW) if most is None else most
    if len(there) <= most:
        return there
    first = [place for place in seen_from if place in there][:most]
    others = np.random.default_rng(seed).permutation(np.setdiff1d(there, first))
    return np.sort(np.array([*first, *others[: most - len(first)]], dtype=int))


def gradients_of(
    model: ProteinModel,
    proteins: Sequence[Protein],
    begin: Callable[[int], Callable[[int], object]] = lambda total: lambda done: None,
    *,
    most: int | None = None,
    seen_from: Mapping[str, Sequence[int]] | None = None,
    seed: int = 0,
) -> Gradients:
    """Ask the proteins that are short enough.

    begin : called with the number of backward passes; gives what is called as they are made. most : residues of a
    protein, drawn where it has more; None for all of SHORT proteins and FEW of longer ones, 0 for none. seen_from :
    residues that are asked in any case.
    """
    if not model.likelihoods:
        without = "it gives no masked likelihoods, so there is no gradient × input, and no head is taken out"
        return Gradients({}, {}, [f"{model.name} {model.lacks}: {without}"])
    if most == 0:
        return Gradients({}, {}, ["gradient × input was left out (--gradients none)"])
    short = [p for p in proteins if len(p) <= LONGEST]
    rows = {p.id: rows_of(p, most, (seen_from or {}).get(p.id, ()), seed) for p in short}
    advance = begin(sum(map(len, rows.values())))
    found = {p.id: gradient_pairs(model, p.sequence, rows=rows[p.id], advance=advance) for p in short}
    return Gradients(found, {name: len(one) for name, one in rows.items()}, remarks_of(proteins, rows))


def remarks_of(proteins: Sequence[Protein], rows: Mapping[str, np.ndarray]) -> list[str]:
    part = [p for p in proteins if p.id in rows and len(rows[p.id]) < len(usual(p))]
    long = [p.id for p in proteins if p.id not in rows]
    told = []
    if part:
        each = ", ".join(f"{len(rows[p.id])} of {len(p)} residues of {p.id}" for p in part[:3])
        more = f" and of {how_many(len(part) - 3, ('more protein', 'more proteins'))}" if len(part) > 3 else ""
        told.append(
            f"gradient × input was asked of {each}{more}, drawn at random, so that it is beside attention at sites and "
            "not at contacts (--gradients all asks every residue, one backward pass each)"
        )
    if long:
        told.append(f"gradient × input was left out of proteins longer than {LONGEST} residues: {', '.join(long[:3])}")
    return told
