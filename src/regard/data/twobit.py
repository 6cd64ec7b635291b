"""Letters of a 2bit file, whose records are checked against the file first: a cut one is no stretch of T.

The format is UCSC's: a header, the names of records with their offsets, and for each record its length, blocks of N,
masked blocks and four bases a byte.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from regard.data.numbers import quoted
from regard.errors import InputError

SIGNATURE = 0x1A412743
LETTERS = np.frombuffer(b"TCAG", np.uint8)
SHIFTS = np.array([6, 4, 2, 0], np.uint8)  # the first base is in the highest bits


@dataclass(frozen=True)
class Record:
    """`bases` of a record, where its blocks of N begin and end, and the byte where its bases begin."""

    bases: int
    starts: np.ndarray
    ends: np.ndarray
    offset: int


def open_twobit(path: Path) -> tuple[dict[str, int], Callable[[str, int, int], str]]:
    """Lengths of the records, and a function that gives letters of one from and to a base.

    Raises
    ------
    InputError
        A file whose records do not lie within it, overlap or have one name.
    """
    with path.open("rb") as file:
        try:
            records = read_records(file, path.stat().st_size)
        except (struct.error, ValueError) as error:
            if isinstance(error, struct.error):
                error = f"it ends within the head of a record, at byte {path.stat().st_size:,}"
            raise InputError(f"{path}: not a 2bit file that is whole: {error}; copy or download it again") from None

    def fetch(name: str, begin: int, end: int) -> str:
        return letters_of(path, records[name], begin, end)

    return {name: record.bases for name, record in records.items()}, fetch


def read_records(file: BinaryIO, size: int) -> dict[str, Record]:
    """All records; raises ValueError, in words, or struct.error where the file ends."""
    raw = file.read(16)
    order = "<" if struct.unpack("<I", raw[:4])[0] == SIGNATURE else ">"
    _, version, count, _ = struct.unpack(order + "4I", raw)
    if version > 1 or not count:
        raise ValueError(f"its head says version {version} (0 or 1) and {count} records")
    form = order + ("Q" if version else "I")
    offsets: dict[str, int] = {}
    for _ in range(count):
        (letters,) = struct.unpack("B", file.read(1))
        raw = file.read(letters)
        name = raw.decode("latin-1")
        if name in offsets:
            raise ValueError(f"record {quoted(name)} stands more than once")
        (offsets[name],) = struct.unpack(form, file.read(struct.calcsize(form)))
    records, held = {}, 0
    for name, offset in offsets.items():
        if offset > size:
            raise ValueError(f"record {quoted(name)} begins at byte {offset:,}, but the file has {size:,}")
        file.seek(offset)
        (bases,) = struct.unpack(order + "I", file.read(4))
        blocks = [blocks_of(file, order, size, name, bases, what) for what in ("N", "masked")]
        end = file.tell() + 4 + -(-bases // 4)
        if end > size:
            raise ValueError(f"record {quoted(name)} ends at byte {end:,}, but the file has {size:,}")
        held += end - offset
        if held > size:
            raise ValueError(f"its records hold {held:,} bytes, but the file has {size:,}")
        records[name] = Record(bases, *blocks[0], file.tell() + 4)
    return records


def blocks_of(file: BinaryIO, order: str, size: int, name: str, bases: int, what: str) -> tuple[np.ndarray, np.ndarray]:
    """First and last bases, half-open, of the blocks that follow."""
    (blocks,) = struct.unpack(order + "I", file.read(4))
    if file.tell() + 8 * blocks > size:
        raise ValueError(f"record {quoted(name)} has {blocks:,} blocks {what}, more than the file has room for")
    starts, sizes = np.frombuffer(file.read(8 * blocks), order + "u4").astype(np.int64).reshape(2, blocks)
    if (starts + sizes > bases).any():
        raise ValueError(f"record {quoted(name)} of {bases:,} bases has a block of {what} behind its end")
    return starts, starts + sizes


def letters_of(path: Path, record: Record, begin: int, end: int) -> str:
    """Letters from begin to end of a record, 0-based half-open, upper case."""
    first, last = begin // 4, -(-end // 4)
    with path.open("rb") as file:
        file.seek(record.offset + first)
        packed = np.frombuffer(file.read(last - first), np.uint8)
    bases = LETTERS[(packed[:, None] >> SHIFTS) & 3].reshape(-1)[begin - 4 * first : end - 4 * first]
    for start, stop in zip(record.starts, record.ends, strict=True):
        if start < end and stop > begin:
            bases[max(start - begin, 0) : stop - begin] = ord("N")
    return bases.tobytes().decode("ascii")
