"""Numbering of one sequence in another: aligned, never assumed."""

from __future__ import annotations

import re

import numpy as np

from regard.errors import InputError, MissingExtra

LETTERS = "ACDEFGHIKLMNPQRSTVWYBZX"
LEAST_IDENTITY, LEAST_COVERAGE = 0.9, 0.5


def align_to(
    query_sequence: str,
    chain_sequence: str,
    *,
    query: str = "the sequence",
    chain: str = "the chain",
    least_identity: float = LEAST_IDENTITY,
    least_coverage: float = LEAST_COVERAGE,
) -> np.ndarray:
    """Which residue of a chain stands at each residue of a sequence.

    Needleman–Wunsch with affine gaps (BLOSUM62, −10 and −1), free at the ends (biotite). A residue that differs
    (a mutation, an X) is still placed.

    Parameters
    ----------
    query, chain : what to call the two in an error.
    least_identity : share of the placed residues that must be the same letter; X fits all.
    least_coverage : share of the shorter of the two that must be placed.

    Returns
    -------
    int, shape (len(query_sequence),): 0-based position in the chain, or -1.

    Raises
    ------
    InputError
        The two are not the same protein; both are quoted.
    """
    if not query_sequence or not chain_sequence:
        raise InputError(f"{chain if query_sequence else query} has no residues, so it cannot be aligned")
    at = query_sequence.find(chain_sequence), chain_sequence.find(query_sequence)
    placed = np.full(len(query_sequence), -1)
    if at[0] >= 0:
        placed[at[0] : at[0] + len(chain_sequence)] = np.arange(len(chain_sequence))
        return placed
    if at[1] >= 0:
        return np.arange(at[1], at[1] + len(query_sequence))
    trace = best_trace(query_sequence, chain_sequence)
    placed[trace[:, 0]] = trace[:, 1]
    pairs = [(query_sequence[i], chain_sequence[j]) for i, j in trace]
    same = sum(a == b or "X" in (a, b) for a, b in pairs)
    covered = len(pairs) / min(len(query_sequence), len(chain_sequence))
    if not pairs or same / len(pairs) < least_identity or covered < least_coverage:
        share = same / len(pairs) if pairs else 0
        raise InputError(
            f"{query} and {chain} are not the same protein: {100 * share:.0f} % of {len(pairs)} aligned residues "
            f"agree ({query}, {len(query_sequence)} residues: {shown(query_sequence)}; "
            f"{chain}, {len(chain_sequence)} residues: {shown(chain_sequence)})"
        )
    return placed


def best_trace(first: str, second: str) -> np.ndarray:
    """Aligned pairs of positions, shape (pairs, 2), of the best alignment with free ends."""
    try:
        from biotite.sequence import ProteinSequence
        from biotite.sequence.align import SubstitutionMatrix, align_optimal
    except ImportError:
        raise MissingExtra("biotite", "protein") from None
    known = [ProteinSequence(re.sub(f"[^{LETTERS}]", "X", text.upper())) for text in (first, second)]
    matrix = SubstitutionMatrix.std_protein_matrix()
    best = align_optimal(*known, matrix, gap_penalty=(-10, -1), terminal_penalty=False, max_number=1)[0]
    return best.trace[(best.trace >= 0).all(axis=1)]


def shown(sequence: str, letters: int = 20) -> str:
    return sequence if len(sequence) <= letters else sequence[:letters] + "…"
