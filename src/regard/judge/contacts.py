"""The nuisance and the moves of pairs of residues: separation, residue types, place; each residue's own level."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement

import numpy as np

from regard.judge.engine import Question, blocks_of
from regard.judge.moves import turned
from regard.judge.nuisance import Nuisance, bumps, share

WIDTHS = (1, 3, 5, 9, 15)  # of windows about a residue; what smooths a sequence is nearly a sum of them
HYDROPATHY = dict(zip("ACDEFGHIKLMNPQRSTVWY", (  # Kyte & Doolittle 1982
    1.8, 2.5, -3.5, -3.5, 2.8, -0.4, -3.2, 4.5, -3.9, 3.8, 1.9, -3.5, -1.6, -3.5, -4.5, -0.8, -0.7, 4.2, -0.9, -1.3,
), strict=True))  # fmt: skip
CHARGE = {"K": 1.0, "R": 1.0, "D": -1.0, "E": -1.0}


def question_of_contacts(
    sequences: Sequence[str],
    groups: np.ndarray,
    there: Sequence[np.ndarray],
    *,
    extra: np.ndarray | None = None,
    seed: int = 0,
) -> Question:
    """What separation, residues and place say of every pair; remainders are turned along their map's own diagonals.

    Separations, the two residue types and the level of each single residue over its pairs are taken out exactly:
    whatever is a sum over the two residues (hydropathy, burial, conservation) is no knowledge of pairs.

    there : bool, (L, L), which pairs i < j of each protein are items. extra : float, (items, k), more that needs no
    model, such as other scores.
    """
    where = [np.nonzero(t) for t in there]
    sizes = [len(i) for i, _ in where]
    blocks = blocks_of(sizes)
    longest = max(map(len, sequences))
    more = np.zeros((sum(sizes), 0)) if extra is None else extra

    def features(b: int) -> tuple[np.ndarray, np.ndarray]:
        smooth, added = of_pairs(sequences[b], *where[b], longest)
        return np.hstack([smooth, more[blocks[b]]]), added

    apart = np.concatenate([j - i for i, j in where])
    protein = np.repeat(np.arange(len(sequences)), sizes)
    first, second = (protein * longest + np.concatenate([at[k] for at in where]) for k in (0, 1))
    letters = [np.frombuffer(s.encode(), np.uint8).astype(int) for s in sequences]
    a, b = (np.concatenate([x[at[k]] for x, at in zip(letters, where, strict=True)]) for k in (0, 1))
    types = np.minimum(a, b) * 256 + np.maximum(a, b)
    ring = protein * longest + apart
    order = np.argsort(ring, kind="stable")
    cuts = np.flatnonzero(np.diff(ring[order])) + 1
    rings = np.split(order, cuts) if len(order) else []
    of_ring = [groups[protein[items[0]]] for items in rings]
    nuisance = Nuisance(features, [types, first, second, apart], more, bent=True)
    return Question(blocks, groups, nuisance, turned(rings, of_ring, seed))


def of_pairs(sequence: str, i: np.ndarray, j: np.ndarray, longest: int) -> tuple[np.ndarray, np.ndarray]:
    """Features of pairs: hydropathy and charge of both and of their neighbourhoods, place; separation, added up."""
    n = len(sequence)
    water, charge = (np.array([of.get(c, 0.0) for c in sequence])[:, None] for of in (HYDROPATHY, CHARGE))
    level = [share(water, width // 2, width // 2)[:, 0] for width in WIDTHS]
    both = [f for one in level[::2] for f in (one[i] + one[j], one[i] * one[j], np.abs(one[i] - one[j]))]
    # A product of two smoothed levels is nearly a sum of these.
    products = [(a[i] * b[j] + b[i] * a[j]) / 2 for a, b in combinations_with_replacement(level, 2)]
    place = [i / n, j / n, np.abs((i + j) / n - 1), np.minimum(i, n - 1 - j) / n, np.full(len(i), n / longest)]
    near = [np.log1p(j - i) / 5, charge[i, 0] * charge[j, 0]]
    added = bumps(np.log1p(j - i), np.log1p(longest), 14)
    return np.stack([*both, *place, *near], 1), np.hstack([added, np.stack(products, 1)])
