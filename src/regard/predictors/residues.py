"""Contacts and sites without a model: distance in sequence, the amino acids themselves, the family's template."""

from __future__ import annotations

import numpy as np

from regard.data.proteins import AMINO_ACIDS

# Kyte & Doolittle 1982, in the order of AMINO_ACIDS.
HYDROPATHY = np.array(
    [1.8, 2.5, -3.5, -3.5, 2.8, -0.4, -3.2, 4.5, -3.9, 3.8, 1.9, -3.5, -1.6, -3.5, -4.5, -0.8, -0.7, 4.2, -0.9, -1.3]
)
# Binding residues per residue of that amino acid, over the same of all: 503 chains of the PDB with a bound ligand
# (`python -m benchmarks protein` prints it again).
BINDING = np.array(
    [
        0.61,
        2.1,
        1.23,
        0.94,
        1.06,
        1.07,
        2.38,
        0.56,
        1.08,
        0.53,
        1.05,
        1.35,
        0.64,
        0.91,
        1.82,
        1.09,
        0.97,
        0.54,
        1.74,
        1.36,
    ]
)
PSEUDO = 20.0  # pairs, or residues, of the average kind that are added to each kind


def codes(sequence: str) -> np.ndarray:
    """Amino acids as 0 to 19, int, (L,); -1 for unusual letters."""
    return np.array([AMINO_ACIDS.find(letter) for letter in sequence])


def of_residues(sequence: str, value: np.ndarray) -> np.ndarray:
    """A value for each of 20 amino acids, at each residue; the mean of all for unusual letters. Shape (L,)."""
    return np.append(value, value.mean())[codes(sequence)]


def by_distance(length: int) -> np.ndarray:
    """−|i − j|, (L, L): near in sequence, near in space."""
    rank = np.arange(length)
    return -np.abs(rank[:, None] - rank).astype(float)


def hydrophobic_pairs(sequence: str) -> np.ndarray:
    """Sum of the hydropathy of both residues, (L, L): what is buried touches."""
    value = of_residues(sequence, HYDROPATHY)
    return value[:, None] + value


def pair_propensity(sequences: list[str], contacts: list[np.ndarray], known: list[np.ndarray]) -> np.ndarray:
    """Log share of contacts among pairs of two amino acids, (20, 20), symmetric, learned on these proteins.

    known : bool, (L, L): pairs that count, such as those six or more apart with both residues resolved.
    """
    hits, total = np.zeros((20, 20)), np.zeros((20, 20))
    for sequence, one, there in zip(sequences, contacts, known, strict=True):
        code = codes(sequence)
        i, j = np.nonzero(there & (code >= 0)[:, None] & (code >= 0))
        np.add.at(total, (code[i], code[j]), 1)
        np.add.at(hits, (code[i], code[j]), one[i, j])
    hits, total = hits + hits.T, total + total.T
    average = hits.sum() / max(total.sum(), 1)
    return np.log((hits + PSEUDO * average) / (total + PSEUDO))


def of_pairs(sequence: str, value: np.ndarray) -> np.ndarray:
    """A value for each pair of amino acids, at each pair of residues, (L, L)."""
    padded = np.full((21, 21), value.mean())
    padded[:20, :20] = value
    code = codes(sequence)
    return padded[code[:, None], code]


def site_propensity(sequences: list[str], sites: list[np.ndarray]) -> np.ndarray:
    """Share of each amino acid that is a site, over that of all residues, (20,), learned on these proteins."""
    code = np.concatenate([codes(s) for s in sequences])
    label = np.concatenate(sites)[code >= 0]
    code = code[code >= 0]
    average = label.mean()
    hits, total = np.bincount(code, label, 20), np.bincount(code, minlength=20)
    return (hits + PSEUDO * average) / (total + PSEUDO) / average


def pair_template(length: int, placed: list[np.ndarray], contacts: list[np.ndarray]) -> np.ndarray:
    """Share of relatives in which the residues that stand at a pair touch, (L, L).

    placed : for each relative the position of its residue that stands at each of ours, (L,), or -1; such a
    pair counts as no contact. Ties are broken by the distance in sequence.
    """
    total = np.zeros((length, length))
    for at, one in zip(placed, contacts, strict=True):
        inside = (at >= 0)[:, None] & (at >= 0)
        total += inside & one[at[:, None], at]
    return total / max(len(placed), 1) + 1e-6 * by_distance(length)


def site_template(length: int, placed: list[np.ndarray], sites: list[np.ndarray]) -> np.ndarray:
    """Share of relatives whose residue that stands at each of ours is a site, (L,)."""
    total = np.zeros(length)
    for at, one in zip(placed, sites, strict=True):
        total += (at >= 0) & one[at]
    return total / max(len(placed), 1)
