"""What structures say of the proteins: contacts, secondary structure, ligands, paratopes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.spatial.distance import cdist

from regard.annotate.antibody import PARATOPE, antigens_of, cdr_labels
from regard.annotate.interfaces import interfaces, touching
from regard.annotate.structure import CONTACT, Chain, read_structure
from regard.annotate.uniprot import Feature
from regard.errors import InputError
from regard.studies.protein.antibodies import cut_to_domain, with_regions
from regard.studies.protein.inputs import Placed, Protein

LIGAND = 4.0  # Å from a ligand
SAME, COVERED = 0.95, 0.8  # of a copy's residues: how many are the same, and how many of the chain's it has


def with_structures(
    proteins: list[Protein], paths: list[Path], *, copies: bool = True
) -> tuple[list[Protein], list[str]]:
    """Contacts, secondary structure, interfaces and paratopes from the chain that each protein is.

    copies : where the file has the protein several times, contacts between any two of these chains are contacts of the
    protein too; if not, those of its own chain alone.

    Raises
    ------
    InputError
        No protein is a chain of any structure; both sequences are quoted.
    """
    out, remarks = list(proteins), []
    for path in paths:
        chains = read_structure(path)
        found: dict[int, tuple[Chain, np.ndarray]] = {}
        last = None
        for k, protein in enumerate(out):
            if protein.contacts is None:
                match, error = chain_of(protein, path, chains)
                last = error or last
                if match is not None:
                    found[k] = match
        mine = [chain for k, (chain, _) in found.items() if out[k].regions]
        antigens = antigens_of(chains, mine) if mine else []
        for k, (chain, at) in found.items():
            beside = tuple(one for one in chains.values() if one is not chain)
            same = copies_of(out[k], chain, at, beside) if copies else ()
            placed = Placed(chain, at, beside, same, str(path))
            out[k] = annotated(out[k], path, placed, antigens)
        if not found and last is not None:
            raise last
    lost = [p.id for p in out if p.contacts is None]
    if paths and lost:
        remarks.append(f"{len(lost)} proteins are in no structure given: {', '.join(lost[:5])}")
    return out, remarks


def domains_in(path: Path, chains: str) -> list[Protein]:
    """Variable domains of these chains of a structure of antibodies, with their contacts; ids `<file> <chain>`."""
    found = read_structure(path)
    domains = [Protein(f"{path.name.split('.')[0]} {name}", found[name].sequence) for name in chains]
    cut = [cut_to_domain(p) for p in with_regions(domains)]
    # Regions served to cut by; with them, the paratope would be looked for as well.
    return with_structures([replace(p, regions={}) for p in cut], [path], copies=False)[0]


def chain_of(protein: Protein, path: Path, chains: dict[str, Chain]):
    """The chain that a protein is, and where its residues stand there; or why none is."""
    best, error = None, None
    for chain in chains.values():
        try:
            at = chain.placed_in(protein.sequence, query=protein.id, chain=f"chain {chain.id} of {path.name}")
        except InputError as reason:
            error = error or reason
            continue
        inside = at >= 0
        score = int(sum(protein.sequence[i] == chain.sequence[at[i]] for i in np.flatnonzero(inside)))
        if best is None or score > best[0]:
            best = score, chain, at
    return (best[1:] if best else None), error


def copies_of(
    protein: Protein, chain: Chain, at: np.ndarray, others: tuple[Chain, ...]
) -> tuple[tuple[Chain, np.ndarray], ...]:
    """The other chains of a file that are the same protein, and where its residues stand there."""
    found = []
    for other in others:
        try:
            place = other.placed_in(protein.sequence, query=protein.id, chain=f"chain {other.id}")
        except InputError:
            continue
        both = np.flatnonzero((place >= 0) & (at >= 0))
        same = sum(other.sequence[place[i]] == chain.sequence[at[i]] for i in both)
        if len(both) >= COVERED * (at >= 0).sum() and same >= SAME * len(both):
            found.append((other, place))
    return tuple(found)


def annotated(protein: Protein, path: Path, placed: Placed, antigens: list[Chain]) -> Protein:
    """What a chain says, in the protein's own numbering."""
    chain, at = placed.chain, placed.at
    inside = at >= 0
    resolved = np.zeros(len(protein), dtype=bool)
    resolved[inside] = chain.resolved[at[inside]]
    told = resolved[:, None] & resolved & ~np.eye(len(protein), dtype=bool)
    positions, same = placed.positions(), [one for one, _ in placed.copies]
    with np.errstate(invalid="ignore"):
        within = np.any([cdist(one, one) < CONTACT for one in positions], axis=0) & told
    between = touching(positions, positions) & told & ~within if same else None
    alpha = np.full((len(protein), 3), np.nan)
    alpha[inside] = chain.positions("ca")[at[inside]]
    place = {int(c): i for i, c in enumerate(at) if c >= 0}
    seen: dict[str, np.ndarray] = {}
    with np.errstate(invalid="ignore"):
        of_chain = {"ligand within 4 Å": chain.ligand_distance <= LIGAND}
    of_chain |= interfaces(chain, placed.beside, same)
    if protein.regions:
        of_chain["paratope"] = chain.near(antigens, PARATOPE)
    for kind, near in of_chain.items():
        labels = np.zeros(len(protein), dtype=bool)
        labels[inside] = near[at[inside]]
        if (labels & resolved).any():
            seen[kind] = labels & resolved
    loops = {"CDR": cdr_labels(protein.regions, len(protein))} if protein.regions else {}
    bonds = tuple((place[a], place[b]) for a, b in chain.disulfides if a in place and b in place)
    shown = [Feature("disulfide", a, b + 1, "Cys–Cys") for a, b in bonds]
    return replace(
        protein,
        features=(*protein.features, *shown),
        contacts=within if between is None else within | between,
        between=between,
        resolved=resolved,
        secondary="".join(chain.secondary[c] if c >= 0 else "-" for c in at),
        chain=f"{path.name.split('.')[0]} {chain.id}",
        disulfides=bonds,
        sites=protein.sites | seen | loops,
        of_structure=tuple(seen),
        alpha=alpha,
        placed=placed,
    )
