"""What an alignment says without attention: how conserved a residue is, which pairs change together."""

from __future__ import annotations

import numpy as np

from regard.core.family import Family
from regard.data.alignments import GAP
from regard.data.proteins import AMINO_ACIDS
from regard.errors import InputError

# Shares of amino acids in BLOSUM62 (Henikoff & Henikoff 1992), in the order of AMINO_ACIDS.
BACKGROUND = np.array(
    [
        (0.078, 0.024, 0.052, 0.059, 0.044, 0.083, 0.025, 0.062, 0.056, 0.092),
        (0.024, 0.043, 0.043, 0.034, 0.051, 0.059, 0.055, 0.072, 0.014, 0.034),
    ]
).ravel()
BACKGROUND = BACKGROUND / BACKGROUND.sum()
PSEUDO = 0.5  # share of the uniform in the mean-field model (Morcos et al. 2011)
LONGEST = 500  # residues; a matrix of 20 × as many is inverted
FEWEST = 10.0  # effective rows from which pairs are asked at all


def shares(family: Family, pseudo: float = 1.0) -> np.ndarray:
    """Share of each amino acid at each residue, (L, 20), gaps left out; `pseudo` rows of the background added."""
    count = np.stack([family.weights @ (family.codes == a) for a in range(len(AMINO_ACIDS))], axis=1)
    return (count + pseudo * BACKGROUND) / (count.sum(axis=1, keepdims=True) + pseudo)


def conservation(family: Family) -> np.ndarray:
    """How far each residue's amino acids are from the usual ones, (L,), 0 to 1.

    Jensen–Shannon divergence from BLOSUM62's background, times the share of rows that have the residue, averaged with
    its neighbours as published: half its own, half that of three on either side (Capra & Singh 2007).
    """
    there = family.weights @ (family.codes < GAP) / family.effective
    found = shares(family, 1e-6)
    middle = (found + BACKGROUND) / 2
    own = (relative_entropy(found, middle) + relative_entropy(BACKGROUND, middle)) / 2 * there
    around = np.array([np.delete(own[max(i - 3, 0) : i + 4], min(i, 3)).mean() for i in range(len(own))])
    return (own + around) / 2


def relative_entropy(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """Σ p log₂ p / q along the last axis."""
    return np.sum(np.where(p > 0, p * np.log2(np.where(p > 0, p, 1) / q), 0), axis=-1)


def coupling(family: Family) -> np.ndarray:
    """How strongly residues change together, (L, L), symmetric, 0 on the diagonal.

    Mean-field inverse of the covariance of amino acids (Morcos et al. 2011), the Frobenius norm of each pair's 20 × 20
    couplings, zero-sum, corrected by average product (Ekeberg et al. 2013; Dunn et al. 2008).

    Raises
    ------
    InputError
        More than 500 residues, of which the inverse would take minutes and gigabytes.
    """
    rows, length = family.codes.shape
    if length > LONGEST:
        raise InputError(f"{length} residues; couplings are computed of {LONGEST} at most: take a domain")
    states = GAP + 1
    hot = (family.codes[:, :, None] == np.arange(GAP, dtype=np.uint8)).reshape(rows, -1).astype(np.float64)
    weights = family.weights / family.effective
    single = (1 - PSEUDO) * (weights @ hot) + PSEUDO / states
    pair = (1 - PSEUDO) * (hot.T @ (hot * weights[:, None])) + PSEUDO / states**2
    for i in range(length):  # a residue with itself: one amino acid at a time
        own = slice(i * GAP, (i + 1) * GAP)
        pair[own, own] = np.diag(single[own])
    inverse = -np.linalg.inv(pair - np.outer(single, single))
    blocks = np.zeros((length, states, length, states))
    blocks[:, :GAP, :, :GAP] = inverse.reshape(length, GAP, length, GAP)
    blocks -= blocks.mean(axis=1, keepdims=True)
    blocks -= blocks.mean(axis=3, keepdims=True)
    norm = np.sqrt((blocks[:, :GAP, :, :GAP] ** 2).sum(axis=(1, 3)))
    np.fill_diagonal(norm, 0)
    return norm - norm.sum(axis=1, keepdims=True) * norm.sum(axis=0) / max(norm.sum(), 1e-12)
