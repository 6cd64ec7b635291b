"""Where a protein stands in a structure: in one chain, or in several, each over its own stretch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from regard.annotate.structure import Chain

# A chain, and which of its residues stands at each of the protein, int, (L,), -1 for none.
Part = tuple[Chain, np.ndarray]
Parts = tuple[Part, ...]


@dataclass(frozen=True)
class Placed:
    """Where a protein stands in a structure.

    parts : the chains that it is, in the order in which they stand along it; one, unless an scFv, say, is two chains
    there. beside : the other protein chains of the file. copies : those of them that are the same protein, each copy as
    its parts. source : the file.
    """

    parts: Parts
    beside: tuple[Chain, ...] = ()
    copies: tuple[Parts, ...] = ()
    source: str = ""

    @property
    def chains(self) -> list[Chain]:
        return [chain for chain, _ in self.parts]

    @property
    def names(self) -> list[str]:
        """Of the chains that it is, and of each copy of it: `H`, or `H+L` where there are several."""
        return [named(parts) for parts in (self.parts, *self.copies)]

    @property
    def same(self) -> list[Chain]:
        """The chains of all copies."""
        return [chain for parts in self.copies for chain, _ in parts]

    @cached_property
    def resolved(self) -> np.ndarray:
        """Bool, (L,): residues of the protein that the structure shows."""
        return self.along([chain.resolved for chain in self.chains], False)

    def along(self, of_chains: Sequence, missing) -> np.ndarray:
        """What the chains say of their residues, an array each, along the protein, (L, …)."""
        return along(self.parts, of_chains, missing)

    def positions(self) -> list[np.ndarray]:
        """Cβ of the protein's residues as it is placed and in each copy, Å, (L, 3), NaN where not resolved."""
        return [beta(parts) for parts in (self.parts, *self.copies)]

    def seen(self) -> np.ndarray:
        """Positions of the protein whose residues the structure shows, int."""
        return np.flatnonzero(self.resolved)

    def number(self, position: int) -> str:
        """The author's number of a residue, with insertion code; "" where the structure has none."""
        return self.author(position)[1]

    def author(self, position: int) -> tuple[str, str]:
        """Chain and number of a residue as the author names it; "" and "" where no chain stands."""
        found = ((chain.id, chain.residue_numbers[at[position]]) for chain, at in self.parts if at[position] >= 0)
        return next(found, ("", ""))


def along(parts: Parts, of_chains: Sequence, missing) -> np.ndarray:
    """What chains say of their residues, an array each, laid along a protein, (L, …); `missing` where none stands."""
    values = [np.asarray(one) for one in of_chains]
    out = np.full((len(parts[0][1]), *values[0].shape[1:]), missing, dtype=np.result_type(*values))
    for (_, at), one in zip(parts, values, strict=True):
        out[at >= 0] = one[at[at >= 0]]
    return out


def beta(parts: Parts) -> np.ndarray:
    """Cβ along a protein, Å, (L, 3), NaN where not resolved."""
    return along(parts, [chain.positions("cb") for chain, _ in parts], np.nan)


def named(parts: Parts) -> str:
    return "+".join(chain.id for chain, _ in parts)
