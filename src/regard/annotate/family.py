"""The family of a protein: rows of an alignment in the protein's own numbering, each counted for what is new in it."""

from __future__ import annotations

import numpy as np

from regard.annotate.alignment import align_to
from regard.core.family import Family
from regard.data.alignments import CODE, GAP, Alignment
from regard.data.proteins import called
from regard.errors import InputError

ALIKE = 0.8  # share of columns from which rows are one (Morcos et al. 2011)
COVERED = 0.5  # share of the protein's residues that a row must have
MOST_ROWS = 20_000  # all pairs of rows are compared
LOOKED_AT = 200  # rows among which the protein is looked for, where none has its name
BLOCK = 1_000  # rows compared at once


def family_of(
    name: str, sequence: str, alignment: Alignment, source: str, *, anywhere: bool = True, seed: int = 0
) -> Family:
    """The family of a protein out of an alignment in which it stands.

    The protein is the row of its name, or the first, or, `anywhere`, another of the first 200 that is 90 % the same;
    its numbering is aligned, never assumed.

    Raises
    ------
    InputError
        No row is the protein.
    """
    own, columns = placed(name, sequence, alignment, source, LOOKED_AT if anywhere else 1)
    there = columns >= 0
    codes = np.full((len(alignment.codes), len(sequence)), GAP, dtype=np.uint8)
    codes[:, there] = alignment.codes[:, columns[there]]
    first = CODE[np.frombuffer(sequence.encode(), dtype=np.uint8)]
    codes = np.delete(codes, own, axis=0)
    enough = (codes < GAP).mean(axis=1) >= COVERED
    left_out = int((~enough).sum())
    codes = np.vstack([first, codes[enough]])
    if len(codes) > MOST_ROWS:
        kept = np.random.default_rng(seed).choice(len(codes) - 1, MOST_ROWS - 1, replace=False) + 1
        left_out += len(codes) - MOST_ROWS
        codes = codes[np.append(0, np.sort(kept))]
    return Family(codes, weights_of(codes), source, left_out)


def placed(
    name: str, sequence: str, alignment: Alignment, source: str, most: int = LOOKED_AT
) -> tuple[int, np.ndarray]:
    """The protein's row, and the column of each of its residues, int, (L,), -1 where the alignment has none."""
    candidates = dict.fromkeys([*called(name, alignment.names), *range(min(len(alignment.names), most))])
    error = None
    for row in candidates:
        letters, columns = alignment.letters(row)
        if not letters:
            continue
        try:
            at = align_to(sequence, letters, query=name, chain=f"row {alignment.names[row]!r} in {source}")
        except InputError as reason:
            error = error or reason
            continue
        return row, np.where(at >= 0, columns[at], -1)
    raise InputError(
        f"{source}: none of its first {len(candidates)} rows is {name}; put the protein itself first ({error})"
    )


def weights_of(codes: np.ndarray, alike: float = ALIKE) -> np.ndarray:
    """1 / number of rows (itself among them) that agree in so many of all columns, float, (rows,)."""
    rows, length = codes.shape
    hot = (codes[:, :, None] == np.arange(GAP + 1, dtype=np.uint8)).reshape(rows, -1).astype(np.float32)
    count = np.zeros(rows)
    for start in range(0, rows, BLOCK):
        block = slice(start, start + BLOCK)
        count[block] = (hot[block] @ hot.T >= alike * length).sum(axis=1)
    return 1 / count
