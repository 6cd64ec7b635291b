"""Read alignments of proteins: a3m, Stockholm, FASTA with gaps; as columns, insertions left out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from regard.data import limits
from regard.data.numbers import quoted
from regard.data.proteins import AMINO_ACIDS, OTHERS
from regard.data.sequences import lines, read_fasta
from regard.errors import InputError

EXPECTED = "an alignment (a3m, Stockholm or FASTA with gaps)"
GAP = 20  # code of a gap, and of a letter that is none of the 20
NO_SEQUENCES = ("ss_pred", "ss_conf", "ss_dssp", "sa_dssp", "aa_pred", "aa_conf")  # rows that HH-suite adds
FEWEST_ROWS, FEWEST_COLUMNS = 2, 10
CODE = np.full(256, 255, dtype=np.uint8)
CODE[[ord(c) for c in f"-.{OTHERS}"]] = GAP
CODE[[ord(c) for c in AMINO_ACIDS]] = np.arange(20)


@dataclass(frozen=True)
class Alignment:
    """Rows of a family, one under the other.

    names : of the rows, as written. codes : uint8, (rows, columns), 0 to 19 in the order of ACDEFGHIKLMNPQRSTVWY, 20
    for a gap or an unusual letter.
    """

    names: list[str]
    codes: np.ndarray

    def letters(self, row: int) -> tuple[str, np.ndarray]:
        """The sequence of a row without its gaps, X for unusual letters, and the column of each residue."""
        columns = np.flatnonzero(self.codes[row] < GAP)
        return "".join(AMINO_ACIDS[c] for c in self.codes[row, columns]), columns


def read_alignment(path: Path | str) -> Alignment:
    """Read an alignment of proteins.

    Parameters
    ----------
    path : a3m (lower-case letters are insertions), Stockholm, or FASTA whose rows are equally long; gzipped or not.

    Raises
    ------
    InputError
        One line: no alignment, rows of different lengths, a letter that is no amino acid, a limit that is passed.
    """
    path = Path(path)
    first = next((line for line in lines(path, EXPECTED, longest=limits.SEQUENCE_LINE) if line.strip()), "")
    if first.startswith("# STOCKHOLM"):
        names, rows = stockholm(path)
    elif first.startswith((">", "#")):  # HH-suite writes a comment before the first record
        names, rows = fasta(path)
    else:
        raise InputError(f"{path}: begins with {quoted(first[:20])}; expected {EXPECTED}")
    if len(rows) < FEWEST_ROWS:
        raise InputError(f"{path}: {len(rows)} rows; an alignment has {FEWEST_ROWS} at least")
    rows = without_insertions(rows)
    length = len(rows[0])
    for name, row in zip(names, rows, strict=True):
        if len(row) != length:
            raise InputError(
                f"{path}, row {quoted(name)}: {len(row)} columns where the first row has {length}; expected {EXPECTED}"
            )
    if length < FEWEST_COLUMNS:
        raise InputError(f"{path}: {length} columns; expected {FEWEST_COLUMNS} at least")
    if length * len(rows) > limits.LETTERS:
        raise InputError(f"{path}: more than {limits.LETTERS:,} letters; take fewer rows")
    codes = np.empty((len(rows), length), dtype=np.uint8)
    for k, (name, row) in enumerate(zip(names, rows, strict=True)):
        codes[k] = CODE[np.frombuffer(row.upper().encode("latin-1", "replace"), dtype=np.uint8)]
        if (codes[k] == 255).any():
            at = int(np.argmax(codes[k] == 255))
            raise InputError(f"{path}, row {quoted(name)}: {row[at]!r} in column {at + 1} is no amino acid and no gap")
    return Alignment(names, codes)


def fasta(path: Path) -> tuple[list[str], list[str]]:
    names, rows = [], []
    for header, row in read_fasta(path, most=limits.RECORD, comments=True):
        name = header.split()[0] if header.split() else ""
        if name.startswith(NO_SEQUENCES):
            continue
        names.append(name)
        rows.append("".join(row.split()).removesuffix("*"))
    return names, rows


def stockholm(path: Path) -> tuple[list[str], list[str]]:
    """Rows of the first alignment of a Stockholm file, blocks joined; markup is passed over."""
    rows: dict[str, list[str]] = {}
    for number, line in enumerate(lines(path, EXPECTED, longest=limits.SEQUENCE_LINE), 1):
        if line.startswith("//"):
            break
        if not line.strip() or line.startswith("#"):
            continue
        name, _, row = line.strip().partition(" ")
        if not row.strip() or " " in row.strip():
            raise InputError(f"{path}, line {number}: expected a name and a row, found {quoted(line[:30])}")
        rows.setdefault(name, []).append(row.strip())
    else:
        raise InputError(f"{path}: ends without '//', so it is cut short; fetch it again")
    return list(rows), ["".join(parts) for parts in rows.values()]


def without_insertions(rows: list[str]) -> list[str]:
    """Rows of a3m and a2m without their insertions (lower case and '.'); other rows as they are.

    Rows of one length are columns already: of a2m, which pads insertions with '.', those that hold '.' or lower case in
    every row are left out.
    """
    if not any(c.isupper() for row in rows for c in row):  # written in lower case throughout
        return rows
    if len({len(row) for row in rows}) > 1:
        return ["".join(c for c in row if not (c.islower() or c == ".")) for row in rows]
    kept = np.zeros(len(rows[0]), dtype=bool)
    for row in rows:
        letters = np.frombuffer(row.encode("latin-1", "replace"), dtype=np.uint8)
        kept |= ((letters >= ord("A")) & (letters <= ord("Z"))) | (letters == ord("-"))
    return ["".join(c for c, keep in zip(row, kept, strict=True) if keep) for row in rows]
