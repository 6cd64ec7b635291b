"""Large tables of text, block by block: rows as they should be by pandas, all others one by one."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from regard.annotate.tables import MISSING
from regard.data.delimited import fields_of, unquoted
from regard.data.files import opened
from regard.errors import InputError

BLOCK = 1 << 25  # bytes worked on at once
NEWLINE, QUOTE = 10, 34
CONTROL = dict(header=None, index_col=False, keep_default_na=False, skip_blank_lines=False, low_memory=False)


def blocks(path: Path, expected: str, skip: int, size: int = BLOCK) -> Iterator[tuple[int, bytes]]:
    """Number of the first line (from 1) and bytes of whole lines behind the first `skip` ones."""
    with opened(path, expected) as file:
        line = 1
        while part := file.read(size):
            part += b"" if part.endswith(b"\n") else file.readline()
            if b"\r" in part:  # as where the header was read: of any kind, also some of each
                part = part.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            part = part if part.endswith(b"\n") else part + b"\n"
            count = part.count(b"\n")
            head = min(max(skip + 1 - line, 0), count)
            if rest := part.split(b"\n", head)[head] if head else part:
                yield line + head, rest
            line += count


def regular(block: bytes, separator: str, columns: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First byte and byte behind the last of each line, int, and which lines pandas reads as the rules of CSV do.

    These have as many separators as the header and quotes in pairs. Blank lines and comments are none.
    """
    bytes_ = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero(bytes_ == NEWLINE) + 1
    starts = np.append(0, ends[:-1])
    count = counted(bytes_ == ord(separator), starts)
    good = (count == columns - 1) & (bytes_[starts] != ord("#")) & (ends - starts > 1)
    if QUOTE in block:
        good &= counted(bytes_ == QUOTE, starts) % 2 == 0
    return starts, ends, good


def counted(marks: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """How many marks stand in each line."""
    return np.diff(np.searchsorted(np.flatnonzero(marks), np.append(starts, len(marks))))


def tables(
    path: Path,
    expected: str,
    header: Sequence[str],
    separator: str,
    skip: int,
    wanted: Sequence[str],
    texts: Sequence[str],
    broken: Callable[[int, str], None],
) -> Iterator[tuple[pd.DataFrame, Callable[[str], pd.Series]]]:
    """The wanted columns of each block, indexed by line number, and a function that gives one of them as text.

    expected : what the file should be, for errors.
    texts : columns that are text whatever they look like. Of the others pandas says what they are: a column of which
    one field is no number comes as text (object), and is then to be looked at. NaN where nothing is given. broken : is
    told the line and what is wrong with a row that has more or fewer fields than the header.
    """
    for first, block in blocks(path, expected, skip):
        starts, ends, good = regular(block, separator, len(header))
        lines = np.arange(first, first + len(starts))
        rows, clean = [], block
        if not good.all():
            for i in np.flatnonzero(~good):
                text = block[starts[i] : ends[i]].decode("utf-8", "replace").rstrip("\r\n")
                if not text.strip() or text.startswith("#"):
                    continue
                fields = fields_of(f"{path}, line {lines[i]}", text, separator)
                if len(fields) == len(header):
                    rows.append((lines[i], fields))
                else:
                    broken(int(lines[i]), f"{len(fields)} fields, but the header has {len(header)}")
            clean = np.frombuffer(block, np.uint8)[np.repeat(good, ends - starts)].tobytes()
        odd = pd.DataFrame([f for _, f in rows], columns=list(header), index=[n for n, _ in rows], dtype=object)

        def text_of(name: str, clean=clean, good=good, lines=lines, odd=odd) -> pd.Series:
            found = parsed(path, clean, header, separator, [name], dtype=str, na_filter=False)
            found.index = lines[good]
            plain = found[name].str.strip().map(unquoted)
            return pd.concat([plain, odd[name]]).sort_index() if len(odd) else plain

        table = parsed(path, clean, header, separator, wanted, dtype=dict.fromkeys(texts, str), na_values=list(MISSING))
        table.index = lines[good]
        if len(odd):
            table = pd.concat([table.astype(object), odd[list(wanted)].replace(list(MISSING), np.nan)]).sort_index()
        yield table, text_of


def parsed(
    path: Path, clean: bytes, header: Sequence[str], separator: str, wanted: Sequence[str], **how
) -> pd.DataFrame:
    if not clean:
        return pd.DataFrame({name: [] for name in wanted}, dtype=object)
    try:
        table = pd.read_csv(
            io.BytesIO(clean), sep=separator, names=list(header), usecols=list(dict.fromkeys(wanted)),
            quoting=0 if b'"' in clean else 3, skipinitialspace=True, **CONTROL, **how,
        )  # fmt: skip
    except (UnicodeDecodeError, pd.errors.ParserError) as error:
        raise InputError(f"{path}: cannot be read as a table ({str(error)[:120]})") from None
    return table
