"""Two proteins that are chains of one structure, read as one: does attention between them show where they touch?"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from regard.annotate.interfaces import touching
from regard.models.protein.model import ProteinModel
from regard.studies.protein.inputs import Protein

MOST = 6  # pairs of one structure
LINKER = "G" * 25  # between two chains that a model of single chains reads at once (Lin et al. 2023)


def complexes_of(model: ProteinModel, proteins: Sequence[Protein]) -> tuple[list[Protein], list[str]]:
    """Each two of the proteins that touch in one structure, joined by a linker; and which are left out, and why.

    Their contacts are those between the two, of any copies in the file; pairs within either are not asked. Of many in
    one structure those with the most contacts are taken.
    """
    touching_pairs = [one for pair in combinations(proteins, 2) if (one := joined(*pair))]
    found, remarks = [], []
    by_file: dict[str, list[Protein]] = {}
    for one in sorted(touching_pairs, key=lambda one: -int(np.sum(one.contacts))):
        by_file.setdefault(one.chain.split(" ")[0], []).append(one)
    for name, some in by_file.items():
        fitting = [one for one in some if len(one) <= model.longest]
        for one in some:
            if len(one) > model.longest:
                remarks.append(
                    f"{one.id} touch, but are {len(one)} residues with a linker, and {model.name} reads "
                    f"{model.longest} at once: contacts between them are not asked"
                )
        if len(fitting) > MOST:
            remarks.append(f"of {len(fitting)} pairs of proteins that touch in {name}, {MOST} are read together")
        found += fitting[:MOST]
    return found, remarks


def joined(first: Protein, second: Protein) -> Protein | None:
    """Two proteins as one sequence, with the contacts between them; None where they touch in no structure."""
    a, b = first.placed, second.placed
    if a is None or b is None or a.source != b.source or first.resolved is None or second.resolved is None:
        return None
    mine, others = ({chain.id for chain in (*one.chains, *one.same)} for one in (a, b))
    if mine & others:  # two stretches of one chain, or two mutants of one protein
        return None
    touch = touching(a.positions(), b.positions()) & first.resolved[:, None] & second.resolved
    if not touch.any():
        return None
    end, start = len(first), len(first) + len(LINKER)
    contacts = np.zeros((start + len(second),) * 2, dtype=bool)
    contacts[:end, start:] = touch
    return Protein(
        f"{first.id} + {second.id}",
        first.sequence + LINKER + second.sequence,
        first.group,
        contacts=contacts | contacts.T,
        resolved=np.concatenate([first.resolved, np.zeros(len(LINKER), dtype=bool), second.resolved]),
        across=(end, start),
        chain=f"{first.chain.split(' ')[0]} {' or '.join(a.names)} with {' or '.join(b.names)}",
    )
