"""A large set of sequences: read as a stream, kept as one byte a base, of any length.

Unlike `read_sequences`, which feeds a model, this takes files as they are: ids may repeat, labels are
whatever stands there, and a million sequences fit.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from regard.data import limits
from regard.data.inputs import AMBIGUOUS, with_sequence
from regard.data.numbers import whole
from regard.data.parquet import is_parquet, parquet_batches, parquet_names
from regard.data.sequence_tables import table_lines, without_kmers
from regard.data.sequences import CODE, lines, read_fasta
from regard.errors import InputError

BATCH = 10_000  # records read at once
CHUNK = 1 << 18  # bases worked on at once: fits the cache
LONGEST, MOST_ROWS, MOST_CLASSES = 1_000_000, 1 << 26, 250

LETTERS = np.zeros((3, 256), dtype=bool)  # which bytes are lower case, U, and IUPAC letters for more than one base
for _place, _bytes in enumerate((bytes(range(97, 123)), b"Uu", f"{AMBIGUOUS}{AMBIGUOUS.lower()}".encode())):
    LETTERS[_place, list(_bytes)] = True
KNOWN = np.zeros(256, dtype=bool)
KNOWN[list(f"ACGTUN{AMBIGUOUS}acgtun{AMBIGUOUS.lower()}".encode())] = True
LABEL = re.compile(r"\blabel=(\S+)")

Batch = tuple[list, list, list]  # ids, sequences, labels; None where there is none


@dataclass
class Corpus:
    """Sequences of one or two files.

    `codes` uint8, shape (bases,), as `encode` gives them; sequence i is codes[start[i]:start[i + 1]].
    `label` int, shape (sequences,): place in `classes`, -1 where there is none. `file` int: which file. `joined`: how
    many are written as k-mers. `letters` float, shape (sequences, 3): shares of lower case, U and IUPAC letters, which
    codes no longer tell; None where nobody read them.
    """

    codes: np.ndarray
    start: np.ndarray
    ids: list[str]
    label: np.ndarray
    classes: list[str]
    file: np.ndarray
    joined: int = 0
    letters: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def length(self) -> np.ndarray:
        """Bases of each sequence, shape (sequences,)."""
        return np.diff(self.start)

    def row(self, i: np.ndarray) -> np.ndarray:
        """1-based row of each sequence in its own file."""
        return i + 1 - np.searchsorted(self.file, self.file[i])

    def equal_length(self, length: int, i: np.ndarray) -> np.ndarray:
        """Codes of sequences from their first `length` bases, shape (sequences, length)."""
        return np.lib.stride_tricks.sliding_window_view(self.codes, length)[self.start[i]]

    def by_length(self, i: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield (places in `i`, codes of shape (those, length)), equal lengths together, CHUNK bases each."""
        length = self.length[i]
        order = np.argsort(length, kind="stable")
        for same in np.split(order, np.flatnonzero(np.diff(length[order])) + 1):
            size = int(length[same[0]]) if len(same) else 0
            step = max(1, CHUNK // max(size, 1))
            for begin in range(0, len(same), step):
                part = same[begin : begin + step]
                yield part, self.equal_length(size, i[part])

    def padded(self, i: np.ndarray) -> np.ndarray:
        """Codes of sequences, the shorter ones filled with N, shape (sequences, longest)."""
        length = self.length[i]
        codes = np.full((len(i), length.max(initial=0)), 4, dtype=np.uint8)
        for size in np.unique(length):
            codes[length == size, :size] = self.equal_length(size, i[length == size])
        return codes


def read_corpus(paths: list[Path]) -> Corpus:
    """Read FASTA (``label=1`` in a header is read), TSV, CSV or Parquet files into one corpus.

    Lower case is upper-cased, U is T, IUPAC letters become N.

    Raises
    ------
    InputError
        One line that names the file, the record and what to do.
    """
    codes, length, ids, names, file, joined, letters = bytearray(), [], [], [], [], 0, []
    for number, path in enumerate(paths):
        count = 0
        for some_ids, sequences, labels in records(Path(path)):
            written, sequences = sequences, [without_kmers(s) if isinstance(s, str) else s for s in sequences]
            joined += sum(map(operator.ne, written, sequences))
            raw = checked(path, sequences, count)
            codes += CODE[raw].tobytes()
            letters.append(letter_shares(raw, sequences))
            length += map(len, sequences)
            ids += [str(one) if one is not None else f"seq{count + j}" for j, one in enumerate(some_ids, 1)]
            names += labels
            count += len(sequences)
        if not count:
            raise InputError(f"{path}: no sequence in it; expected FASTA, TSV or Parquet with a column 'sequence'")
        file += [number] * count
    if len(ids) > MOST_ROWS:
        raise InputError(f"{len(ids)} sequences; the audit takes {MOST_ROWS}, so give it a sample")
    label, classes = labels_of(names, paths)
    start = np.append(0, np.cumsum(length))
    bases, number = np.frombuffer(codes, np.uint8), np.array(file, np.uint8)
    return Corpus(bases, start, ids, label, classes, number, joined, np.concatenate(letters))


def letter_shares(raw: np.ndarray, sequences: list[str]) -> np.ndarray:
    """Shares of lower case, U and IUPAC letters in each sequence of a batch, float32, shape (sequences, 3)."""
    length = np.array([len(one) for one in sequences], dtype=np.int64)
    begin = np.cumsum(length) - length
    count = [np.add.reduceat(kind[raw], begin, dtype=np.int64) for kind in LETTERS]
    return (np.stack(count, axis=1) / length[:, None]).astype(np.float32)


def checked(path: Path, sequences: list[str], before: int) -> np.ndarray:
    """Bytes of a batch, after a look at its letters and lengths; `before` records came earlier."""
    try:
        raw = np.frombuffer("".join(sequences).encode("ascii"), dtype=np.uint8)
    except (UnicodeEncodeError, TypeError):
        raw = None
    longest = max(map(len, sequences), default=0) if raw is not None else 0
    if raw is None or longest > LONGEST or not KNOWN[raw].all() or not all(sequences):
        for i, one in enumerate(sequences, before + 1):
            if not one:
                raise InputError(f"{path}, record {i}: no sequence; fill it in or take it out")
            if not isinstance(one, str):
                raise InputError(f"{path}, record {i}: {one!r} is no sequence; expected text of A, C, G, T")
            wrong = re.search(f"[^ACGTUN{AMBIGUOUS}]", one.upper())
            if wrong:
                protein = " (is it a protein?)" if wrong[0] in "EFILPQXZ" else ""
                raise InputError(
                    f"{path}, record {i}: letter {wrong[0]!r} at base {wrong.start() + 1} is not DNA{protein}; "
                    "expected A, C, G, T, U or IUPAC codes"
                )
            if len(one) > LONGEST:
                raise InputError(
                    f"{path}, record {i}: {len(one)} bases; the audit takes {LONGEST} each, so cut it into windows"
                )
    return raw


def labels_of(names: list, paths: list[Path]) -> tuple[np.ndarray, list[str]]:
    """Labels as places in the list of classes: numbers in their order, words in theirs."""
    value, found = pd.factorize(pd.Series(names, dtype=object))  # -1 where there is none
    text = [str(int(v)) if isinstance(v, float) and v.is_integer() else str(v) for v in found]
    numbers = all(whole(t.removeprefix("-")) is not None for t in text)
    classes = sorted(set(text), key=int if numbers else None)
    if len(classes) > MOST_CLASSES:
        raise InputError(
            f"{paths[0]}: {len(classes)} different labels; the audit is about classes, so take 'label' out"
        )
    place = np.array([classes.index(t) for t in text] + [-1], dtype=np.int16)
    return place[value], classes


def records(path: Path) -> Iterator[Batch]:
    """Records of a file in batches."""
    if is_parquet(path):
        yield from parquet_records(path)
        return
    first = next((line for line in lines(path) if line.strip()), "")
    rows = fasta_rows(path) if first.startswith(">") else table_rows(path)
    ids, sequences, labels = [], [], []
    for one, sequence, label in rows:
        ids.append(one)
        sequences.append(sequence)
        labels.append(label)
        if len(ids) == BATCH:
            yield ids, sequences, labels
            ids, sequences, labels = [], [], []
    if ids:
        yield ids, sequences, labels


def fasta_rows(path: Path) -> Iterator[tuple]:
    for header, sequence in read_fasta(path, most=limits.RECORD):
        words, label = header.split(None, 1), LABEL.search(header)
        yield words[0] if words else None, sequence, label[1] if label else None


def table_rows(path: Path) -> Iterator[tuple]:
    rows = table_lines(path)
    header = next(rows, (0, []))[1]
    if not header:
        return
    with_sequence(path, pd.DataFrame(columns=header))
    place = [header.index(name) if name in header else None for name in ("id", "sequence", "label")]
    for _, fields in rows:
        one, sequence, label = (None if at is None else fields[at] or None for at in place)
        yield one, sequence, label


def parquet_records(path: Path) -> Iterator[Batch]:
    with_sequence(path, pd.DataFrame(columns=parquet_names(path)))
    for column in parquet_batches(path, ("id", "sequence", "label"), BATCH, whole=False):
        empty = [None] * len(column["sequence"])
        yield column.get("id", empty), column["sequence"], column.get("label", empty)
