"""Proteins of the study: sequences, and what structures, UniProt or a list of sites say of their residues."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from regard.annotate.alignment import align_to
from regard.annotate.antibody import PARATOPE, regions_of
from regard.annotate.sites import read_sites
from regard.annotate.structure import Chain, read_structure
from regard.annotate.uniprot import Feature, read_uniprot
from regard.core.pairs import pairs_apart
from regard.core.proteins import AMINO_ACIDS
from regard.errors import InputError, MissingExtra

LIGAND = 4.0  # Å from a ligand
ALIKE = 0.7  # share of 3-mers in common above which two proteins are one (about 93 % identity)
SHOWN = (
    *("domain", "repeat", "zinc finger", "DNA binding", "coiled coil", "transmembrane", "signal peptide", "propeptide"),
    *("transit peptide", "motif", "disulfide"),
)
KINDS = (
    "active site",
    "binding site",
    "site",
    "disulfide",
    "modified residue",
    "glycosylation",
    "lipidation",
    "cross-link",
)
CORE = re.compile("C.{6,26}W.{40,90}C")
MOST_OF_FAB = 250  # residues at the start of a chain in which a variable domain is looked for


@dataclass(frozen=True)
class Protein:
    """One protein and all that is known of its residues, in its own numbering (0-based).

    group : proteins of one structure file, or nearly the same ones, share a number. contacts, resolved :
    bool, (L, L) and (L,); None without a structure. sites : {kind: bool (L,)}. regions : {name: (start, end)}.
    features : stretches and bonds for the figure. offset : residues cut off in front.
    """

    id: str
    sequence: str
    group: int = 0
    contacts: np.ndarray | None = None
    resolved: np.ndarray | None = None
    secondary: str | None = None
    chain: str = ""
    disulfides: tuple[tuple[int, int], ...] = ()
    sites: dict[str, np.ndarray] = field(default_factory=dict)
    regions: dict[str, tuple[int, int]] = field(default_factory=dict)
    features: tuple[Feature, ...] = ()
    offset: int = 0
    alpha: np.ndarray | None = None  # Cα, Å, (L, 3), NaN where not resolved

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
        return there


def from_table(table: pd.DataFrame) -> tuple[list[Protein], list[str]]:
    """Proteins of a file; one that stands there twice is taken once, so that it does not count double."""
    once = table[table.same_as == ""]
    remarks = [f"{row.id} has the same sequence as {row.same_as} and was left out" for row in
               table[table.same_as != ""].head(5).itertuples()]  # fmt: skip
    if table.unusual.sum():
        remarks.append(f"{table.unusual.sum()} residues are X, B, Z, U, O or J; the model sees what it knows of them")
    return [Protein(row.id, row.sequence) for row in once.itertuples()], remarks


def with_regions(proteins: list[Protein]) -> list[Protein]:
    """Variable domains of antibodies marked (IMGT); left as they are where the extra is not installed.

    Numbering is slow, so that only sequences are asked about that have the two cysteines and the tryptophan of
    every variable domain (IMGT 23, 41, 104) at about the right distances.
    """
    asked = [k for k, p in enumerate(proteins) if CORE.search(p.sequence)]
    try:
        found = dict(zip(asked, regions_of([proteins[k].sequence for k in asked]) if asked else [], strict=True))
    except MissingExtra:
        return proteins
    return [
        replace(p, regions=found[k], features=(*p.features, *region_features(found[k]))) if found.get(k) else p
        for k, p in enumerate(proteins)
    ]


def region_features(regions: dict[str, tuple[int, int]]) -> list[Feature]:
    return [Feature("region", start, stop, name) for name, (start, stop) in regions.items() if name.startswith("CDR")]


def cut_to_domain(protein: Protein) -> Protein:
    """Only the variable domain of an antibody chain, the part that AntiBERTy was trained on."""
    if not protein.regions:
        return protein
    start = min(s for s, _ in protein.regions.values())
    stop = max(e for _, e in protein.regions.values())
    regions = {name: (s - start, e - start) for name, (s, e) in protein.regions.items()}
    return replace(
        protein,
        sequence=protein.sequence[start:stop],
        regions=regions,
        features=tuple(region_features(regions)),
        offset=start,
    )


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
        matched, last = 0, None
        antigens = None
        for k, protein in enumerate(out):
            if protein.contacts is not None:
                continue
            found, error = chain_of(protein, path, chains)
            if found is None:
                last = error or last
                continue
            if protein.regions and antigens is None:
                antigens = antigens_of(chains)
            out[k], matched = annotated(protein, *found, antigens or []), matched + 1
        if not matched and last is not None:
            raise last
    lost = [p.id for p in out if p.contacts is None]
    if paths and lost:
        remarks.append(f"{len(lost)} proteins are in no structure given: {', '.join(lost[:5])}")
    return out, remarks


def chain_of(protein: Protein, path: Path, chains: dict[str, Chain]):
    """The chain that a protein is, and where its residues stand there; or why none is."""
    best, error = None, None
    for chain in chains.values():
        try:
            at = align_to(protein.sequence, chain.sequence, query=protein.id, chain=f"chain {chain.id} of {path.name}")
        except InputError as reason:
            error = error or reason
            continue
        inside = at >= 0
        score = int(sum(protein.sequence[i] == chain.sequence[at[i]] for i in np.flatnonzero(inside)))
        if best is None or score > best[0]:
            best = score, path, chain, at
    return (best[1:] if best else None), error


def antigens_of(chains: dict[str, Chain]) -> list[Chain]:
    """Chains of a structure that begin with no antibody's variable domain."""
    starts = sorted({c.sequence[:MOST_OF_FAB] for c in chains.values()})
    marked = with_regions([Protein(start, start) for start in starts])
    antibody = {p.id for p in marked if p.regions}
    return [c for c in chains.values() if c.sequence[:MOST_OF_FAB] not in antibody]


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
        sites["CDR"] = region_sites(protein)
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


def region_sites(protein: Protein) -> np.ndarray:
    """Residues of the complementarity-determining regions, bool, (L,)."""
    out = np.zeros(len(protein), dtype=bool)
    for name, (start, stop) in protein.regions.items():
        out[start:stop] |= name.startswith("CDR")
    return out


def with_labels(proteins: list[Protein], path: Path) -> tuple[list[Protein], list[str]]:
    """Sites from JSON lines or a UniProt file, aligned to each protein.

    Raises
    ------
    InputError
        No record fits any of the proteins.
    """
    records = read_labels(path)
    out, used, error = [], 0, None
    by_name = {name: record for record in records for name in (record[0], record[0].split("|")[-1])}
    for protein in proteins:
        record, at = by_name.get(protein.id), None
        for one in [record] if record else records:
            try:
                at, record = align_to(protein.sequence, one[1], query=protein.id, chain=f"{one[0]} in {path.name}"), one
                break
            except InputError as reason:
                error = error or reason
        if at is None or record is None:
            out.append(protein)
            continue
        used += 1
        inside = at >= 0
        sites = dict(protein.sites)
        for kind, labels in record[2].items():
            sites[kind] = np.zeros(len(protein), dtype=bool)
            sites[kind][inside] = labels[at[inside]]
        place = {int(c): i for i, c in enumerate(at) if c >= 0}
        features = [
            replace(f, start=place[f.start], end=place[f.end - 1] + 1)
            for f in record[3]
            if f.start in place and f.end - 1 in place
        ]
        out.append(replace(protein, sites=sites, features=(*protein.features, *features)))
    if not used:
        raise error or InputError(f"{path}: none of its records is one of the proteins")
    return out, [] if used == len(proteins) else [f"{len(proteins) - used} proteins have no record in {path.name}"]


def read_labels(path: Path) -> list[tuple[str, str, dict[str, np.ndarray], list[Feature]]]:
    """Records (id, sequence, sites, stretches) of JSON lines or a UniProt file."""
    with path.open("rb") if path.is_file() else _absent(path) as file:
        first = file.read(1)
    if first == b"{":
        return [(one.id, one.sequence, {"site": one.labels}, []) for one in read_sites(path)]
    records = []
    for entry in read_uniprot(path):
        if not entry.sequence:
            raise InputError(f"{path}, {entry.id}: no sequence in it, so its numbering cannot be checked")
        sites: dict[str, np.ndarray] = {}
        for feature in entry.features:
            if feature.kind in KINDS:
                sites.setdefault(feature.kind, np.zeros(len(entry.sequence), dtype=bool))[feature.residues] = True
        records.append((entry.id, entry.sequence, sites, [f for f in entry.features if f.kind in SHOWN]))
    return records


def _absent(path: Path):
    raise InputError(f"{path}: no such file")


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
