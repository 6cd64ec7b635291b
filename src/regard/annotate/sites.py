"""Labels that are not in a structure or UniProt file: sites as JSON lines, contacts as arrays."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from regard.data import limits
from regard.data.files import check_file, parsed
from regard.data.numbers import quoted
from regard.data.sequences import lines
from regard.errors import InputError, reason

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
    found: dict[str, Sites] = {}
    for number, line in enumerate(lines(path, FORMAT), start=1):
        if not line.strip():
            continue
        one = site(path, number, line)
        if one.id in found:
            raise InputError(f"{path}, line {number}: id {one.id!r} stands more than once; make ids differ")
        found[one.id] = one
    if not found:
        raise InputError(f"{path}: no protein in it; expected {FORMAT}")
    return list(found.values())


def shown(number: int) -> str:
    """A whole number, in digits where these are few."""
    return str(number) if abs(number) < 10**15 else "of more than 15 digits"


def site(path: Path, number: int, line: str) -> Sites:
    record = parsed(f"{path}, line {number}", line, FORMAT)
    if not isinstance(record, dict) or not {"id", "sequence", "sites"} <= set(record):
        raise InputError(f"{path}, line {number}: expected {FORMAT}, found {line[:40]!r}")
    name, sequence, sites = str(record["id"]), record["sequence"], record["sites"]
    if not isinstance(record["id"], str | int) or len(name) > 1000:
        raise InputError(f"{path}, line {number}: id {quoted(name)} is no name")
    if not isinstance(sequence, str) or not (sequence.isalpha() and sequence.isascii()):
        raise InputError(f"{path}, line {number}, {name!r}: the sequence is not letters only")
    if not isinstance(sites, list) or not all(isinstance(i, int) and not isinstance(i, bool) for i in sites):
        raise InputError(f"{path}, line {number}, {name!r}: sites are not a list of whole numbers")
    outside = [i for i in sites if not 0 <= i < len(sequence)]
    if outside:
        raise InputError(
            f"{path}, line {number}, {name!r}: site {shown(outside[0])} is outside 0 to {len(sequence) - 1}; "
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
    expected = "an .npz with `contacts` and `valid_residues`"
    check_file(path, expected)
    try:
        with zipfile.ZipFile(path) as file:
            most = max((one.file_size for one in file.infolist()), default=0)
        if most > limits.ARRAY:
            raise InputError(f"{path}: an array of {most:,} bytes; at most {limits.ARRAY:,} are read")
        with np.load(path, allow_pickle=False) as file:
            contacts, valid = file["contacts"].astype(bool), file["valid_residues"].astype(bool)
    except InputError:
        raise
    except Exception as error:  # zipfile, zlib and numpy have many kinds for damaged files
        raise InputError(f"{path}: not {expected} ({reason(error)})") from None
    if valid.ndim != 1 or contacts.shape != (len(valid), len(valid)):
        raise InputError(f"{path}: contacts {contacts.shape} do not fit {valid.shape} residues")
    return ContactMap(contacts | contacts.T, valid)
