"""Entries of UniProt and their features, from flat files and GFF, an entry at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from regard.data import limits
from regard.data.numbers import quoted, whole
from regard.errors import InputError

# What we call a feature, and what UniProt calls it in flat files and (spelled out) in XML and GFF.
KINDS = {
    "active site": ("ACT_SITE", "active site"),
    "binding site": ("BINDING", "binding site"),
    "site": ("SITE", "site"),
    "domain": ("DOMAIN", "domain"),
    "repeat": ("REPEAT", "repeat"),
    "region": ("REGION", "region of interest", "region"),
    "motif": ("MOTIF", "short sequence motif", "motif"),
    "zinc finger": ("ZN_FING", "zinc finger region", "zinc finger"),
    "DNA binding": ("DNA_BIND", "DNA-binding region", "dna binding"),
    "coiled coil": ("COILED", "coiled-coil region", "coiled coil"),
    "transmembrane": ("TRANSMEM", "transmembrane region", "transmembrane"),
    "signal peptide": ("SIGNAL", "signal peptide"),
    "propeptide": ("PROPEP", "propeptide"),
    "transit peptide": ("TRANSIT", "transit peptide"),
    "chain": ("CHAIN", "chain"),
    "peptide": ("PEPTIDE", "peptide"),
    "disulfide": ("DISULFID", "disulfide bond"),
    "modified residue": ("MOD_RES", "modified residue"),
    "glycosylation": ("CARBOHYD", "glycosylation site", "glycosylation"),
    "lipidation": ("LIPID", "lipid moiety-binding region", "lipidation"),
    "cross-link": ("CROSSLNK", "cross-link"),
    "helix": ("HELIX", "helix"),
    "strand": ("STRAND", "strand", "beta strand"),
    "turn": ("TURN", "turn"),
    "variant": ("VARIANT", "sequence variant", "natural variant"),
    "mutagenesis": ("MUTAGEN", "mutagenesis site", "mutagenesis"),
}
NAMED = {name.lower(): kind for kind, names in KINDS.items() for name in names}
ENDS_ONLY = ("disulfide", "cross-link")  # start and end are two residues, not a stretch


@dataclass(frozen=True)
class Feature:
    """`kind` (a key of `KINDS`), 0-based half-open `start` and `end`, and UniProt's own words in `note`."""

    kind: str
    start: int
    end: int
    note: str = ""

    @property
    def residues(self) -> list[int]:
        """The residues that it is about: both ends of a bond, all of a stretch."""
        if self.kind in ENDS_ONLY:
            return sorted({self.start, self.end - 1})
        return list(range(self.start, self.end))


@dataclass(frozen=True)
class Entry:
    id: str
    sequence: str  # "" where a GFF carries none
    features: list[Feature] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list, compare=False)  # features of other isoforms, as the file has them

    def annotation(self, kind: str) -> np.ndarray:
        """Bool, shape (length,): residues of all features of a kind."""
        covered = np.zeros(len(self.sequence), dtype=bool)
        for feature in self.features:
            if feature.kind == kind:
                covered[feature.residues] = True
        return covered


def read_flat(path: Path, lines: Iterable[str]) -> Iterator[Entry]:
    """Entries from ID to //; both ways of writing features (since 2019 one key and `/note=`, before by columns)."""
    name = ""
    sequence: list[str] = []
    features: list[tuple[int, list[str]]] = []  # line, and its text with that of the lines that continue it
    in_sequence = False
    for number, line in enumerate(lines, start=1):
        code, rest = line[:2], line[5:]
        if code == "ID":
            name, sequence, features, in_sequence = next(iter(rest.split()), "?"), [], [], False
        elif code == "AC" and "_" in name:
            name = rest.split(";")[0].strip() or name
        elif code == "FT" and rest[:1].strip():
            features.append((number, [rest]))
        elif code == "FT" and features:
            features[-1][1].append(rest.strip())
        elif code == "SQ":
            in_sequence = True
        elif code == "//":
            if not any(sequence):
                raise InputError(f"{path}, line {number}: entry {quoted(name)} ends without a sequence (SQ)")
            yield flat_entry(path, name, "".join(sequence), [(at, " ".join(parts)) for at, parts in features])
            name = ""
        elif in_sequence and line.startswith("     "):
            sequence.append("".join(line.split()))
    if name:
        raise InputError(f"{path}: entry {quoted(name)} does not end with //; the file is cut")


def flat_entry(path: Path, name: str, sequence: str, lines: list[tuple[int, str]]) -> Entry:
    features, left_out = [], []
    for number, text in lines:
        kind, _, place = text.partition(" ")
        isoform, colon, _ = place.split()[0].rpartition(":") if place.split() else ("", "", "")
        if kind.lower() in NAMED and colon and isoform != name:
            left_out.append(f"{kind} {place.split()[0]}")
        elif feature := flat_feature(f"{path}, line {number}", text):
            features.append(feature)
    return Entry(name, sequence, features, left_out)


def flat_feature(where: str, text: str) -> Feature | None:
    """`ACT_SITE 57`, `DOMAIN 13..82 /note="J"`, or the old `DOMAIN 13 82 J.`, several lines joined by spaces."""
    found = re.match(r"(\w+)\s+(?:\S+:)?(\S+)", text)
    kind = NAMED.get(found[1].lower()) if found else None
    if not found or not kind:
        return None
    ends, rest = found[2].split(".."), text[found.end() :]
    if len(ends) == 1 and (second := re.match(r"\s+([?<>]?[0-9]*)(?=\s|$)", rest)) and second[1]:
        ends, rest = [found[2], second[1]], rest[second.end() :]
    place = between(where, kind, ends[0], ends[-1])
    words = re.search(r'/note="([^"]*)"', rest) or re.search(r'/ligand="([^"]*)"', rest)
    old = "" if "/" in rest[:30] else " ".join(rest.split()).rstrip(".")
    return None if place is None else Feature(kind, *place, words[1] if words else old)


def between(where: str, kind: str, first: str, last: str) -> tuple[int, int] | None:
    """0-based half-open ends of a feature; None where UniProt does not know one of them."""
    if first[:1] in ("?", "<", ">") or last[:1] in ("?", "<", ">"):
        return None
    start, end = whole(first), whole(last)
    if start is None or end is None or max(start, end) > limits.RESIDUES:
        wrong = quoted(first if start is None or (end is not None and start > end) else last)
        raise InputError(
            f"{where}: {kind} at {wrong}; expected a position in the sequence, from 1 to {limits.RESIDUES:,}"
        )
    return start - 1, end


def read_gff(path: Path, lines: Iterable[str]) -> Iterator[Entry]:
    features: dict[str, list[Feature]] = {}
    sequences: dict[str, list[str]] = {}
    current = None
    for number, line in enumerate(lines, start=1):
        if line.startswith(">"):
            current = gff_name(line[1:].split()[0] if line[1:].split() else "")
            sequences[current] = []
        elif current is not None:
            sequences[current].append(line.strip())
        elif line.startswith("##sequence-region"):
            region = line.split()
            if len(region) < 2:
                raise InputError(f"{path}, line {number}: a sequence-region without a name")
            features.setdefault(gff_name(region[1]), [])
        elif line.strip() and not line.startswith("#"):
            columns = line.split("\t")
            if len(columns) < 5:
                raise InputError(f"{path}, line {number}: {len(columns)} columns with tabs between; GFF has 9")
            kind = NAMED.get(columns[2].lower().replace("_", " "))
            unknown = (".", "?", "")
            place = (
                between(f"{path}, line {number}", kind, columns[3], columns[4])
                if kind and columns[3] not in unknown and columns[4] not in unknown
                else None
            )
            if kind and place:
                note = re.search(r"(?:^|;)Note=([^;]*)", columns[8]) if len(columns) > 8 else None
                words = re.sub(r"%([0-9A-Fa-f]{2})", lambda m: chr(int(m[1], 16)), note[1]) if note else ""
                feature = Feature(kind, *place, words)
                features.setdefault(gff_name(columns[0]), []).append(feature)
    for name in dict.fromkeys([*features, *sequences]):
        yield Entry(name, "".join(sequences.get(name, [])), features.get(name, []))


def gff_name(text: str) -> str:
    """The accession in `P12345`, `sp|P12345|NAME` …"""
    parts = text.split("|")
    return parts[1] if len(parts) == 3 else text
