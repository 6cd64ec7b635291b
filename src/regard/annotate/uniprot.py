"""Features of proteins from UniProt: flat file, XML or GFF."""

from __future__ import annotations

import re
from pathlib import Path

from regard.annotate.uniprot_formats import KINDS, Entry, Feature, read_flat, read_gff
from regard.annotate.uniprot_xml import read_xml
from regard.data.sequences import lines
from regard.errors import InputError

FORMAT = "a UniProt flat file (ID …), XML (<uniprot …) or GFF (##gff-version 3)"

__all__ = ["KINDS", "Entry", "Feature", "read_uniprot"]


def read_uniprot(path: Path | str) -> list[Entry]:
    """Entries of a UniProt flat file, XML or GFF, told apart by their content; gzipped or not.

    Features whose ends UniProt does not know ("?", "<1") are left out, and so are those of kinds that say nothing
    of residues (conflicts, isoforms). Those of other isoforms (`P99999-2:30`), whose numbering is another, are listed
    in `left_out`. A GFF gives sequences only below `##FASTA`.

    Raises
    ------
    InputError
        None of the three, a damaged file, or a feature beyond its sequence; with the place.
    """
    path = Path(path)
    begin = next((line for line in lines(path, FORMAT) if line.strip()), "")
    start = begin.lstrip("\ufeff \t")
    if start.startswith("<"):
        entries = list(read_xml(path))
    elif start.startswith("ID   "):
        entries = list(read_flat(path, lines(path, FORMAT)))
    elif start.startswith("##gff-version") or re.match(r"\S+\tUniProtKB\t", start):
        entries = list(read_gff(path, lines(path, FORMAT)))
    else:
        raise InputError(f"{path}: not {FORMAT}")
    if not entries:
        raise InputError(f"{path}: no UniProt entry in it")
    for entry in entries:
        check(path, entry)
    return entries


def check(path: Path, entry: Entry) -> None:
    for f in entry.features:
        if not 0 <= f.start < f.end or (entry.sequence and f.end > len(entry.sequence)):
            raise InputError(
                f"{path}, {entry.id}: {f.kind} {f.start + 1}..{f.end} is not within 1..{len(entry.sequence) or '?'}"
            )
