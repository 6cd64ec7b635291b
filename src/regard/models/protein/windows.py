"""Long proteins: windows that overlap, and attention stitched from them without ever holding all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from regard.errors import InputError, PipelineError
from regard.models.protein.model import ProteinModel, few_heads, stream
from regard.reduce.stream import Streamed

CONTACTS = "symmetrise | apc"  # how a head is read for pairs, if nothing else is asked


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


def shares(length: int, spans: list[tuple[int, int]]) -> list[np.ndarray]:
    """How much each window counts at each of its pairs, float32, (query, key).

    Shares of all windows that hold a pair sum to 1; a pair counts most in the window in whose middle it lies.
    """
    total = np.zeros((length, length), dtype=np.float32)
    inside = [prominence(stop - start) for start, stop in spans]
    for (start, stop), one in zip(spans, inside, strict=True):
        total[start:stop, start:stop] += np.minimum(one[:, None], one)
    return [
        np.minimum(one[:, None], one) / total[start:stop, start:stop]
        for (start, stop), one in zip(spans, inside, strict=True)
    ]


def stitched(
    model: ProteinModel,
    sequence: str,
    pipelines: Sequence[str],
    spans: list[tuple[int, int]] | None = None,
    *,
    weights: Mapping[str, np.ndarray] | None = None,
) -> list[np.ndarray]:
    """What pipelines leave of a protein: maps of pairs, (L, L), or positions, (L,); NaN for pairs that no window holds.

    The protein is read once. Each pipeline runs in each window, then its windows are stitched. weights : vectors for
    ``weights(name)``, shape (layers × heads,).
    """
    spans = spans or spans_of(model, len(sequence))
    if len(spans) == 1:
        return window_maps(model, sequence, pipelines, weights)
    total = np.zeros(len(sequence))
    for start, stop in spans:
        total[start:stop] += prominence(stop - start)
    out: list[np.ndarray] = []
    for (start, stop), share in zip(spans, shares(len(sequence), spans), strict=True):
        found, at = window_maps(model, sequence[start:stop], pipelines, weights), slice(start, stop)
        out = out or [unseen(len(sequence), spans) if one.ndim == 2 else np.zeros(len(sequence)) for one in found]
        for whole, one in zip(out, found, strict=True):
            if one.ndim == 2:
                whole[at, at] += one * share
            else:
                whole[at] += one * prominence(stop - start) / total[at]
    return out


def window_maps(
    model: ProteinModel, sequence: str, pipelines: Sequence[str], weights: Mapping[str, np.ndarray] | None
) -> list[np.ndarray]:
    """What pipelines leave of a sequence that is read at once."""
    parts = [Streamed(one, layers=model.layers, heads=model.heads, weights=weights) for one in pipelines]

    def add(layer: int, attention: np.ndarray) -> None:
        for part in parts:
            part.add(layer, attention)

    stream(model, sequence, add, heads_at_once=few_heads(len(sequence)))
    found = [part.scores() for part in parts]
    for pipeline, scores in zip(pipelines, found, strict=True):
        if isinstance(scores, dict):
            raise PipelineError(f"pipeline {pipeline!r} leaves every head by itself; one score is stitched of windows")
    return [scores.values[0] for scores in found if not isinstance(scores, dict)]


def mean_map(model: ProteinModel, sequence: str, spans=None) -> np.ndarray:
    """Attention averaged over all layers and heads, float32, (query, key); NaN for pairs that no window holds."""
    return stitched(model, sequence, ["mean(layer, head)"], spans)[0]


def combined_maps(
    model: ProteinModel, sequence: str, weights: Mapping[str, np.ndarray], spans=None, *, steps: str = CONTACTS
) -> dict[str, np.ndarray]:
    """Weighted sums over heads of symmetrised, product-corrected attention, one (L, L) map a name.

    weights : shape (layers × heads,) each. steps : what is done in each head and window, before windows are stitched.
    """
    pipelines = [f"{steps} | weights({number})" for number in range(len(weights))]  # a name may hold brackets
    vectors = {str(number): one for number, one in enumerate(weights.values())}
    return dict(zip(weights, stitched(model, sequence, pipelines, spans, weights=vectors), strict=True))


def unseen(length: int, spans: list[tuple[int, int]]) -> np.ndarray:
    """NaN everywhere but at pairs that some window holds, where it is 0; float32, (L, L)."""
    out = np.full((length, length), np.nan, dtype=np.float32)
    for start, stop in spans:
        out[start:stop, start:stop] = 0
    return out
