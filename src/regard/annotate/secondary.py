"""Helices and strands from backbone hydrogen bonds (Kabsch & Sander 1983), within one chain."""

from __future__ import annotations

import numpy as np
from scipy.spatial.distance import cdist

BOND = -0.5  # kcal/mol; below it, N–H and C=O are bonded
SCALE = 27.9  # 332 × 0.42 × 0.20, kcal Å/mol
PEPTIDE = 2.5  # Å between C and N of neighbours; further apart the chain is broken


def secondary_structure(backbone: dict[str, np.ndarray], proline: np.ndarray) -> np.ndarray:
    """H (α-helix), E (strand of a sheet, two or more bridges in a row) or - for each residue.

    Parameters
    ----------
    backbone : positions of N, CA, C and O, Å, each (L, 3), NaN where not resolved.
    proline : bool, (L,): residues without a hydrogen to give.
    """
    bonds = hydrogen_bonds(backbone, proline)
    length = len(proline)
    kinds = np.full(length, "-")
    for first, second in ladders(bonds):
        kinds[[first, second]] = "E"
    turn = np.zeros(length, dtype=bool)
    if length > 4:
        turn[:-4] = np.diagonal(bonds, -4)  # the N–H of i + 4 gives to the C=O of i
    for start in np.flatnonzero(turn[1:] & turn[:-1]) + 1:
        kinds[start : start + 4] = "H"
    return kinds


def hydrogen_bonds(backbone: dict[str, np.ndarray], proline: np.ndarray) -> np.ndarray:
    """Bool, (L, L): the N–H of the row gives to the C=O of the column."""
    n, carbon, oxygen = backbone["N"], backbone["C"], backbone["O"]
    hydrogen = np.full_like(n, np.nan)
    with np.errstate(invalid="ignore"):
        along = carbon[:-1] - oxygen[:-1]
        hydrogen[1:] = n[1:] + along / np.linalg.norm(along, axis=1, keepdims=True)  # opposite to the C=O before it
        joined = np.linalg.norm(carbon[:-1] - n[1:], axis=1) < PEPTIDE
        hydrogen[1:][~joined] = np.nan
        hydrogen[proline] = np.nan
        near = {
            pair: np.maximum(cdist(a, b), 0.5)
            for pair, a, b in (
                ("NO", n, oxygen), ("HC", hydrogen, carbon), ("HO", hydrogen, oxygen), ("NC", n, carbon),
            )
        }  # fmt: skip
        energy = SCALE * (1 / near["NO"] + 1 / near["HC"] - 1 / near["HO"] - 1 / near["NC"])
        bonds = energy < BOND
    rank = np.arange(len(n))
    return bonds & (np.abs(rank[:, None] - rank) >= 2)


def ladders(bonds: np.ndarray) -> list[tuple[int, int]]:
    """Pairs of residues that face each other in a sheet, each with a neighbouring pair."""
    length = len(bonds)
    if length < 3:
        return []
    to = np.pad(bonds.T, 1)  # to[a + 1, b + 1]: the C=O of a takes from the N–H of b
    here, before, after = slice(1, -1), slice(0, -2), slice(2, None)
    parallel = (to[before, here] & to[here, after].T) | (to[before, here].T & to[here, after])
    anti = (to[here, here] & to[here, here].T) | (to[before, after] & to[before, after].T)
    rank = np.arange(length)
    apart = np.abs(rank[:, None] - rank) > 2
    found = []
    for bridges, step in ((parallel & apart, 1), (anti & apart, -1)):
        wide = np.pad(bridges, 1)
        following = wide[2:, 2:] if step > 0 else wide[2:, :-2]
        preceding = wide[:-2, :-2] if step > 0 else wide[:-2, 2:]
        found += [(int(i), int(j)) for i, j in np.argwhere(bridges & (following | preceding))]
    return found
