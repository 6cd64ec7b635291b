"""A genome in memory, and windows drawn from it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from regard.data.numbers import quoted
from regard.data.sequences import encode, read_fasta
from regard.errors import InputError


@dataclass
class Genome:
    """Segments of a genome, one after the other.

    Attributes
    ----------
    names : list of str, one a segment.
    codes : uint8, shape (bases,); 0 to 3 for A, C, G, T and 4 for N.
    masked : bool, shape (bases,); True where the file has lower case (a repeat).
    starts : int, shape (segments + 1,); segment i is codes[starts[i]:starts[i + 1]].
    """

    names: list[str]
    codes: np.ndarray
    masked: np.ndarray
    starts: np.ndarray

    def subset(self, keep: np.ndarray) -> Genome:
        """Only the segments where keep, bool, shape (segments,), is True."""
        length = np.diff(self.starts)
        base = np.repeat(keep, length)
        starts = np.concatenate([[0], np.cumsum(length[keep])])
        names = [name for name, kept in zip(self.names, keep, strict=True) if kept]
        return Genome(names, self.codes[base], self.masked[base], starts)

    def joined(self, other: Genome) -> Genome:
        """The segments of both."""
        return Genome(
            self.names + other.names,
            np.concatenate([self.codes, other.codes]),
            np.concatenate([self.masked, other.masked]),
            np.concatenate([self.starts, self.starts[-1] + other.starts[1:]]),
        )

    def window_starts(self, length: int) -> np.ndarray:
        """Every place where a window of that length without N lies inside one segment."""
        n_before = np.concatenate([[0], np.cumsum(self.codes == 4)])
        start = np.arange(len(self.codes) - length + 1)
        segment = np.searchsorted(self.starts, start, side="right") - 1
        inside = start + length <= self.starts[segment + 1]
        return start[inside & (n_before[start + length] == n_before[start])]

    def gc(self, starts: np.ndarray, length: int) -> np.ndarray:
        """Share of G and C, 0 to 1, of the windows at these starts."""
        before = np.concatenate([[0], np.cumsum((self.codes == 1) | (self.codes == 2))])
        return (before[starts + length] - before[starts]) / length


def read_genome(path: Path | str) -> Genome:
    """Read a soft-masked FASTA file, gzipped or not, whole."""
    names, codes, masked = [], [], []
    for header, sequence in read_fasta(path):
        if not header.split() or not sequence.isascii():
            lacks = f"letters of {quoted(header)} that are no DNA" if header.split() else "a record without a name"
            raise InputError(f"{path}: {lacks}; expected FASTA of a genome")
        names.append(header.split()[0])
        codes.append(encode(sequence))
        masked.append(np.frombuffer(sequence.encode(), dtype=np.uint8) >= ord("a"))
    if not names:
        raise InputError(f"{path}: no sequence in it; expected FASTA")
    starts = np.concatenate([[0], np.cumsum([len(c) for c in codes])])
    return Genome(names, np.concatenate(codes), np.concatenate(masked), starts)


def gc_matched(starts: np.ndarray, gc: np.ndarray, wanted: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """For each wanted GC share, the start of a random window whose share is within one percent.

    Parameters
    ----------
    starts, gc : shape (windows,), the windows to draw from, sorted by gc.
    wanted : shape (n,).

    Returns
    -------
    Start of each drawn window, shape (n,). Where no window is that close, the nearest by GC.
    """
    low = np.searchsorted(gc, wanted - 0.01)
    high = np.searchsorted(gc, wanted + 0.01, side="right")
    empty = high <= low
    low[empty] = np.clip(low[empty], 0, len(gc) - 1)
    high[empty] = low[empty] + 1
    return starts[rng.integers(low, high)]
