"""What structures say of the proteins: contacts, secondary structure, ligands, paratopes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from regard.annotate.antibody import PARATOPE, antigens_of, cdr_labels
from regard.annotate.structure import Chain, read_structure
from regard.annotate.uniprot import Feature
from regard.errors import InputError
from regard.studies.protein.antibodies import cut_to_domain, with_regions
from regard.studies.protein.inputs import Protein

LIGAND = 4.0  # Å from a ligand


def with_structures(proteins: list[Protein], paths: list[Path]) -> tuple[list[Protein], list[str]]:
    """Contacts, secondary structure, ligands and paratopes from the chain that each protein is.

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
            out[k] = annotated(out[k], path, chain, at, antigens)
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
    return with_structures([replace(p, regions={}) for p in cut], [path])[0]


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


def annotated(protein: Protein, path: Path, chain: Chain, at: np.ndarray, antigens: list[Chain]) -> Protein:
    """What a chain says, in the protein's own numbering."""
    inside = at >= 0
    both = np.ix_(inside, inside)
    contacts = np.zeros((len(protein), len(protein)), dtype=bool)
    contacts[both] = chain.contacts("cb")[np.ix_(at[inside], at[inside])]
    resolved = np.zeros(len(protein), dtype=bool)
    resolved[inside] = chain.resolved[at[inside]]
    alpha = np.full((len(protein), 3), np.nan)
    alpha[inside] = chain.positions("ca")[at[inside]]
    place = {int(c): i for i, c in enumerate(at) if c >= 0}
    sites = dict(protein.sites)
    near = np.zeros(len(protein), dtype=bool)
    with np.errstate(invalid="ignore"):
        near[inside] = chain.ligand_distance[at[inside]] <= LIGAND
    if near.any():
        sites["ligand within 4 Å"] = near
    if protein.regions:
        bound = np.zeros(len(protein), dtype=bool)
        bound[inside] = chain.near(antigens, PARATOPE)[at[inside]]
        if bound.any():
            sites["paratope"] = bound
        sites["CDR"] = cdr_labels(protein.regions, len(protein))
    bonds = tuple((place[a], place[b]) for a, b in chain.disulfides if a in place and b in place)
    shown = [Feature("disulfide", a, b + 1, "Cys–Cys") for a, b in bonds]
    return replace(
        protein,
        features=(*protein.features, *shown),
        contacts=contacts & ~np.eye(len(protein), dtype=bool),
        resolved=resolved,
        secondary="".join(chain.secondary[c] if c >= 0 else "-" for c in at),
        chain=f"{path.name.split('.')[0]} {chain.id}",
        disulfides=bonds,
        sites=sites,
        alpha=alpha,
    )
