"""Which sequences count once: near copies of one another, and windows that overlap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from regard.data.regions import Region

ALIKE = 0.5  # Jaccard index of the k-mers from which two sequences are one, as the audit has it
NUCLEOTIDES = frozenset("ACGTUN")
COMPLEMENT = str.maketrans("ACGTU", "TGCAA")


def near_copies(sequences: Sequence[str], *, alike: float = ALIKE) -> np.ndarray:
    """A number for each sequence, int, (sequences,), that near copies share, at one or several removes.

    Compared are the sets of k-mers, of 12 bases (either strand) or 3 residues.
    """
    nucleotides = set("".join(sequences)) <= NUCLEOTIDES
    k = 12 if nucleotides else 3
    number: dict[str, int] = {}
    places, items = [], []
    for i, sequence in enumerate(sequences):
        words = {sequence[j : j + k] for j in range(len(sequence) - k + 1)} or {sequence}
        if nucleotides:
            words = {min(w, w.translate(COMPLEMENT)[::-1]) for w in words}
        items += [i] * len(words)
        places += [number.setdefault(w, len(number)) for w in words]
    table = csr_array((np.ones(len(items)), (items, places)), shape=(len(sequences), max(len(number), 1)))
    shared = (table @ table.T).tocoo()
    size = np.bincount(items, minlength=len(sequences))
    a, b = shared.coords
    near = shared.data >= alike * (size[a] + size[b] - shared.data)
    return connected_components(csr_array((near[near], (a[near], b[near])), shape=shared.shape), directed=False)[1]


def overlapping(items: Sequence[Sequence[Region]]) -> np.ndarray:
    """A number for each item, int, (items,), that items with regions that overlap share, at one or several removes."""
    order = sorted((region, i) for i, regions in enumerate(items) for region in regions)
    links, reach, last = [], None, 0
    for region, i in order:
        if reach is not None and reach.chrom == region.chrom and region.start < reach.end:
            links.append((last, i))
            reach = reach if reach.end >= region.end else region
        else:
            reach = region
        last = i
    a, b = np.array(links, dtype=int).reshape(-1, 2).T
    return connected_components(csr_array((np.ones(len(a)), (a, b)), shape=(len(items), len(items))), directed=False)[1]
