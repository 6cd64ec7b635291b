"""Tables of sequences as text: TSV or CSV with a header, and sequences written as k-mers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from regard.data.delimited import fields_of, separator_of
from regard.data.sequences import lines
from regard.errors import InputError

LONGEST_WORD = 8  # of k-mer text; blocks of ten letters, as GenBank and UniProt print them, are longer


def table_lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line number and fields of each line that is not blank; the first is the header, in lower case.

    Raises InputError where a line has not as many fields as the header, and where a column stands there twice.
    """
    header, separator = [], ""
    for number, line in enumerate(lines(path), 1):
        if not line.strip():
            continue
        if not header:
            separator = separator_of(line)
            header = [name.lower() for name in fields_of(f"{path}, line {number}", line, separator)]
            check_once(path, header)
            yield number, header
            continue
        fields = fields_of(f"{path}, line {number}", line, separator)
        if len(fields) != len(header):
            raise InputError(f"{path}, line {number}: {len(fields)} fields, but the header has {len(header)}")
        yield number, fields


def check_once(path: Path, header: Sequence[str]) -> None:
    """Raise InputError where two columns have one name, in whatever case: which of them counts cannot be told."""
    names = [name.strip().lower() for name in header]
    twice = next((name for k, name in enumerate(names) if name and name in names[:k]), None)
    if twice is not None:
        raise InputError(f"{path}: column {twice!r} stands more than once in its header; take one of them out")


def without_kmers(text: str) -> str:
    """The sequence of overlapping k-mers with spaces between, as DNABERT reads them; any other text as it is.

    Examples
    --------
    >>> without_kmers("ACG CGT GTA"), without_kmers("ACGTACGTAC GTACGTACGT")
    ('ACGTA', 'ACGTACGTAC GTACGTACGT')
    """
    if " " not in text:
        return text
    words = text.split()
    k = len(words[0]) if words else 0
    follow = all(len(b) == k and a[1:] == b[:-1] for a, b in pairwise(words))
    return words[0] + "".join(word[-1] for word in words[1:]) if 0 < k <= LONGEST_WORD and follow else text


def joined_words(count: int) -> list[str]:
    """What is said of sequences that were written as k-mers; nothing where there are none.

    >>> joined_words(2)
    ['2 sequences are written as overlapping k-mers, which were joined']
    """
    return [f"{count} sequences are written as overlapping k-mers, which were joined"] * bool(count)
