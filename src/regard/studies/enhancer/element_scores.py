"""Scores of elements in a model's window about a transcription start: one locus, or every gene of a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from regard.annotate.bed import inside
from regard.attribute.contributions import attention_by, from_tss, gradient_by_bin, over_window, shuffled_elements
from regard.errors import InputError
from regard.models.genomic import GenomicModel
from regard.studies.enhancer.targets import TargetWindow

GRADIENT, ATTENTION, SHUFFLED = "gradient × input", "attention", "shuffling"
SHORT = 5_000  # bases of a window up to which stretches of it are shuffled one after the other, and random weights read
BASES = 32_768  # of the windows that are read together


def reading_of(model: GenomicModel, pipeline: str | None) -> str:
    """How attention becomes one value a bin, by default that of the TSS; "" for a model without attention.

    Raises InputError where a pipeline was asked for and there is no attention.
    """
    if model.attend is None:
        if pipeline:
            raise InputError(f"--pipeline {pipeline!r}: {model.name} has no attention to read")
        return ""
    return pipeline or f"{from_tss(model)} | received | mean(layer, head)"


def without_attention(model: GenomicModel) -> list[str]:
    """What is to be said of a model that has none."""
    return [] if model.attend else [f"{model.name} has no attention: gradient × input and shuffling stand alone"]


def tokens_of(placed: Sequence[TargetWindow]) -> Tensor:
    """Letters of windows, int, shape (windows, length)."""
    return torch.from_numpy(np.stack([one.codes for one in placed])).long()


def tracks_of(model: GenomicModel, placed: Sequence[TargetWindow], pipeline: str) -> list[dict[str, np.ndarray]]:
    """Gradient × input and, with a pipeline, attention of every window, (bins,) each in the order of the chromosome."""
    tokens, batch = tokens_of(placed), together(model)
    found = {GRADIENT: gradient_by_bin(model, tokens, batch=batch)}
    if pipeline:
        (found[ATTENTION],) = attention_by(model, tokens, [pipeline], batch=batch)
    return [{name: one.along(values[i]) for name, values in found.items()} for i, one in enumerate(placed)]


def together(model: GenomicModel) -> int:
    """How many windows are read at once."""
    return max(1, min(8, BASES // model.length))


def element_scores(
    model: GenomicModel,
    one: TargetWindow,
    tracks: dict[str, np.ndarray],
    candidates: pd.DataFrame,
    shuffles: int,
    seed: int,
    advance: Callable[[int], object],
) -> pd.DataFrame:
    """The elements in a window, in the order of the chromosome, with their distance and a score of each method."""
    table = whole(inside(candidates, one.region), one)
    table = table.sort_values(["start", "end"]).reset_index(drop=True)[["chrom", "start", "end", "name"]].copy()
    starts, ends = table.start.to_numpy(), table.end.to_numpy()
    table["distance"] = np.abs((starts + ends) // 2 - one.target.position)
    for method in (name for name in (GRADIENT, ATTENTION) if name in tracks):
        at, to = starts - one.region.start, ends - one.region.start  # tracks are in the order of the chromosome
        table[method] = over_window(tracks[method], at, to, model.bin, widest=model.widest)
    if shuffles and len(table):
        spans = list(zip(*one.bases(starts, ends), strict=True))
        batch = 1 if model.length > SHORT else 8
        change = shuffled_elements(
            model, tokens_of([one])[0], spans, repeats=shuffles, seed=seed, batch=batch, advance=advance
        )
        table[SHUFFLED] = -change
    return table


def whole(table: pd.DataFrame, one: TargetWindow) -> pd.DataFrame:
    """The elements that lie in the window with all their bases, of which one at least is a letter."""
    first, there = one.region.start, np.append(0, np.cumsum(one.along(one.codes < 4)))
    within = table.loc[(table.start >= first) & (table.end <= one.region.end)]
    start, end = within.start.to_numpy() - first, within.end.to_numpy() - first
    return within.loc[there[end] > there[start]]
