"""Labels that are not in a structure or UniProt file: sites as JSON lines, contacts as arrays."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from regard.errors import InputError

FORMAT = 'JSON lines {"id": …, "sequence": …, "sites": [0-based positions]}'


@dataclass(frozen=True)
class Sites:
    id: str
    sequence: str
    sites: tuple[int, ...]

    @property
    def labels(self) -> np.ndarray:
        """Bool, shape (length,)."""
        found = np.zeros(len(self.sequence), dtype=bool)
        found[list(self.sites)] = True
        return found


def read_sites(path: Path | str) -> list[Sites]:
    """Sites of proteins, one JSON object a line: id, sequence, sites (0-based positions; may be none).

    Raises
    ------
    InputError
        A line that is not that, a position outside its sequence, an id that stands twice; with the line.
    """
    path = Path(path)
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error})") from None
    found: dict[str, Sites] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        one = site(path, number, line)
        if one.id in found:
            raise InputError(f"{path}, line {number}: id {one.id!r} stands more than once; make ids differ")
        found[one.id] = one
    if not found:
        raise InputError(f"{path}: no protein in it; expected {FORMAT}")
    return list(found.values())


def site(path: Path, number: int, line: str) -> Sites:
    try:
        record = json.loads(line)
        name, sequence, sites = str(record["id"]), record["sequence"], record["sites"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError(f"{path}, line {number}: expected {FORMAT}, found {line[:40]!r}") from None
    if not isinstance(sequence, str) or not sequence.isalpha():
        raise InputError(f"{path}, line {number}, {name!r}: the sequence is not letters only")
    if not isinstance(sites, list) or not all(isinstance(i, int) and not isinstance(i, bool) for i in sites):
        raise InputError(f"{path}, line {number}, {name!r}: sites are not a list of whole numbers")
    outside = [i for i in sites if not 0 <= i < len(sequence)]
    if outside:
        raise InputError(
            f"{path}, line {number}, {name!r}: site {outside[0]} is outside 0 to {len(sequence) - 1}; "
            "positions count from 0"
        )
    return Sites(name, sequence.upper(), tuple(sorted(set(sites))))


@dataclass(frozen=True)
class ContactMap:
    """Contacts (bool, (L, L)) and which residues have coordinates at all (bool, (L,))."""

    contacts: np.ndarray
    valid: np.ndarray

    @property
    def known(self) -> np.ndarray:
        """Bool, shape (L, L): pairs of which the structure tells anything."""
        return self.valid[:, None] & self.valid


def read_contacts(path: Path | str) -> ContactMap:
    """Contacts from an .npz with the arrays `contacts` (L, L) and `valid_residues` (L,).

    Raises
    ------
    InputError
        No such file or arrays, or shapes that do not fit; pickled arrays are refused.
    """
    path = Path(path)
    try:
        with np.load(path, allow_pickle=False) as file:
            contacts, valid = file["contacts"].astype(bool), file["valid_residues"].astype(bool)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise InputError(f"{path}: not an .npz with `contacts` and `valid_residues` ({error})") from None
    if contacts.shape != (len(valid), len(valid)):
        raise InputError(f"{path}: contacts {contacts.shape} do not fit {len(valid)} residues")
    return ContactMap(contacts | contacts.T, valid)
