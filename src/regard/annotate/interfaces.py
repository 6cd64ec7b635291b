"""Where chains of a structure meet: contacts between them, and residues near another protein, a peptide, DNA or RNA."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.spatial import cKDTree

from regard.annotate.structure import CONTACT, Chain

NEAR = 4.5  # Å between heavy atoms, as of a paratope
PEPTIDE = 30  # residues at most; a longer chain is a protein
PROTEIN, COPY, OF_PEPTIDE = "interface with another protein", "interface with a copy", "binds peptide"


def touching(ones: Sequence[np.ndarray], others: Sequence[np.ndarray], cutoff: float = CONTACT) -> np.ndarray:
    """Bool, (L, M): do the two residues touch between some chain of the first kind and some chain of the second?

    ones, others : positions of Cβ, Å, (L, 3) and (M, 3) a chain, NaN where not resolved. The same array in both is one
    chain, and is not held against itself.
    """
    found = np.zeros((len(ones[0]), len(others[0])), dtype=bool)
    trees = {id(one): tree_of(one) for one in (*ones, *others)}
    for one in ones:
        for other in others:
            if one is other:
                continue
            (tree, rows), (beside, columns) = trees[id(one)], trees[id(other)]
            if tree is not None and beside is not None:
                near = tree.sparse_distance_matrix(beside, cutoff, output_type="ndarray")
                near = near[near["v"] < cutoff]
                found[rows[near["i"]], columns[near["j"]]] = True
    return found


def tree_of(positions: np.ndarray) -> tuple[cKDTree | None, np.ndarray]:
    there = np.flatnonzero(~np.isnan(positions[:, 0]))
    return (cKDTree(positions[there]) if len(there) else None), there


def interfaces(chain: Chain, others: Sequence[Chain], copies: Sequence[Chain] = ()) -> dict[str, np.ndarray]:
    """Residues of a chain with a heavy atom within `NEAR` Å of what it binds, by kind, bool, (L,); kinds that it has.

    others : the other protein chains of the file. copies : those of them that are the same protein.
    """
    same = [one for one in others if any(one is copy for copy in copies)]
    rest = [one for one in others if not any(one is copy for copy in copies)]
    found = {
        PROTEIN: chain.near([one for one in rest if len(one) > PEPTIDE], NEAR),
        COPY: chain.near(same, NEAR),
        OF_PEPTIDE: chain.near([one for one in rest if len(one) <= PEPTIDE], NEAR),
    }
    for kind, distance in chain.nucleic_distance.items():
        with np.errstate(invalid="ignore"):
            found[f"binds {kind}"] = distance <= NEAR
    return {kind: near for kind, near in found.items() if near.any()}
