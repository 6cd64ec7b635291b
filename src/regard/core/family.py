"""Relatives of a protein, as rows in its own numbering."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Family:
    """Relatives of a protein.

    codes : uint8, (rows, L), amino acids at each residue of the protein, 0 to 19 in the order of ACDEFGHIKLMNPQRSTVWY,
    20 where there is none; the protein itself comes first. weights : (rows,), 1 / number of rows that are 80 % the
    same; their sum is the effective number. source : the file's name. left_out : rows with too little of the protein.
    """

    codes: np.ndarray
    weights: np.ndarray
    source: str
    left_out: int = 0

    @property
    def effective(self) -> float:
        return float(self.weights.sum())
