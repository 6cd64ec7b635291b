"""How much each stretch of a window counts for what a model says of its TSS: gradient, attention, shuffling."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from regard.attribute.gradient import gradient_x_input
from regard.attribute.shuffle import dinucleotide_shuffle
from regard.core.scores import PositionScores
from regard.errors import InputError, PipelineError
from regard.models.genomic import Each, GenomicModel
from regard.reduce.stream import Streamed


def gradient_by_bin(model: GenomicModel, tokens: Tensor, *, batch: int = 1) -> np.ndarray:
    """Absolute gradient × input of the output at the TSS, mean over each bin, shape (windows, bins).

    tokens : int, shape (windows, length). The absolute value is taken of a base's sum over nucleotides, before the
        mean over the bin's bases (Avsec et al. 2021, Methods).
    """
    parts = [gradient_x_input(model.output, some.long()) for some in tokens.split(batch)]
    return np.concatenate(parts).reshape(len(tokens), model.bins, model.bin).mean(axis=2)


def from_tss(model: GenomicModel) -> str:
    """The step that leaves the queries at the TSS alone, such as ``from(249:300)``."""
    starts = [q for q in model.queries if q - 1 not in model.queries]
    stops = [q + 1 for q in model.queries if q + 1 not in model.queries]
    return f"from({', '.join(f'{a}:{b}' for a, b in zip(starts, stops, strict=True))})"


def attention_from_tss(model: GenomicModel, tokens: Tensor, *, batch: int = 1) -> np.ndarray:
    """Attention of the TSS bins (queries) to each bin, mean over layers, heads and those queries, (windows, bins).

    In a causal model the bins that a query cannot see count as 0.
    """
    return attention_by(model, tokens, [f"{from_tss(model)} | received | mean(layer, head)"], batch=batch)[0]


def attention_by(model: GenomicModel, tokens: Tensor, pipelines: Sequence[str], *, batch: int = 1) -> list[np.ndarray]:
    """What each pipeline leaves of every bin, shape (windows, bins) each; windows are read once, layer by layer.

    Raises
    ------
    PipelineError
        A pipeline that cannot be read, or does not leave one value a bin.
    """
    attend = attention_in(model)
    layers, heads = (model.layers, model.heads) if model.layers else counted(attend, tokens[:1])

    def begin() -> list[Streamed]:
        return [Streamed(one, layers=layers, heads=heads) for one in pipelines]

    out: list[list[np.ndarray]] = []
    for some in tokens.split(batch):
        streams = [begin() for _ in some]

        def add(layer: int, attention: Tensor, streams=streams) -> None:
            for of_window, maps in zip(streams, attention.cpu().numpy(), strict=True):
                for stream in of_window:
                    stream.add(layer, maps)

        attend(some, add)
        out += [[one_a_bin(stream, model.bins) for stream in of_window] for of_window in streams]
    return [np.stack(of_pipeline) for of_pipeline in zip(*out, strict=True)]


def one_a_bin(stream: Streamed, bins: int) -> np.ndarray:
    scores = stream.scores()
    if not isinstance(scores, PositionScores) or scores.values[0].shape != (bins,) or np.isnan(scores.values[0]).any():
        raise PipelineError(
            f"pipeline {stream.pipeline!r} does not leave one value for each of the {bins} bins; end with received and "
            "mean(layer, head), for instance"
        )
    return scores.values[0].astype(float)


def attention_in(model: GenomicModel) -> Callable[[Tensor, Each], None]:
    """What hands over a model's attention. Raises InputError where it has none."""
    if model.attend is None:
        raise InputError(f"{model.name} has no attention to read")
    return model.attend


def counted(attend: Callable[[Tensor, Each], None], tokens: Tensor) -> tuple[int, int]:
    """How many layers and heads come of one pass."""
    heads: list[int] = []
    attend(tokens, lambda _layer, attention: heads.append(attention.shape[1]))
    return len(heads), heads[0]


@torch.no_grad()
def shuffled_elements(
    model: GenomicModel,
    tokens: Tensor,
    elements: Sequence[tuple[int, int]],
    *,
    repeats: int = 3,
    batch: int = 8,
    seed: int = 0,
    advance: Callable[[int], object] = lambda done: None,
) -> np.ndarray:
    """Change of the output when a stretch of one window is shuffled, its dinucleotides kept.

    Parameters
    ----------
    tokens : int, shape (length,), one window.
    elements : first base and base behind the last of each stretch; what lies outside the window is left out.
    repeats : shuffles of each stretch, over which the mean is taken.
    seed : shuffles of a stretch follow from it and the stretch alone, whatever others are asked about.

    Returns
    -------
    shape (elements,): shuffled − original, so that what drives the output comes out negative; NaN for a stretch that
    lies outside.
    """
    codes = tokens.numpy().astype(np.uint8)
    original = float(model.output(rows(codes[None]))[0])
    change = np.full(len(elements), np.nan)
    todo, changed = [], []

    def run() -> None:
        values = model.output(rows(np.stack(changed))).numpy() - original
        for place, value in zip(todo, values, strict=True):
            change[place] = np.nan_to_num(change[place]) + value / repeats
        advance(len(todo))
        todo.clear()
        changed.clear()

    for place, (start, end) in enumerate(elements):
        start, end = max(start, 0), min(end, model.length)
        rng = np.random.default_rng([seed, start, max(end, 0)])
        for _ in range(repeats if start < end else 0):
            mutant = codes.copy()
            mutant[start:end] = dinucleotide_shuffle(codes[start:end], rng)
            todo.append(place)
            changed.append(mutant)
            if len(todo) == batch:
                run()
    if todo:
        run()
    return change


def rows(codes: np.ndarray) -> Tensor:
    """One-hot rows, shape (batch, length, 5)."""
    return torch.nn.functional.one_hot(torch.from_numpy(codes).long(), 5).float()


def over_window(values: np.ndarray, starts: np.ndarray, ends: np.ndarray, size: int, *, widest: int = 0) -> np.ndarray:
    """The mean of values of bins over the bases of each stretch, shape (stretches,); NaN where it is outside.

    values : shape (bins,), of `size` bases each, from base 0. A stretch shorter than `widest` bases is widened to
        that about its middle.
    """
    middle, half = (starts + ends) / 2, np.maximum(ends - starts, widest) / 2
    before = np.concatenate([[0], np.cumsum(values)]) * size  # sum over bases up to each edge of bins
    edges = np.arange(len(values) + 1) * size
    a, b = np.clip(middle - half, 0, edges[-1]), np.clip(middle + half, 0, edges[-1])
    sums = np.interp(b, edges, before) - np.interp(a, edges, before)
    overlap = np.minimum(ends, edges[-1]) > np.maximum(starts, 0)
    return np.where(overlap, sums / np.maximum(b - a, 1e-9), np.nan)
