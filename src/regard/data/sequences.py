"""Letters of DNA: codes, strands, and the FASTA format."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

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


def lines(path: Path, expected: str = "FASTA, TSV or Parquet") -> Iterator[str]:
    """The lines of a text file, gzipped or not, without line ends of any kind."""
    if not path.exists():
        raise InputError(f"{path}: no such file")
    if path.is_dir():
        raise InputError(f"{path}: is a folder, not a file")
    try:
        with path.open("rb") as raw:
            zipped = raw.read(2) == b"\x1f\x8b"
        with (gzip.open if zipped else open)(path, "rt", encoding="utf-8-sig") as text:
            for line in text:
                yield line.rstrip("\r\n")
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{path}: the gzip file is damaged or cut short ({error}); fetch or pack it again") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: not a text file; expected {expected}") from None
    except PermissionError:
        raise InputError(f"{path}: may not be read; check its permissions") from None


def read_fasta(path: Path | str) -> Iterator[tuple[str, str]]:
    """Yield (header without '>', sequence as written) for each record of a FASTA file."""
    path, header, parts = Path(path), None, []
    for number, line in enumerate(lines(path), 1):
        if line.startswith(">"):
            if header is not None:
                yield header, "".join(parts)
            header, parts = line[1:].strip(), []
        elif line.strip():
            if header is None:
                raise InputError(f"{path}, line {number}: FASTA starts with '>', found {line[:20]!r}")
            parts.append(line.strip())
    if header is not None:
        yield header, "".join(parts)
