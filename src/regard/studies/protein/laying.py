"""Chains of a structure laid over a protein: the one that it is, or several, each over its own stretch; and copies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from regard.annotate.interfaces import touching
from regard.annotate.structure import Chain
from regard.core.stretches import stretches
from regard.errors import InputError
from regard.studies.protein.inputs import Protein
from regard.studies.protein.placed import Part, Parts, beta

SAME, COVERED = 0.95, 0.8  # of a copy's residues: how many are the same, and how many of the chain's it has
FEWEST = 20  # residues that a further chain has in common with the protein; a tag or a linker is none


def laid_over(protein: Protein, path: Path, chains: Iterable[Chain]) -> tuple[Parts, InputError | None]:
    """The chains that a protein is, in the order in which they stand along it; or why none is.

    First the one that the protein as a whole is. Then those that each variable domain of an antibody is, as a chain
    that goes on behind its domain fits no scFv as a whole, and those that any stretch is over which none stands yet.
    """
    found, chains, error = (), list(chains), None
    domains = stretches(np.array([number != "" for number in protein.numbers], dtype=bool))
    for span in [(0, len(protein)), *(domains if len(domains) > 1 else [])]:
        found, reason = with_another(found, protein, span, path, chains)
        error = error or reason
    for span in stretches(free(found, protein)) if found else []:
        found, _ = with_another(found, protein, span, path, chains)
    return tuple(sorted(found, key=lambda part: int(np.argmax(part[1] >= 0)))), error


def free(parts: Parts, protein: Protein) -> np.ndarray:
    """Bool, (L,): residues over which no chain stands."""
    return np.all([np.ones(len(protein), dtype=bool), *(at < 0 for _, at in parts)], axis=0)


def with_another(
    parts: Parts, protein: Protein, span: tuple[int, int], path: Path, chains: Sequence[Chain]
) -> tuple[Parts, InputError | None]:
    """The same and the chain that is most of a stretch, where one is; else as they were, and why none is.

    Of several that are as much of it, the one that touches the others most: of two antibodies in a crystal, the light
    chain that goes with the heavy one. Copies of what is laid already belong to another copy of the protein.
    """
    left = free(parts, protein)
    if parts and left[slice(*span)].sum() < FEWEST:
        return parts, None
    copies = [chain for one in parts for chain, _ in copies_of_part(protein, one, chains)]
    best, error = None, None
    for chain in chains:
        if any(chain is copy for copy in copies):
            continue
        try:
            at = placed_on(protein, span, chain, path.name)
        except InputError as reason:
            error = error or reason
            continue
        before = next((one for one in parts if one[0] is chain), (chain, np.full(len(protein), -1)))
        at[~left | np.isin(at, before[1])] = -1
        same = agreeing(protein, (chain, at))
        if parts and same < FEWEST:
            continue
        score = same, nearness(parts, (chain, at))
        if best is None or score > best[0]:
            best = score, (chain, np.maximum(at, before[1]))
    if best is None:
        return parts, error
    return (*(one for one in parts if one[0] is not best[1][0]), best[1]), None


def placed_on(protein: Protein, span: tuple[int, int], chain: Chain, name: str) -> np.ndarray:
    """Which residue of a chain stands at each of the protein's in a stretch, int, (L,), -1 for none."""
    at = np.full(len(protein), -1)
    at[slice(*span)] = chain.placed_in(
        protein.sequence[slice(*span)], query=protein.id, chain=f"chain {chain.id} of {name}"
    )
    return at


def agreeing(protein: Protein, part: Part) -> int:
    """How many residues are the same letter."""
    chain, at = part
    return sum(protein.sequence[i] == chain.sequence[at[i]] for i in np.flatnonzero(at >= 0))


def nearness(parts: Parts, part: Part) -> int:
    """How many pairs of residues touch between a chain and those laid already."""
    return int(touching([beta((part,))], [beta(parts)]).sum()) if parts else 0


def copies_of_part(protein: Protein, part: Part, others: Iterable[Chain]) -> list[Part]:
    """The other chains that are the same as one that is laid, and where the protein's residues stand there."""
    chain, at = part
    found, there = [], np.flatnonzero(at >= 0)
    for other in others:
        if other is chain:
            continue
        try:
            place = placed_on(protein, (there[0], there[-1] + 1), other, "")
        except InputError:
            continue
        both = there[place[there] >= 0]
        same = sum(other.sequence[place[i]] == chain.sequence[at[i]] for i in both)
        if len(both) >= COVERED * len(there) and same >= SAME * len(both):
            found.append((other, place))
    return found


def copies_of(protein: Protein, parts: Parts, others: Iterable[Chain]) -> tuple[Parts, ...]:
    """The other chains that are the same protein; where that is several, each with the one that it touches most."""
    others = list(others)
    left = [copies_of_part(protein, part, others) for part in parts]
    found = []
    for k, some in enumerate(left):
        for one in some:
            copy: Parts = (one,)
            for more in left[k + 1 :]:
                if more:
                    nearest = max(more, key=lambda part: nearness(copy, part))
                    more[:] = [part for part in more if part is not nearest]
                    copy = (*copy, nearest)
            found.append(copy)
    return tuple(found)
