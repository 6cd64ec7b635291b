"""Places in a genome: region strings as browsers write them, and chromosome names that two files spell differently."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from regard.data.numbers import quoted, whole
from regard.errors import InputError

FORMAT = "'chr22:28,367,000-28,400,000' (1-based, both ends included)"
PATTERN = re.compile(r"(?P<chrom>\S+?):(?P<start>[\d,]{1,19})(?:-|–|\.\.)(?P<end>[\d,]{1,19})", re.ASCII)
MITOCHONDRION = {"M": "MT", "MT": "M"}


class Region(NamedTuple):
    """A stretch of a chromosome, 0-based half-open."""

    chrom: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.chrom}:{self.start + 1:,}-{self.end:,}"

    @property
    def length(self) -> int:
        return self.end - self.start


def parse_region(text: str) -> Region:
    """Read ``chr22:28,367,000-28,400,000``, 1-based with both ends included, into 0-based half-open numbers.

    Raises
    ------
    InputError
        For any other text, a start below 1 and a start behind the end.
    """
    found = PATTERN.fullmatch(text.strip().replace(" ", ""))
    start, end = (whole(found[side].replace(",", "")) for side in ("start", "end")) if found else (None, None)
    if found is None or start is None or end is None:
        raise InputError(f"region {quoted(text)} cannot be read; expected {FORMAT}")
    if start < 1 or end < start:
        raise InputError(
            f"region {quoted(text)}: {'positions count from 1' if start < 1 else 'its start is behind its end'}"
        )
    return Region(found["chrom"], start - 1, end)


def other_spelling(chrom: str) -> str:
    """``22`` for ``chr22`` and the reverse; ``MT`` for ``chrM``."""
    if chrom.startswith("chr"):
        bare = chrom[3:]
        return MITOCHONDRION.get(bare, bare)
    return "chr" + ("M" if chrom == "MT" else chrom)


def same_chromosome(chrom: str, known: Collection[str], where: object) -> str:
    """The name under which a file knows a chromosome: as given, or with ``chr`` added or taken away.

    Parameters
    ----------
    known : the names in the file, and `where` the file itself, for the error.

    Raises
    ------
    InputError
        That quotes the name asked for and those that the file has.
    """
    if chrom in known:
        return chrom
    if (other := other_spelling(chrom)) in known:
        return other
    names = ", ".join(map(repr, list(known)[:5])) + (", …" if len(known) > 5 else "")
    raise InputError(f"{where}: no chromosome {chrom!r} (nor {other!r}) in it; it names {names}; use names of one kind")
