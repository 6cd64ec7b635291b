"""Proteins of the study: their sequences, what is known of their residues, and which of them belong together."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from regard.annotate.uniprot import Feature
from regard.core.family import Family
from regard.core.pairs import pairs_apart
from regard.data.proteins import AMINO_ACIDS
from regard.studies.protein.placed import Placed

ALIKE = 0.7  # share of 3-mers in common above which two proteins are one (about 93 % identity)


@dataclass(frozen=True)
class Protein:
    """One protein and all that is known of its residues, in its own numbering (0-based).

    group : proteins of one structure file, or nearly the same ones, share a number. contacts, resolved :
    bool, (L, L) and (L,); None without a structure. between : bool, (L, L), those of the contacts that are only between
    copies of the protein in the structure; None where it has none. across : where the first of two chains that are read
    as one ends, and where the second begins; then only pairs between the two are asked. sites : {kind: bool (L,)}.
    of_structure : those kinds that the structure tells of, and so of the residues alone that it shows.
    regions : {name: (start, end)}. features : stretches and bonds for the figure. offset : residues cut off in front.
    chain_type, numbers : H, K or L, and the IMGT number of each residue, where it is an antibody's variable domain;
    "H+K" where it has both.
    """

    id: str
    sequence: str
    group: int = 0
    contacts: np.ndarray | None = None
    resolved: np.ndarray | None = None
    between: np.ndarray | None = None
    across: tuple[int, int] | None = None
    secondary: str | None = None
    chain: str = ""
    disulfides: tuple[tuple[int, int], ...] = ()
    sites: dict[str, np.ndarray] = field(default_factory=dict)
    of_structure: tuple[str, ...] = ()
    regions: dict[str, tuple[int, int]] = field(default_factory=dict)
    features: tuple[Feature, ...] = ()
    offset: int = 0
    chain_type: str = ""
    numbers: tuple[str, ...] = ()
    alpha: np.ndarray | None = None  # Cα, Å, (L, 3), NaN where not resolved
    reported: tuple[Feature, ...] = ()  # variants and mutagenesis that UniProt tells of
    family: Family | None = None  # relatives, of an alignment in which the protein stands
    placed: Placed | None = None

    def __len__(self) -> int:
        return len(self.sequence)

    @property
    def known(self) -> np.ndarray:
        """Bool, (L, L): pairs i < j of usual amino acids, six or more apart, whose distance the structure tells."""
        there = np.zeros((len(self), len(self)), dtype=bool)
        if self.resolved is not None:
            there[pairs_apart(len(self))] = True
            usable = self.resolved & np.array([letter in AMINO_ACIDS for letter in self.sequence])
            there &= usable[:, None] & usable
        if self.across is not None:
            there[self.across[0] :] = there[:, : self.across[1]] = False
        return there

    def told(self, kind: str) -> np.ndarray:
        """Bool, (L,): residues of which it is known whether they are such a site."""
        if self.resolved is not None and kind in self.of_structure:
            return self.resolved
        return np.ones(len(self), dtype=bool)

    @property
    def ticks(self) -> dict[str, np.ndarray]:
        """What figures mark, bool, (L,): every kind of site but loops, which have bars, and what is not resolved."""
        found = {kind: labels for kind, labels in self.sites.items() if labels.any() and kind != "CDR"}
        if self.resolved is not None and not self.resolved.all():
            found["not resolved"] = ~self.resolved
        return found


def apart(length: int, least: int) -> np.ndarray:
    """Bool, (L, L): pairs at least so many residues apart, in either order."""
    return np.abs(np.subtract.outer(np.arange(length), np.arange(length))) >= least


def from_table(table: pd.DataFrame) -> tuple[list[Protein], list[str]]:
    """Proteins of a file; one that stands there twice is taken once, so that it does not count double."""
    once = table[table.same_as == ""]
    remarks = [f"{row.id} has the same sequence as {row.same_as} and was left out" for row in
               table[table.same_as != ""].head(5).itertuples()]  # fmt: skip
    if table.unusual.sum():
        remarks.append(f"{table.unusual.sum()} residues are X, B, Z, U, O or J; the model sees what it knows of them")
    return [Protein(row.id, row.sequence) for row in once.itertuples()], remarks


def grouped(proteins: list[Protein]) -> list[Protein]:
    """Give each protein its group: chains of one structure, and proteins that are nearly the same, belong together."""
    words = [{p.sequence[i : i + 3] for i in range(len(p) - 2)} for p in proteins]
    group = list(range(len(proteins)))

    def root(k: int) -> int:
        while group[k] != k:
            k = group[k]
        return k

    for b in range(len(proteins)):
        for a in range(b):
            entry = proteins[a].chain.split(" ")[0]
            same = entry and entry == proteins[b].chain.split(" ")[0]
            if same or len(words[a] & words[b]) >= ALIKE * len(words[a] | words[b]):
                group[root(b)] = root(a)
    return [replace(p, group=root(k)) for k, p in enumerate(proteins)]
