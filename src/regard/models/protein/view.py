"""Every head of a model in one protein, as a reader looks at it: small maps, diagonals, rows of some residues."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from regard.models.protein.model import ProteinModel, few_heads
from regard.models.protein.reading import each_head
from regard.models.protein.windows import shares, spans_of, unseen

FARTHEST = 12  # residues between the two of a pair whose diagonals are kept
Each = Callable[[int, slice, np.ndarray, np.ndarray], object]


@dataclass(frozen=True)
class View:
    """What is kept of the heads of a model in one protein; heads are layers × heads, layer by layer.

    small : float32, (heads, side, side), row = query: means of blocks of the maps, NaN where no window holds a pair.
    diagonals : float32, (heads, FARTHEST, L): attention between residues i and i + k, mean of both directions, at row
        k − 1; NaN beyond the end.
    to, by : float32, (sites, heads, L): attention of the residues of a site, mean over them, to each residue; and of
        each residue to them.
    whole : float32, (L, L), of each head that was asked for, by its number.
    """

    small: np.ndarray
    diagonals: np.ndarray
    to: np.ndarray
    by: np.ndarray
    whole: dict[int, np.ndarray]


def view(
    model: ProteinModel,
    sequence: str,
    *,
    side: int,
    sites: Sequence[Sequence[int]] = (),
    heads: Sequence[int] = (),
    each: Each = lambda head, at, one, share: None,
) -> View:
    """Read a protein once.

    Parameters
    ----------
    side : rows and columns of a small map; at most as many as residues are made.
    sites : 0-based residues to look from, those of a site together. heads : numbers, among layers × heads, of maps
        kept in full.
    each : called with the number of each head, the stretch read, the map (window, window), and how much the window
        counts at each of its pairs.
    """
    size, spans, count = len(sequence), spans_of(model, len(sequence)), model.layers * model.heads
    side = min(side, size)
    block = np.arange(size) * side // size
    pool = (block == np.arange(side)[:, None]).astype(np.float32)  # (side, L)
    pool /= pool.sum(axis=1, keepdims=True)
    own = np.zeros((len(sites), size), dtype=np.float32)  # which residues are a site's
    for number, places in enumerate(sites):
        own[number, list(places)] = 1
    found = View(
        np.zeros((count, side, side), dtype=np.float32),
        np.full((count, FARTHEST, size), np.nan, dtype=np.float32),
        *np.zeros((2, len(sites), count, size), dtype=np.float32),
        {head: unseen(size, spans) for head in heads},
    )
    for k in range(1, min(FARTHEST, size - 1) + 1):
        found.diagonals[:, k - 1, : size - k] = 0
    held, seen = np.zeros((side, side), dtype=np.float32), np.zeros_like(own)  # how much of each windows hold

    for (start, stop), share in zip(spans, shares(size, spans), strict=True):
        at, one_window = slice(start, stop), len(spans) == 1
        part, mine = pool[:, at], own[:, at]
        held += part @ share @ part.T
        seen[:, at] += mine @ share

        def read_head(
            head: int, one: np.ndarray, at=at, start=start, share=share, part=part, mine=mine, one_window=one_window
        ) -> None:
            each(head, at, one, share)
            shared = one if one_window else one * share
            found.small[head] += part @ shared @ part.T
            for k in range(1, min(FARTHEST, len(one) - 1) + 1):
                both = (np.diagonal(shared, k) + np.diagonal(shared, -k)) / 2
                found.diagonals[head, k - 1, start : start + len(both)] += both
            found.to[:, head, at] += mine @ shared
            found.by[:, head, at] += mine @ shared.T
            if head in found.whole:
                found.whole[head][at, at] += shared

        each_head(model, sequence[at], read_head, few_heads(stop - start))
    with np.errstate(invalid="ignore", divide="ignore"):
        return View(
            found.small / held, found.diagonals, found.to / seen[:, None], found.by / seen[:, None], found.whole
        )
