"""Is a 2bit file whole? py2bit reads T where a cut file ends."""

from __future__ import annotations

import struct
from pathlib import Path

SIGNATURE = 0x1A412743


def damage(path: Path) -> str:
    """What is wrong with a 2bit file's records, in words; empty where all of them lie within the file.

    The format is UCSC's: a header, the names with their offsets, and for each record its length, blocks of N, masked
    blocks and four bases a byte.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        try:
            raw = file.read(16)
            order = "<" if struct.unpack("<I", raw[:4])[0] == SIGNATURE else ">"
            _, version, count, _ = struct.unpack(order + "4I", raw)
            offset_format = order + ("Q" if version else "I")
            records = []
            for _ in range(count):
                (letters,) = file.read(1)
                name = file.read(letters).decode("latin-1")
                records.append((name, *struct.unpack(offset_format, file.read(struct.calcsize(offset_format)))))
            for name, offset in records:
                file.seek(offset)
                (bases,) = struct.unpack(order + "I", file.read(4))
                for what in ("N", "masked"):
                    (blocks,) = struct.unpack(order + "I", file.read(4))
                    if file.tell() + 8 * blocks > size:
                        return f"record {name!r} has {blocks:,} blocks {what}, more than the file has room for"
                    places = struct.unpack(f"{order}{2 * blocks}I", file.read(8 * blocks))
                    if any(a + b > bases for a, b in zip(places[:blocks], places[blocks:], strict=True)):
                        return f"record {name!r} of {bases:,} bases has a block of {what} behind its end"
                end = file.tell() + 4 + -(-bases // 4)
                if end > size:
                    return f"record {name!r} ends at byte {end:,}, but the file has {size:,}"
        except (struct.error, ValueError):
            return f"it ends within the head of a record, at byte {size:,}"
    return ""
