"""What structures say of the proteins: contacts, secondary structure, ligands, paratopes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.spatial.distance import cdist

from regard.annotate.antibody import PARATOPE, antigens_of, cdr_labels
from regard.annotate.interfaces import interfaces, touching
from regard.annotate.structure import CONTACT, Chain, disulfides_in, read_structure
from regard.annotate.uniprot import Feature
from regard.core.stretches import stretches
from regard.studies.protein.antibodies import cut_to_domain, with_regions
from regard.studies.protein.inputs import Protein
from regard.studies.protein.laying import copies_of, free, laid_over
from regard.studies.protein.placed import Parts, Placed

LIGAND = 4.0  # Å from a ligand
DOMAIN = 30  # residues at least that are told of where no chain shows them


def with_structures(
    proteins: list[Protein], paths: list[Path], *, copies: bool = True
) -> tuple[list[Protein], list[str]]:
    """Contacts, secondary structure, interfaces and paratopes from the chain, or the chains, that each protein is.

    copies : where the file has the protein several times, contacts between any two of these chains are contacts of the
    protein too; if not, those of its own chains alone.

    Raises
    ------
    InputError
        No protein is a chain of any structure; both sequences are quoted.
    """
    out, remarks, unseen = list(proteins), [], []
    for path in paths:
        chains = read_structure(path)
        found: dict[int, Parts] = {}
        last = None
        for k, protein in enumerate(out):
            if protein.contacts is None:
                parts, error = laid_over(protein, path, chains.values())
                last = error or last
                if parts:
                    found[k] = parts
        mine = [chain for k, parts in found.items() if out[k].regions for chain, _ in parts]
        antigens = antigens_of(chains, mine) if mine else []
        for k, parts in found.items():
            own = [chain for chain, _ in parts]
            beside = tuple(one for one in chains.values() if not any(one is chain for chain in own))
            same = copies_of(out[k], parts, beside) if copies else ()
            unseen += nowhere(out[k], parts)
            out[k] = annotated(out[k], path, Placed(parts, beside, same, str(path)), antigens)
        if not found and last is not None:
            raise last
    lost = [p.id for p in out if p.contacts is None]
    if paths and lost:
        remarks.append(f"{len(lost)} proteins are in no structure given: {', '.join(lost[:5])}")
    if unseen:
        listed = "; ".join(unseen[:5]) + ("; …" if len(unseen) > 5 else "")
        remarks.append(f"in no chain of a structure, and left out of all that it tells: {listed}")
    return out, remarks


def nowhere(protein: Protein, parts: Parts) -> list[str]:
    """The protein's stretches, of a domain's length, over which no chain stands."""
    return [
        f"{protein.id}, residues {start + protein.offset + 1} to {stop + protein.offset}"
        for start, stop in stretches(free(parts, protein)) if stop - start >= DOMAIN
    ]  # fmt: skip


def domains_in(path: Path, chains: str) -> list[Protein]:
    """Variable domains of these chains of a structure of antibodies, with their contacts; ids `<file> <chain>`."""
    found = read_structure(path)
    domains = [Protein(f"{path.name.split('.')[0]} {name}", found[name].sequence) for name in chains]
    cut = [cut_to_domain(p) for p in with_regions(domains)]
    # Regions served to cut by; with them, the paratope would be looked for as well.
    return with_structures([replace(p, regions={}) for p in cut], [path], copies=False)[0]


def annotated(protein: Protein, path: Path, placed: Placed, antigens: list[Chain]) -> Protein:
    """What the chains say that a protein is, in its own numbering."""
    resolved, positions = placed.resolved, placed.positions()
    told = resolved[:, None] & resolved & ~np.eye(len(protein), dtype=bool)
    with np.errstate(invalid="ignore"):
        within = np.any([cdist(one, one) < CONTACT for one in positions], axis=0) & told
    between = touching(positions, positions) & told & ~within if placed.copies else None
    bonds = tuple(disulfides_in(placed.along([chain.positions_of("SG") for chain in placed.chains], np.nan)))
    shown = [Feature("disulfide", a, b + 1, "Cys–Cys") for a, b in bonds]
    sites = sites_in(placed, antigens if protein.regions else None)
    loops = {"CDR": cdr_labels(protein.regions, len(protein))} if protein.regions else {}
    return replace(
        protein,
        features=(*protein.features, *shown),
        contacts=within if between is None else within | between,
        between=between,
        resolved=resolved,
        secondary="".join(placed.along([list(chain.secondary) for chain in placed.chains], "-")),
        chain=f"{path.name.split('.')[0]} {placed.names[0]}",
        disulfides=bonds,
        sites=protein.sites | sites | loops,
        of_structure=tuple(sites),
        alpha=placed.along([chain.positions("ca") for chain in placed.chains], np.nan),
        placed=placed,
    )


def sites_in(placed: Placed, antigens: list[Chain] | None) -> dict[str, np.ndarray]:
    """Every kind of site that the structure shows some residue to be, bool, (L,); paratopes where there are antigens.

    antigens : None for what is no antibody.
    """
    near: list[dict[str, np.ndarray]] = []
    for chain in placed.chains:
        with np.errstate(invalid="ignore"):
            near.append({"ligand within 4 Å": chain.ligand_distance <= LIGAND})
        near[-1] |= interfaces(chain, placed.beside, placed.same)
        near[-1] |= {} if antigens is None else {"paratope": chain.near(antigens, PARATOPE)}
    found, none = {}, [np.zeros(len(chain), dtype=bool) for chain in placed.chains]
    for kind in dict.fromkeys(kind for one in near for kind in one):
        of_chains = [one.get(kind, nothing) for one, nothing in zip(near, none, strict=True)]
        labels = placed.along(of_chains, False) & placed.resolved
        if labels.any():
            found[kind] = labels
    return found
