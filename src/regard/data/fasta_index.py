"""Is a FASTA's index (`.fai`, and `.gzi` for bgzip) one of this very file?"""

from __future__ import annotations

import bisect
import gzip
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

HEADER = 4096  # bytes before a record's first base in which its header is looked for

Read = Callable[[int, int], bytes]


def index_fits(path: Path, fai: Path, gzi: Path) -> bool:
    """Does each record of the index begin behind its header, and end where the next one's header or the file's end is?

    Dates tell nothing: a copy is younger than what it was copied from.
    """
    try:
        lines = [line.split("\t") for line in fai.read_text().splitlines() if line.strip()]
        records = [(name, [int(text) for text in numbers]) for name, *numbers in lines]
        with path.open("rb") as file:
            read = reader(file, gzi)
            return bool(records) and all(
                record_fits(read, name, *numbers, first=i == 0, last=i == len(records) - 1)
                for i, (name, numbers) in enumerate(records)
            )
    except (OSError, EOFError, ValueError, TypeError, OverflowError, zlib.error, struct.error):
        return False


def record_fits(
    read: Read,
    name: str,
    length: int,
    offset: int,
    bases: int,
    width: int,
    *,
    first: bool,
    last: bool,
) -> bool:
    """Is what stands around and within a record what its line of the index says?"""
    start = max(offset - HEADER, 0)
    before = read(start, offset - start)
    text = before.rstrip(b"\r\n")
    header = text.rpartition(b"\n")[2]
    if not before.endswith(b"\n") or b"\r" in header or (first and read(0, start + len(text) - len(header)).strip()):
        return False
    if len(header) < HEADER - 2 and header.split()[:1] != [b">" + name.encode()]:
        return False
    if length == 0:
        return True
    if not 0 < bases <= width <= bases + 2:  # an end of a line has two bytes at most
        return False
    size = min(length, bases)
    line = read(offset, width)
    if len(line[:size].split()) != 1 or len(line[:size].strip()) != size or b">" in line[:size]:
        return False
    if length > bases and line[bases:].strip(b"\r\n"):
        return False
    # Lines but the last are full, which is what an index takes for granted: so the last base's place is known.
    tail = read(offset + (length - 1) // bases * width + (length - 1) % bases, 16)
    rest = tail[1:].lstrip(b"\r\n")
    closed = bool(tail[:1].strip()) and tail[1:2] in (b"", b"\n", b"\r")
    return closed and (rest == b"" if last else rest[:1] == b">")


def reader(file, gzi: Path) -> Read:
    """Bytes of the text from a place on, out of a plain file or through the index of bgzip's blocks."""
    if file.read(2) != b"\x1f\x8b":

        def plain(start: int, size: int) -> bytes:
            file.seek(start)
            return file.read(size)

        return plain
    packed, unpacked = blocks(file)
    raw = gzi.read_bytes()
    begins = np.frombuffer(raw, "<u8", offset=8).reshape(-1, 2)  # of all blocks but the first
    # The blocks' own headers are the judge. The last block is empty, and an index may name it or not.
    known = np.column_stack([packed, unpacked])[1:]
    if len(begins) != int.from_bytes(raw[:8], "little") or not any(
        np.array_equal(begins, known[:number]) for number in (len(known), len(known) - 1)
    ):
        raise ValueError(f"{gzi}: not the places of the blocks")

    def through(start: int, size: int) -> bytes:
        block = bisect.bisect_right(unpacked, start) - 1
        file.seek(packed[block])
        with gzip.GzipFile(fileobj=file) as text:
            text.seek(start - unpacked[block])
            return text.read(size)

    return through


def blocks(file) -> tuple[list[int], list[int]]:
    """Where each block of bgzip begins, in the file and in its text (SAM/BAM specification, section 4.1)."""
    packed, unpacked, at, text, size = [], [], 0, 0, file.seek(0, 2)
    while at < size:
        file.seek(at)
        header = file.read(18)
        if header[:2] != b"\x1f\x8b" or header[12:14] != b"BC":
            raise ValueError(f"no block at byte {at}")
        packed.append(at)
        unpacked.append(text)
        at += int.from_bytes(header[16:18], "little") + 1
        file.seek(at - 4)
        text += int.from_bytes(file.read(4), "little")
    return packed, unpacked
