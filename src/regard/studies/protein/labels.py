"""Sites of the proteins from JSON lines or UniProt, in the numbering of each protein."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from regard.annotate.alignment import align_to
from regard.annotate.sites import read_sites
from regard.annotate.uniprot import Feature, read_uniprot
from regard.data.proteins import called
from regard.data.sequences import lines
from regard.errors import InputError
from regard.studies.protein.inputs import Protein

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


SECONDARY = {"helix": "H", "strand": "E"}
REPORTED = ("variant", "mutagenesis")

KEPT = (*SHOWN, *SECONDARY, *REPORTED)

Record = tuple[str, str, dict[str, np.ndarray], list[Feature], list[str]]


def with_labels(proteins: list[Protein], path: Path) -> tuple[list[Protein], list[str]]:
    """Sites from JSON lines or a UniProt file, aligned to each protein.

    Raises
    ------
    InputError
        No record fits any of the proteins.
    """
    records = read_labels(path)
    out, used, error, isoforms = [], 0, None, {}
    ids = [record[0] for record in records]
    for protein in proteins:
        named = [records[i] for i in called(protein.id, ids)]
        found, reason = best_record(protein, named or records, path)
        if found is None:
            error = error or reason
            out.append(protein)
            continue
        record, at = found
        used += 1
        isoforms[record[0]] = record[4]
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
        shown = [f for f in features if f.kind in SHOWN]
        out.append(replace(
            protein, sites=sites, features=(*protein.features, *shown), secondary=secondary_of(protein, features),
            reported=tuple(f for f in features if f.kind in REPORTED),
        ))  # fmt: skip
    if not used:
        raise error or InputError(f"{path}: none of its records is one of the proteins")
    remarks = [] if used == len(proteins) else [f"{len(proteins) - used} proteins have no record in {path.name}"]
    for name, others in isoforms.items():
        if others:
            listed = ", ".join(others[:5]) + (", …" if len(others) > 5 else "")
            remarks.append(f"{name} in {path.name}: {len(others)} features of other isoforms are left out ({listed})")
    return out, remarks


def secondary_of(protein: Protein, features: list[Feature]) -> str | None:
    """H or E where the file has HELIX or STRAND, else -; as it was where the file has none."""
    letters = ["-"] * len(protein)
    for one in features:
        if one.kind in SECONDARY:
            letters[one.start : one.end] = SECONDARY[one.kind] * (one.end - one.start)
    return "".join(letters) if set(letters) != {"-"} else protein.secondary


def best_record(protein: Protein, records: list[Record], path: Path):
    """The record most of whose residues are the protein's, and where they stand there; or why none is the protein."""
    best, error = None, None
    for one in records:
        try:
            at = align_to(protein.sequence, one[1], query=protein.id, chain=f"{one[0]} in {path.name}")
        except InputError as reason:
            error = error or reason
            continue
        inside = np.flatnonzero(at >= 0)
        # Residues that agree, then as few as may be that only one of the two has.
        same = sum(protein.sequence[i] == one[1][at[i]] for i in inside)
        score = int(same), -len(one[1])
        if best is None or score > best[0]:
            best = score, one, at
    return (best[1:] if best else None), error


def read_labels(path: Path) -> list[Record]:
    """Records (id, sequence, sites, stretches, features of other isoforms) of JSON lines or a UniProt file."""
    first = next((line for line in lines(path, "JSON lines or a UniProt file") if line.strip()), "")
    if first.lstrip().startswith("{"):
        return [(one.id, one.sequence, {"site": one.labels}, [], []) for one in read_sites(path)]
    records = []
    for entry in read_uniprot(path):
        if not entry.sequence:
            raise InputError(f"{path}, {entry.id}: no sequence in it, so its numbering cannot be checked")
        sites: dict[str, np.ndarray] = {}
        for feature in entry.features:
            if feature.kind in KINDS:
                sites.setdefault(feature.kind, np.zeros(len(entry.sequence), dtype=bool))[feature.residues] = True
        records.append((entry.id, entry.sequence, sites, [f for f in entry.features if f.kind in KEPT], entry.left_out))
    return records
