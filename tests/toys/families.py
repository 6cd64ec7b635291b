"""Families of proteins with pairs that change together, and columns that never change, planted."""

from __future__ import annotations

import numpy as np

from regard.data.proteins import AMINO_ACIDS

PAIRS = ((2, 20), (5, 28), (9, 24), (12, 32))  # residues that change together
FIXED = (15, 16)  # residues that never change


def family(rows: int = 300, length: int = 36, seed: int = 0, kept: float = 0.9) -> list[str]:
    """Rows of an alignment without gaps; of each pair of `PAIRS` the second follows the first in nine of ten rows."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 20, (rows, length))
    turn = rng.permutation(20)
    for i, j in PAIRS:
        follows = rng.random(rows) < kept
        codes[follows, j] = turn[codes[follows, i]]
    codes[:, FIXED] = (18, 1)  # W and C
    return ["".join(AMINO_ACIDS[c] for c in row) for row in codes]


def aligned_fasta(rows: list[str]) -> str:
    return "".join(f">r{k}\n{row}\n" for k, row in enumerate(rows))
