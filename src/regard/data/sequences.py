"""Letters of DNA: codes, strands, and the FASTA format."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from regard.data import limits
from regard.data.files import opened
from regard.data.numbers import quoted
from regard.errors import InputError

COMPLEMENT = str.maketrans("ACGTacgt", "TGCAtgca")

CODE = np.full(256, 4, dtype=np.uint8)  # letter → 0 to 3 for A, C, G, T; 4 for anything else
for _code, _letters in enumerate(("Aa", "Cc", "Gg", "TtUu")):
    CODE[[ord(letter) for letter in _letters]] = _code


def encode(sequence: str) -> np.ndarray:
    """Bases as 0 to 3 for A, C, G, T and 4 for anything else, uint8, shape (length,)."""
    return CODE[np.frombuffer(sequence.encode("ascii"), dtype=np.uint8)]


def decode(codes: np.ndarray) -> str:
    """The letters of codes as `encode` gives them."""
    return np.frombuffer(b"ACGTN", dtype=np.uint8)[codes].tobytes().decode()


def complement(codes: np.ndarray) -> np.ndarray:
    """A ↔ T and C ↔ G in codes as `encode` gives them; N stays."""
    return np.where(codes < 4, 3 - codes, codes).astype(codes.dtype)


def reverse_complement(sequence: str) -> str:
    """The other strand, read 5' to 3'; case is kept."""
    return sequence.translate(COMPLEMENT)[::-1]


SEPARATORS = {"sep=,", "sep=;", "sep=\t"}  # for Excel, which shows no such line: it is blank here, too


def lines(path: Path, expected: str = "FASTA, TSV or Parquet", *, longest: int = limits.LINE) -> Iterator[str]:
    """The lines of a text file, gzipped or not, without line ends of any kind and a byte order mark.

    Raises
    ------
    InputError
        No such file, no text, a line of more than `longest` bytes, or another limit of `data.limits` that is passed.
    """
    with opened(path, expected, line=longest) as raw, io.TextIOWrapper(raw, encoding="utf-8-sig") as text:
        for number, line in enumerate(text):
            line = line.rstrip("\r\n")
            yield "" if number == 0 and line.lower() in SEPARATORS else line


def read_fasta(path: Path | str, *, most: int | None = None, comments: bool = False) -> Iterator[tuple[str, str]]:
    """Yield (header without '>', sequence as written) for each record of a FASTA file.

    most : letters that a record may have; None: as many as there are. comments : whether lines that begin with '#' may
    stand before the first record, as in a3m.
    """
    path, header, parts, letters = Path(path), None, [], 0
    for number, line in enumerate(lines(path, longest=limits.SEQUENCE_LINE), 1):
        if line.startswith(">"):
            if header is not None:
                yield header, "".join(parts)
            header, parts, letters = line[1:].strip(), [], 0
        elif line := line.strip():
            if header is None and comments and line.startswith("#"):
                continue
            if header is None:
                raise InputError(f"{path}, line {number}: FASTA starts with '>', found {line[:20]!r}")
            parts.append(line)
            letters += len(line)
            if most is not None and letters > most:
                raise InputError(f"{path}, record {quoted(header)}: more than {most:,} letters; cut it into windows")
    if header is not None:
        yield header, "".join(parts)
