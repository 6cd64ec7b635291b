"""Long proteins: windows that overlap, and attention stitched from them without ever holding all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from regard.core.pairs import symmetric_apc
from regard.errors import InputError
from regard.models.protein.model import ProteinModel, stream


@dataclass(frozen=True)
class Tile:
    """Attention of one layer in one window.

    start, stop : the window, 0-based half-open. attention : float32, (heads, query, key) of the window.
    share : float32, (query, key): how much this window counts at each pair. Shares of all windows that
    hold a pair sum to 1; a pair counts most in the window in whose middle it lies.
    """

    layer: int
    start: int
    stop: int
    attention: np.ndarray
    share: np.ndarray


def windows(length: int, size: int, overlap: int) -> list[tuple[int, int]]:
    """Windows of `size` residues, each sharing at least `overlap` with the next; one if the protein fits.

    All are of one size: the last begins earlier rather than being short.
    """
    if not 0 <= overlap < size:
        raise InputError(f"windows of {size} residues cannot overlap by {overlap}; choose 0 to {size - 1}")
    if length <= size:
        return [(0, length)]
    count = -(-(length - overlap) // (size - overlap))
    starts = np.linspace(0, length - size, count).round().astype(int)
    return [(int(start), int(start) + size) for start in starts]


def spans_of(model: ProteinModel, length: int, size: int | None = None, overlap: int | None = None):
    """The windows that a protein of this length is read in; half of a window overlaps if not told otherwise."""
    size = min(size or model.longest, model.longest)
    return windows(length, size, size // 2 if overlap is None else overlap)


def seams(spans: list[tuple[int, int]]) -> list[int]:
    """Positions where one window ends or the next begins, without the two ends of the protein."""
    return sorted({start for start, _ in spans[1:]} | {stop for _, stop in spans[:-1]})


def prominence(width: int) -> np.ndarray:
    """How far inside its window a residue lies, (width,): 1 at the edge, rising to the middle."""
    return np.minimum(np.arange(1, width + 1), np.arange(width, 0, -1)).astype(np.float32)


def tiles(model: ProteinModel, sequence: str, each: Callable[[Tile], None], spans=None) -> None:
    """Read a protein window by window and hand over its attention, a layer at a time."""
    spans = spans or spans_of(model, len(sequence))
    total = np.zeros((len(sequence), len(sequence)), dtype=np.float32)
    for start, stop in spans:
        inside = prominence(stop - start)
        total[start:stop, start:stop] += np.minimum(inside[:, None], inside)
    for start, stop in spans:
        inside = prominence(stop - start)
        share = np.minimum(inside[:, None], inside) / total[start:stop, start:stop]

        def pass_on(layer: int, attention: np.ndarray, start=start, stop=stop, share=share) -> None:
            each(Tile(layer, start, stop, attention, share))

        stream(model, sequence[start:stop], pass_on)


def mean_map(model: ProteinModel, sequence: str, spans=None) -> np.ndarray:
    """Attention averaged over all layers and heads, float32, (query, key); NaN for pairs that no window holds."""
    spans = spans or spans_of(model, len(sequence))
    out = unseen(len(sequence), spans)

    def add(tile: Tile) -> None:
        part = tile.attention.mean(axis=0) * tile.share / model.layers
        out[tile.start : tile.stop, tile.start : tile.stop] += part

    tiles(model, sequence, add, spans)
    return out


def combined_maps(
    model: ProteinModel, sequence: str, weights: Mapping[str, np.ndarray], spans=None
) -> dict[str, np.ndarray]:
    """Weighted sums over heads of symmetrised, product-corrected attention, one (L, L) map a name.

    weights : shape (layers × heads,) each. The correction is made in each window, then windows are stitched.
    """
    spans = spans or spans_of(model, len(sequence))
    out = {name: unseen(len(sequence), spans) for name in weights}

    def add(tile: Tile) -> None:
        inside = slice(tile.layer * model.heads, (tile.layer + 1) * model.heads)
        wanted = {name: one[inside] for name, one in weights.items() if np.any(one[inside])}
        if not wanted:
            return
        corrected = symmetric_apc(tile.attention)
        at = slice(tile.start, tile.stop)
        for name, one in wanted.items():
            out[name][at, at] += np.tensordot(one.astype(np.float32), corrected, 1) * tile.share

    tiles(model, sequence, add, spans)
    return out


def unseen(length: int, spans: list[tuple[int, int]]) -> np.ndarray:
    """NaN everywhere but at pairs that some window holds, where it is 0; float32, (L, L)."""
    out = np.full((length, length), np.nan, dtype=np.float32)
    for start, stop in spans:
        out[start:stop, start:stop] = 0
    return out
