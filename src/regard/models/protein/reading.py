"""One pass over a protein's attention: what every head looks at, in numbers small enough to keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from regard.core.pairs import pairs_apart, symmetric_apc
from regard.data.proteins import AMINO_ACIDS
from regard.models.protein.model import ProteinModel, few_heads
from regard.models.protein.windows import Tile, spans_of, tiles, unseen

ARC = 0.3  # attention that counts as an arc (Vig et al. 2021)
FARTHEST = 64  # residues; larger distances are counted together


@dataclass(frozen=True)
class Reading:
    """What the heads of a model do in one protein; heads are layers × heads, layer by layer.

    top : int, (heads, k, 2): the k pairs i < j, six or more apart, with the highest corrected attention.
    features : float32, (pairs, heads): symmetrised, corrected attention at the pairs asked for.
    received : (heads, L): mean attention that a residue gets from the others.
    distance : (heads, FARTHEST + 1): share of attention by |query − key|.
    amino_acids : (heads, 20, 20): attention from the row's amino acid to the column's, summed; and
    amino_pairs : (20, 20), how many pairs of residues that is.
    arcs, hits : (heads,) and {property: (heads,)}: pairs with attention above ARC, and those of them that
    have the property.
    """

    top: np.ndarray
    features: np.ndarray
    received: np.ndarray
    distance: np.ndarray
    amino_acids: np.ndarray
    amino_pairs: np.ndarray
    arcs: np.ndarray
    hits: dict[str, np.ndarray]
    mean: np.ndarray


def read(
    model: ProteinModel,
    sequence: str,
    *,
    pairs: tuple[np.ndarray, np.ndarray] | None = None,
    known: np.ndarray | None = None,
    properties: Mapping[str, np.ndarray] | None = None,
    spans: list[tuple[int, int]] | None = None,
) -> Reading:
    """Read a protein once.

    Parameters
    ----------
    pairs : i and j of the pairs whose features are kept, i < j; none if left out.
    known : bool, (L, L): pairs that may stand among the best, such as those of resolved residues; all if left out.
    properties : bool, (L, L), row = query: pairs for Vig's p_α(f).
    """
    size, count = len(sequence), model.layers * model.heads
    spans = spans or spans_of(model, size)
    i, j = pairs or (np.empty(0, int), np.empty(0, int))
    known = np.ones((size, size), dtype=bool) if known is None else known
    code = np.array([AMINO_ACIDS.find(letter) for letter in sequence])
    usual = code >= 0
    one_hot = np.eye(len(AMINO_ACIDS), dtype=np.float32)[code] * usual[:, None]  # (L, 20)
    best: list[list[tuple[np.ndarray, np.ndarray]]] = [[] for _ in range(count)]
    features = np.zeros((len(i), count), dtype=np.float32)
    received = np.zeros((count, size))
    queries = np.zeros(size)
    distance = np.zeros((count, FARTHEST + 1))
    amino_acids = np.zeros((count, 20, 20))
    amino_pairs = np.zeros((20, 20))
    arcs = np.zeros(count)
    hits = {name: np.zeros(count) for name in properties or {}}
    mean = unseen(size, spans)
    near, letters = np.empty(0, int), one_hot  # of the window: its pairs that may stand among the best, its residues

    def each(tile: Tile) -> None:
        nonlocal amino_pairs, near, letters
        at, width, heads = slice(tile.start, tile.stop), tile.stop - tile.start, tile.heads
        if heads.start == 0:  # a window begins
            x, y = pairs_apart(width)
            allowed = known[at, at][x, y]
            near, letters = x[allowed] * width + y[allowed], one_hot[at]
            apart = tile.share * (1 - np.eye(width, dtype=np.float32))
            queries[at] += apart.sum(axis=0)
            amino_pairs = amino_pairs + letters.T @ apart @ letters

        corrected = symmetric_apc(tile.attention)
        k = min(size, len(near))
        for head, one in enumerate(corrected, heads.start):
            values = one.ravel()[near]
            chosen = np.argpartition(values, len(values) - k)[len(values) - k :] if k else np.empty(0, int)
            x, y = np.divmod(near[chosen], width)
            best[head].append(((x + tile.start) * size + y + tile.start, values[chosen]))
        inside = (i >= tile.start) & (j < tile.stop)
        a, b = i[inside] - tile.start, j[inside] - tile.start
        features[inside, heads] += (corrected[:, a, b] * tile.share[a, b]).T

        shared = tile.attention * tile.share if len(spans) > 1 else tile.attention
        mean[at, at] += shared.sum(axis=0) / count
        to_each, itself = shared.sum(axis=1), np.diagonal(shared, axis1=1, axis2=2)
        received[heads, at] += to_each - itself
        close = np.zeros((len(shared), FARTHEST))
        for away in range(1 - FARTHEST, FARTHEST):  # sums along diagonals: far cheaper than to sort all pairs
            close[:, abs(away)] += np.trace(shared, away, 1, 2, dtype=float)
        distance[heads, :FARTHEST] += close
        if width > FARTHEST:
            distance[heads, FARTHEST] += to_each.sum(axis=1, dtype=float) - close.sum(axis=1)
        for head, (one, own) in enumerate(zip(shared, itself, strict=True), heads.start):
            amino_acids[head] += letters.T @ (one @ letters) - np.diag(own @ letters)
        for head, one in enumerate(tile.attention, heads.start):
            above = np.nonzero(one > ARC)
            arcs[head] += tile.share[above].sum(dtype=float)
            for name, pairs_with in (properties or {}).items():
                hits[name][head] += tile.share[above] @ pairs_with[at, at][above]

    tiles(model, sequence, each, spans, heads_at_once=few_heads(max(stop - start for start, stop in spans)))
    total = distance.sum(axis=1, keepdims=True)
    return Reading(
        np.stack([merged(parts, size) for parts in best]),
        features,
        received / np.maximum(queries, 1),
        distance / np.where(total > 0, total, 1),
        amino_acids,
        amino_pairs,
        arcs,
        hits,
        mean,
    )


def merged(parts: list[tuple[np.ndarray, np.ndarray]], size: int) -> np.ndarray:
    """The best pairs of several windows together, best first, (k, 2); a pair of two windows counts once."""
    numbers, values = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(-values, kind="stable")
    _, first = np.unique(numbers[order], return_index=True)
    kept = numbers[order][np.sort(first)][:size]
    return np.stack(np.divmod(kept, size), axis=1)
