"""Chains of a protein structure: contacts, secondary structure, disulfides, distance to ligands."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from regard.annotate.alignment import align_to
from regard.annotate.placing import bonded, inverted, settle
from regard.annotate.structure_files import Residues, read_residues
from regard.errors import InputError

CONTACT = 8.0  # Å, the field's usual cutoff between Cβ atoms
DISULFIDE = 2.5  # Å between sulfurs; the bond itself is 2.05


@dataclass(frozen=True)
class Chain:
    """One protein chain, residues that were not resolved included.

    Attributes
    ----------
    id : the author's chain id. `name` : what the file calls the molecule.
    sequence : one letter a residue, L of them; the full sequence where the file gives it, so that residues
        without coordinates keep their place. Modified residues have the letter of their parent.
    residue_numbers : the author's numbers with insertion codes ("52A"); "" where the file gives none.
    residue_names : three letters each, as in the file; "" where not resolved.
    secondary : H (α-helix), E (strand) or - for each residue, from hydrogen bonds within the chain (Kabsch & Sander
        1983); nothing but - where the file has no backbone.
    ligand_distance : Å, shape (L,), from the nearest heavy atom of a ligand or ion that is not water, a usual
        additive of crystallization or a sugar bound to the protein; inf without a ligand, NaN where a residue is
        not resolved.
    nucleic_distance : the same from the nearest heavy atom of DNA, and of RNA, where the file has some.
    disulfides : pairs (i, j), i < j, of cysteines within the chain.
    """

    id: str
    name: str
    sequence: str
    residue_numbers: tuple[str, ...]
    residue_names: tuple[str, ...]
    secondary: str
    ligand_distance: np.ndarray
    ligands: tuple[str, ...]
    atoms: np.ndarray  # heavy atoms, (n, 3), Å
    atom_names: np.ndarray  # (n,)
    atom_residues: np.ndarray  # (n,), 0-based position of each atom's residue
    elements: np.ndarray  # (n,)
    nucleic_distance: dict[str, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.sequence)

    def positions(self, kind: str = "cb") -> np.ndarray:
        """Å, shape (L, 3): of Cα ("ca"), or of Cβ, with Cα for glycine and where the file has no Cβ ("cb")."""
        if kind not in ("ca", "cb"):
            raise InputError(f"atoms {kind!r} are unknown; choose cb or ca")
        alpha = self.positions_of("CA")
        if kind == "ca":
            return alpha
        at = self.positions_of("CB")
        return np.where(np.isnan(at), alpha, at)

    def positions_of(self, name: str) -> np.ndarray:
        """Å, shape (L, 3): of the atom of this name in each residue, NaN where there is none."""
        at, named = np.full((len(self), 3), np.nan), self.atom_names == name
        at[self.atom_residues[named]] = self.atoms[named]
        return at

    @cached_property
    def resolved(self) -> np.ndarray:
        """Bool, shape (L,): does the residue have a Cα?"""
        return ~np.isnan(self.positions("ca")[:, 0])

    def distances(self, kind: str = "cb") -> np.ndarray:
        """Å, shape (L, L), symmetric; NaN where one of the two is not resolved."""
        at = self.positions(kind)
        return cdist(at, at)

    def contacts(self, kind: str = "cb", cutoff: float = CONTACT) -> np.ndarray:
        """Bool, shape (L, L): nearer than `cutoff` Å. False where not resolved: mask with `distances`."""
        with np.errstate(invalid="ignore"):
            return self.distances(kind) < cutoff

    @cached_property
    def chained(self) -> np.ndarray:
        """Bool, shape (L,): is the residue bound to the one before?"""
        return bonded(self.atoms, self.atom_names, self.atom_residues, len(self))

    def placed_in(self, sequence: str, *, query: str = "the sequence", chain: str = "") -> np.ndarray:
        """Which residue of the chain stands at each of a sequence, -1 for none; int, shape (len(sequence),).

        Aligned (`align_to`), and beside a gap by the file's numbers and bonds (`settle`).

        Raises
        ------
        InputError
            The two are not the same protein; both are quoted.
        """
        at = align_to(sequence, self.sequence, query=query, chain=chain or f"chain {self.id}")
        mine = inverted(at, len(self))
        mine = settle(mine, self.sequence, self.residue_numbers, self.chained, self.resolved, sequence)
        return inverted(mine, len(sequence))

    @cached_property
    def disulfides(self) -> list[tuple[int, int]]:
        return disulfides_in(self.positions_of("SG"))

    def near(self, others: list[Chain], cutoff: float) -> np.ndarray:
        """Bool, shape (L,): residues with a heavy atom within `cutoff` Å of one of other chains."""
        found = np.zeros(len(self), dtype=bool)
        if others and len(self.atoms):
            distance, _ = cKDTree(np.concatenate([o.atoms for o in others])).query(
                self.atoms, distance_upper_bound=cutoff
            )
            found[self.atom_residues[distance <= cutoff]] = True
        return found


def disulfides_in(sulfur: np.ndarray) -> list[tuple[int, int]]:
    """Pairs i < j of residues whose sulfurs are bound; sulfur : Å, (L, 3), NaN where there is none."""
    there = np.flatnonzero(~np.isnan(sulfur[:, 0]))
    pairs = cKDTree(sulfur[there]).query_pairs(DISULFIDE) if len(there) else set()
    return sorted((int(there[min(pair)]), int(there[max(pair)])) for pair in pairs)


def read_structure(path) -> dict[str, Chain]:
    """Protein chains of the first model of mmCIF, BinaryCIF or PDB, by the author's chain id, in file order.

    Raises
    ------
    InputError
        No such format, a damaged file, or no protein in it.
    """
    residues, ligands, strands = read_residues(path)
    at = stacked([one.atoms for one in ligands])
    names = tuple(dict.fromkeys(one.name for one in ligands))
    nucleic = {
        kind: stacked([one.atoms for one in strands if one.kind == kind])
        for kind in dict.fromkeys(one.kind for one in strands)
    }
    return {one.chain: chain_of(one, at, names, nucleic) for one in residues}


def stacked(atoms: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(atoms) if atoms else np.empty((0, 3))


def chain_of(one: Residues, ligands: np.ndarray, names: tuple[str, ...], nucleic: dict[str, np.ndarray]) -> Chain:
    return Chain(
        one.chain,
        one.name,
        one.sequence,
        one.numbers,
        one.names,
        one.secondary,
        distance_to(ligands, one),
        names,
        one.atoms,
        one.atom_names,
        one.atom_residues,
        one.elements,
        {kind: distance_to(atoms, one) for kind, atoms in nucleic.items()},
    )


def distance_to(atoms: np.ndarray, one: Residues) -> np.ndarray:
    """Å from each residue to the nearest of some atoms, (L,): inf where there are none, NaN where not resolved."""
    distance = np.full(len(one.sequence), np.nan)
    nearest = cKDTree(atoms).query(one.atoms)[0] if len(atoms) else np.full(len(one.atoms), np.inf)
    distance[np.unique(one.atom_residues)] = np.inf
    np.minimum.at(distance, one.atom_residues, nearest)
    return distance
