"""One pass over a protein's attention: what every head looks at, in numbers small enough to keep."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count

import numpy as np

from regard.core.pairs import pairs_apart
from regard.data.proteins import AMINO_ACIDS
from regard.errors import PipelineError
from regard.models.protein.model import ProteinModel, few_heads, stream
from regard.models.protein.windows import prominence, shares, spans_of, unseen
from regard.reduce.heads import best_places, by_distance, corrected_upper
from regard.reduce.inside import InHeads

ARC = 0.3  # attention that counts as an arc (Vig et al. 2021)
SITES = "drop_self | received"  # how a head is read for residues, if nothing else is asked; for pairs, CONTACTS
FARTHEST = 64  # residues; larger distances are counted together


@dataclass(frozen=True)
class Reading:
    """What the heads of a model do in one protein; heads are layers × heads, layer by layer.

    top : int, (heads, k, 2): the k pairs i < j, six or more apart, with the highest corrected attention (CONTACTS).
    features : float32, (pairs, heads): symmetrised, corrected attention at the pairs asked for.
    received : (heads, L): mean attention that a residue gets from the others (SITES, in one window).
    distance : (heads, FARTHEST + 1): share of attention by |query − key|.
    amino_acids : (heads, 20, 20): attention from the row's amino acid to the column's, summed; and
    amino_pairs : (20, 20), how many pairs of residues that is.
    arcs : (heads,), pairs with attention above ARC. told, hits : {property: (heads,)}: those of them of which it is
    known whether they have the property, and those that have it.
    """

    top: np.ndarray
    features: np.ndarray
    received: np.ndarray
    distance: np.ndarray
    amino_acids: np.ndarray
    amino_pairs: np.ndarray
    arcs: np.ndarray
    told: dict[str, np.ndarray]
    hits: dict[str, np.ndarray]
    mean: np.ndarray


def read(
    model: ProteinModel,
    sequence: str,
    *,
    pairs: tuple[np.ndarray, np.ndarray] | None = None,
    known: np.ndarray | None = None,
    properties: Mapping[str, tuple[np.ndarray, np.ndarray]] | None = None,
    spans: list[tuple[int, int]] | None = None,
    of_pairs: InHeads | None = None,
    of_positions: InHeads | None = None,
) -> Reading:
    """Read a protein once.

    Parameters
    ----------
    pairs : i and j of the pairs whose features are kept, i < j; none if left out.
    known : bool, (L, L): pairs that may stand among the best, such as those of resolved residues; all if left out.
    properties : bool, (L, L) both, row = query: pairs that have what Vig's p_α(f) asks, and pairs of which it is known.
    of_pairs, of_positions : how each head's map is read for `top` and `features`, and for `received`; as CONTACTS and
        SITES say if left out.

    Raises
    ------
    PipelineError
        A pipeline that leaves pairs or residues without a value.
    """
    size, all_heads = len(sequence), model.layers * model.heads
    spans = spans or spans_of(model, size)
    i, j = pairs or (np.empty(0, int), np.empty(0, int))
    known = np.ones((size, size), dtype=bool) if known is None else known
    code = np.array([AMINO_ACIDS.find(letter) for letter in sequence])
    one_hot = np.eye(len(AMINO_ACIDS), dtype=np.float32)[code] * (code >= 0)[:, None]  # (L, 20)
    best: list[list[tuple[np.ndarray, np.ndarray]]] = [[] for _ in range(all_heads)]
    features = np.zeros((len(i), all_heads), dtype=np.float32)
    received = np.zeros((all_heads, size))
    queries = np.zeros(size)
    distance = np.zeros((all_heads, FARTHEST + 1))
    amino_acids = np.zeros((all_heads, 20, 20))
    amino_pairs = np.zeros((20, 20))
    arcs = np.zeros(all_heads)
    told, hits = ({name: np.zeros(all_heads) for name in properties or {}} for _ in range(2))
    mean = unseen(size, spans)

    def window(start: int, stop: int, share: np.ndarray) -> Callable[[int, np.ndarray], None]:
        """What is to be done with each head of a window; made when the window begins."""
        nonlocal amino_pairs
        at, width = slice(start, stop), stop - start
        x, y = pairs_apart(width)
        allowed = known[at, at][x, y]
        near, letters = x[allowed] * width + y[allowed], one_hot[at]
        apart = share * (1 - np.eye(width, dtype=np.float32))
        inner = prominence(width)
        queries[at] += inner if of_positions else apart.sum(axis=0)
        amino_pairs = amino_pairs + letters.T @ apart @ letters
        inside = np.flatnonzero((i >= start) & (j < stop))
        a, b = i[inside] - start, j[inside] - start
        every = np.hstack([letters, np.ones((width, 1), dtype=np.float32)])  # amino acids, and all residues together
        # Made once: memory that is asked for anew for each head takes longer than what is done in it.
        corrected, part = np.empty((2, width, width), dtype=np.float32)

        def read_head(head: int, one: np.ndarray) -> None:
            values = of_pairs(one[None])[0] if of_pairs else corrected_upper(one, corrected)
            chosen = best_places(values, near, min(size, len(near)))
            x, y = np.divmod(chosen, width)
            best[head].append(((x + start) * size + y + start, values.ravel()[chosen]))
            features[inside, head] += values[a, b] * share[a, b]
            shared = np.multiply(one, share, out=part) if len(spans) > 1 else one
            mean[at, at] += shared
            own, to_each = np.diagonal(shared), every.T @ shared  # (21, L): from each amino acid, and from all
            received[head, at] += of_positions(one[None])[0] * inner if of_positions else to_each[-1] - own
            distance[head] += by_distance(shared, FARTHEST)
            amino_acids[head] += to_each[:-1] @ letters - np.diag(own @ letters)
            above = np.divmod(np.flatnonzero(one > ARC), width)
            arcs[head] += share[above].sum(dtype=float)
            for name, (having, known_of) in (properties or {}).items():
                there = known_of[at, at][above]
                told[name][head] += share[above] @ there
                hits[name][head] += share[above] @ (having[at, at][above] & there)

        return read_head

    at_once = few_heads(max(stop - start for start, stop in spans))
    for (start, stop), share in zip(spans, shares(size, spans), strict=True):
        each_head(model, sequence[start:stop], window(start, stop, share), at_once)
    mean /= all_heads
    for read_by, values, what in ((of_pairs, features, "pairs"), (of_positions, received, "residues")):
        if read_by and np.isnan(values).any():
            raise PipelineError(f"pipeline {read_by.pipeline!r} leaves {what} without a value")
    total = distance.sum(axis=1, keepdims=True)
    return Reading(
        top=np.stack([merged(parts, size) for parts in best]),
        features=features,
        received=received / np.maximum(queries, 1),
        distance=distance / np.where(total > 0, total, 1),
        amino_acids=amino_acids,
        amino_pairs=amino_pairs,
        arcs=arcs,
        told=told,
        hits=hits,
        mean=mean,
    )


def each_head(
    model: ProteinModel, sequence: str, read_head: Callable[[int, np.ndarray], None], heads_at_once: int
) -> None:
    """Call `read_head` with the number of each head, among layers × heads, and its map."""
    heads = count()

    def add(_layer: int, attention: np.ndarray) -> None:
        for one in attention:
            read_head(next(heads), one)

    stream(model, sequence, add, heads_at_once=heads_at_once)


def merged(parts: list[tuple[np.ndarray, np.ndarray]], size: int) -> np.ndarray:
    """The best pairs of several windows together, best first, (k, 2); a pair of two windows counts once."""
    numbers, values = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(-values, kind="stable")
    _, first = np.unique(numbers[order], return_index=True)
    kept = numbers[order][np.sort(first)][:size]
    return np.stack(np.divmod(kept, size), axis=1)
