"""Core-promoter motifs of JASPAR, scanned on both strands: where they are, and how well each base fits.

Needs the extra `motifs`: pyjaspar, which ships its database, and Biopython, which comes with it and scans.
Matrices: JASPAR (Rauluseviciute et al. 2024, Nucleic Acids Res. 52:D174; CC BY 4.0). The names are those of
Puffin's motifs, so that the tracks can stand beside each other; JASPAR has no matrix for U1 snRNP.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import xarray as xr

from regard.core.scores import Annotations
from regard.data.sequences import decode, encode
from regard.errors import InputError, MissingExtra

PSEUDOCOUNT = 0.001  # a share of each column; a base that was never seen costs 8 bits, not infinitely many


@dataclass(frozen=True)
class Matrix:
    """A JASPAR matrix; where an annotation looks for it (`stranded`: the given strand only) and its p-value."""

    name: str
    identifier: str
    release: str
    stranded: bool = False
    p_value: float = 1e-4


MATRICES = [
    Matrix("TATA", "POL012.1", "JASPAR2020", stranded=True),  # the collection POLII ended with this release
    Matrix("Inr", "POL002.1", "JASPAR2020", stranded=True, p_value=1e-3),  # too short for 1e-4
    Matrix("SP", "MA0079.5", "JASPAR2026"),  # SP1, for the SP/KLF family
    Matrix("NFY", "MA0060.4", "JASPAR2026"),  # NFYA
    Matrix("ETS", "MA0062.4", "JASPAR2026"),  # GABPA
    Matrix("NRF1", "MA0506.3", "JASPAR2026"),
    Matrix("CREB", "MA0018.5", "JASPAR2026"),  # CREB1
    Matrix("YY1", "MA0095.4", "JASPAR2026"),
    Matrix("ZNF143", "MA0088.3", "JASPAR2026"),
]


def annotate_jaspar(
    ids: list[str], sequences: list[str], *, p_value: float | None = None, each_strand: bool = False
) -> list[Annotations]:
    """Positions inside a match, one annotation a motif.

    Parameters
    ----------
    p_value : a match scores so high that a random window of equal shares of A, C, G and T does so at most with
        this probability; where not given, that of each of `MATRICES`. In GC-rich sequences GC-rich motifs match
        more often than that by chance alone.
    each_strand : one annotation a motif and strand (`TATA+`, `TATA-`) instead. Otherwise a match on either strand
        counts, but TATA and Inr, which have a direction, on the given strand only.

    Raises
    ------
    InputError
        A motif is too short to reach the p-value.
    """
    annotations = []
    for matrix in MATRICES:
        p = matrix.p_value if p_value is None else p_value
        forward, backward = (
            [covered(odds, len(sequence), matrix, p) for odds, sequence in zip(strand, sequences, strict=True)]
            for strand in zip(*both(matrix, sequences), strict=True)
        )
        label = f"JASPAR {matrix.identifier}, p < {p:g}"
        if each_strand:
            annotations.append(Annotations(ids, forward, f"{matrix.name}+ ({label})"))
            annotations.append(Annotations(ids, backward, f"{matrix.name}- ({label})"))
        else:
            found = forward if matrix.stranded else [f | b for f, b in zip(forward, backward, strict=True)]
            annotations.append(Annotations(ids, found, f"{matrix.name} ({label})"))
    return annotations


def jaspar_tracks(ids: list[str], sequences: list[str]) -> xr.Dataset:
    """How well each motif fits at each base, like the activations of `models.initiation_tracks`.

    Returns
    -------
    Dataset with `activation` (sequence, motif, position): log-odds in bits against equal shares of A, C, G and T,
    of the window whose middle is there. Motifs are called `TATA+`, `TATA-`…; NaN near the edges, at N, and
    beyond the end of shorter sequences.
    """
    values = np.full((len(sequences), 2 * len(MATRICES), max(map(len, sequences))), np.nan)
    for m, matrix in enumerate(MATRICES):
        width = scanner(matrix).length
        for i, strands in enumerate(both(matrix, sequences)):
            for s, odds in enumerate(strands):
                values[i, 2 * m + s, width // 2 : width // 2 + len(odds)] = odds
    names = [f"{matrix.name}{strand}" for matrix in MATRICES for strand in "+-"]
    return xr.Dataset(
        {"activation": (("sequence", "motif", "position"), values)},
        coords={"sequence": ids, "motif": names, "position": np.arange(values.shape[2])},
    )


@cache
def scanner(matrix: Matrix) -> Any:
    """Log-odds of a matrix, as Biopython's PositionSpecificScoringMatrix."""
    try:
        from pyjaspar import jaspardb
    except ImportError:
        raise MissingExtra("pyjaspar", "motifs") from None
    motif = jaspardb(release=matrix.release).fetch_motif_by_id(matrix.identifier)
    if motif is None:
        raise InputError(
            f"{matrix.name}: {matrix.identifier} is not in pyjaspar's {matrix.release}; install pyjaspar 4.0"
        )
    counts: Any = motif.counts
    total = sum(counts[base][0] for base in "ACGT")
    return counts.normalize(pseudocounts=PSEUDOCOUNT * total).log_odds()


@cache
def lowest_score(matrix: Matrix, p_value: float) -> float:
    """The log-odds that a random window reaches at most with that probability.

    Exact, by dynamic programming over columns in steps of a hundredth of a bit (Staden 1989).
    """
    scores = scanner(matrix)
    steps = np.round(100 * np.array([scores[base] for base in "ACGT"])).astype(int)  # (4, width)
    lowest = steps.min(axis=0)
    chance = np.ones(1)  # of each sum of the columns so far, from their lowest upwards
    for column in (steps - lowest).T:
        chance = sum(np.pad(chance / 4, (step, column.max() - step)) for step in column)
    reached = np.flatnonzero(chance[::-1].cumsum()[::-1] <= p_value)
    if not 0 < p_value < 1 or chance[reached].sum() == 0:
        raise InputError(
            f"{matrix.name}: no match of its {scores.length} bases has p < {p_value:g}; choose a higher one"
        )
    return (reached[0] + lowest.sum() - 0.5) / 100


def both(matrix: Matrix, sequences: list[str]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Log-odds of each window on the given and on the other strand, each (length - width + 1,); NaN with N."""
    scores = scanner(matrix)
    turned = scores.reverse_complement()
    found = []
    for sequence in sequences:
        text = decode(encode(sequence))
        if len(text) < scores.length:
            found.append((np.empty(0), np.empty(0)))
        else:  # one window gives a number instead of an array
            found.append((np.atleast_1d(scores.calculate(text)), np.atleast_1d(turned.calculate(text))))
    return found


def covered(odds: np.ndarray, length: int, matrix: Matrix, p_value: float) -> np.ndarray:
    """Which bases a match covers, bool, (length,), of the log-odds of every window."""
    width = scanner(matrix).length
    inside = np.zeros(length, dtype=bool)
    for start in np.flatnonzero(odds >= lowest_score(matrix, p_value)):
        inside[start : start + width] = True
    return inside
