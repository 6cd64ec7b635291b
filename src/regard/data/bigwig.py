"""Values of a bigWig file, a base each, read so that a damaged one is an error and never the end of the process.

The format: Kent et al. 2010 (Bioinformatics 26:2204) and UCSC's source. A header points to a tree of chromosomes and to
an R-tree over blocks of data, which are packed by zlib.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from regard.errors import InputError

BIGWIG, CHROMOSOMES, INDEX = 0x888FFC26, 0x78CA8C91, 0x2468ACE0
MAGIC = (b"\x26\xfc\x8f\x88", b"\x88\x8f\xfc\x26")
LARGEST_BLOCK = 64 << 20  # bytes once unpacked; writers make them of some ten thousand


class Damaged(Exception):
    """Something in the file that cannot be."""


@dataclass
class BigWig:
    """An open file: `order` of its bytes, `size` in bytes, most bytes of an unpacked block (0: not packed)."""

    file: BinaryIO
    order: str
    size: int
    unpacked: int
    tree: int
    index: int

    def at(self, offset: int, form: str) -> tuple:
        return struct.unpack(self.order + form, self.bytes_at(offset, struct.calcsize(self.order + form)))

    def bytes_at(self, offset: int, count: int) -> bytes:
        if offset < 0 or offset + count > self.size:
            raise Damaged(f"it points to byte {offset + count:,}, but has {self.size:,}")
        self.file.seek(offset)
        return self.file.read(count)


def bigwig_lengths(path: Path) -> dict[str, int]:
    """Chromosomes and their lengths."""
    with path.open("rb") as file:
        try:
            return {name: length for name, (_, length) in chromosomes(opened(path, file)).items()}
        except (Damaged, struct.error, ValueError, OSError) as error:
            raise InputError(f"{path}: the bigWig file is damaged or cut short ({error})") from None


def bigwig_values(path: Path, chrom: str, start: int, end: int) -> np.ndarray:
    """Values from start to end of a chromosome, 0-based half-open; float64, NaN where the file says nothing.

    Raises
    ------
    InputError
        A damaged file.
    """
    values = np.full(end - start, np.nan)
    with path.open("rb") as file:
        try:
            big = opened(path, file)
            number, _ = chromosomes(big)[chrom]
            for offset, size in blocks(big, number, start, end):
                for first, last, value in intervals(big, offset, size, number):
                    if first < end and last > start:
                        values[max(first - start, 0) : last - start] = value
        except (Damaged, struct.error, ValueError, OSError, zlib.error) as error:
            raise InputError(f"{path}: the bigWig file is damaged or cut short ({error})") from None
    return values


def opened(path: Path, file: BinaryIO) -> BigWig:
    raw = file.read(64)
    order = "<" if struct.unpack("<I", raw[:4])[0] == BIGWIG else ">"
    _, _, _, tree, _, index, _, _, _, _, unpacked, _ = struct.unpack(order + "IHHQQQHHQQIQ", raw)
    if unpacked > LARGEST_BLOCK:
        raise Damaged(f"blocks of {unpacked:,} bytes; at most {LARGEST_BLOCK:,} are read")
    return BigWig(file, order, path.stat().st_size, unpacked, tree, index)


def chromosomes(big: BigWig) -> dict[str, tuple[int, int]]:
    """Number and length of each chromosome."""
    magic, _, letters, width, _, _ = big.at(big.tree, "IIIIQQ")
    if magic != CHROMOSOMES or width != 8 or not 0 < letters < 1000:
        raise Damaged("no tree of chromosomes where its header says")
    found: dict[str, tuple[int, int]] = {}
    for leaf, items in nodes(big, big.tree + 32, letters + 8, letters + 8):
        if leaf:
            for item in items:
                name = item[:letters].rstrip(b"\0").decode("utf-8")
                found[name] = struct.unpack(big.order + "II", item[letters:])
    return found


def nodes(big: BigWig, root: int, leaf_width: int, inner_width: int, wanted=None) -> Iterator[tuple[int, list[bytes]]]:
    """Nodes of a tree, each once: is it a leaf, and its items. `wanted` tells which items of inner nodes to follow."""
    waiting, seen = [root], set()
    while waiting:
        at = waiting.pop()
        if at in seen:
            raise Damaged("its index runs in a circle")
        seen.add(at)
        leaf, _, count = big.at(at, "BBH")
        width = leaf_width if leaf else inner_width
        raw = big.bytes_at(at + 4, count * width)
        items = [raw[k : k + width] for k in range(0, len(raw), width)]
        if not leaf:
            follow = [item for item in items if wanted is None or wanted(item)]
            waiting += [struct.unpack(big.order + "Q", item[-8:])[0] for item in reversed(follow)]
        yield leaf, items


def blocks(big: BigWig, number: int, start: int, end: int) -> list[tuple[int, int]]:
    """Offset and size of the blocks that may hold something of a stretch, in the order of the file."""
    (magic,) = big.at(big.index, "I")
    if magic != INDEX:
        raise Damaged("no index where its header says")

    def overlaps(item: bytes) -> bool:
        first_chrom, first, last_chrom, last = struct.unpack_from(big.order + "4I", item)
        return (first_chrom, first) < (number, end) and (last_chrom, last) > (number, start)

    found = []
    for leaf, items in nodes(big, big.index + 48, 32, 24, overlaps):
        if leaf:
            found += [struct.unpack_from(big.order + "2Q", item, 16) for item in items if overlaps(item)]
    if sum(size for _, size in found) > big.size:
        raise Damaged("its index names more data than it holds")
    return sorted(set(found))


def intervals(big: BigWig, offset: int, size: int, number: int) -> Iterator[tuple[int, int, float]]:
    """Start, end and value of what a block says of a chromosome."""
    raw = big.bytes_at(offset, size)
    if big.unpacked:
        unpacker = zlib.decompressobj()
        raw = unpacker.decompress(raw, big.unpacked)
        if not unpacker.eof:
            raise Damaged(f"the block at byte {offset:,} is not whole, or larger than {big.unpacked:,} bytes")
    chrom, start, _, step, span, kind, _, count = struct.unpack_from(big.order + "5IBBH", raw)
    form = {1: "2I f", 2: "I f", 3: "f"}.get(kind)
    if form is None:
        raise Damaged(f"the block at byte {offset:,} is of kind {kind}")
    if chrom != number:
        return
    form = big.order + form.replace(" ", "")
    width = struct.calcsize(form)
    if len(raw) < 24 + count * width:
        raise Damaged(f"the block at byte {offset:,} ends within its {count:,} values")
    for i, item in enumerate(struct.iter_unpack(form, raw[24 : 24 + count * width])):
        if kind == 1:
            yield item
        elif kind == 2:
            yield item[0], item[0] + span, item[1]
        else:
            yield start + i * step, start + i * step + span, item[0]
