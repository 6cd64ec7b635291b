"""SVGs of a page's figures, packed into the page itself as far as it stays small, so that it can be copied alone."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable, Iterator

from regard.report.page import Figure, Folded, Section

MOST = 2_950_000  # bytes that a page may have with them; one that has more without any carries none


def deflated(data: bytes) -> str:
    """Bytes, deflated (RFC 1950) and in base64: a third more than they were at the very most."""
    return base64.b64encode(zlib.compress(data, 9)).decode()


def figures_in(parts: Iterable[object]) -> Iterator[Figure]:
    """Every figure among parts and what they hold, in order."""
    for part in parts:
        if isinstance(part, Figure):
            yield part
        elif isinstance(part, Section | Folded):
            yield from figures_in(part.parts)


def vectors(figures: Iterable[Figure], room: int) -> dict[str, str]:
    """The packed SVGs of as many figures as so many characters hold, by their files; the small ones first.

    Examples
    --------
    >>> figures = [Figure(b"", name, "", svg=bytes(range(size))) for name, size in (("large", 90), ("small", 9))]
    >>> list(vectors(figures, 500)), list(vectors(figures, 100)), list(vectors(figures, 10))
    (['small', 'large'], ['small'], [])
    """
    packed = {one.file: deflated(one.svg) for one in figures if one.svg}
    found: dict[str, str] = {}
    for file, text in sorted(packed.items(), key=lambda item: len(item[1])):
        room -= len(text)
        if room < 0:
            break
        found[file] = text
    return found
