"""What the public verb is given, checked at the door; an error names what is wrong and both sides of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from regard.errors import InputError
from regard.judge.groups import NUCLEOTIDES

MOSTLY = 0.9  # share of A, C, G, T, U and N from which letters are bases; residues never reach it
HUGE = 1e100  # sums of squares of bigger scores overflow


def listed(one_or_several) -> list:
    return [one_or_several] if hasattr(one_or_several, "ids") else list(one_or_several)


def same_places(one, known, ids: list[str], shapes: list[tuple]) -> None:
    """Raise InputError where scores or annotations are not of the same samples and shapes."""
    if one.ids != ids:
        raise InputError(
            f"{one.name} has {len(one)} samples ({', '.join(one.ids[:3])} …), {known.name} {len(ids)} "
            f"({', '.join(ids[:3])} …); they must be the same, in the same order"
        )
    for i, value, shape in zip(ids, one.values, shapes, strict=True):
        if np.shape(value) != shape:
            if getattr(one, "places", None) is not None:
                raise InputError(
                    f"sample {i!r}: {one.name} stands on {len(value)} tokens, {known.name} on {shape[0]} {one.unit}s; "
                    f'lay it on them first: scores.on("{one.unit}")'
                )
            raise InputError(f"sample {i!r}: {one.name} has shape {np.shape(value)}, {known.name} {shape}")


def finite(one) -> None:
    """Raise InputError where scores are no numbers, or infinite. NaN is a place without a score."""
    for i, value in zip(one.ids, one.values, strict=True):
        kind = np.asarray(value).dtype
        if kind.kind not in "biuf":
            raise InputError(f"sample {i!r}: the scores of {one.name} are no real numbers ({kind})")
        if (np.abs(np.asarray(value, dtype=float)) > HUGE).any():
            raise InputError(f"sample {i!r}: {one.name} has a score that is infinite, or beyond {HUGE:g} in size")


def yes_or_no(one) -> None:
    """Raise InputError where an annotation has other values than true and false."""
    for i, value in zip(one.ids, one.values, strict=True):
        if not np.isin(np.asarray(value), [False, True]).all():
            raise InputError(f"sample {i!r}: {one.name} has values other than true and false (0 and 1)")


def distinct(several: Sequence, what: str) -> None:
    """Raise InputError where there are none, or two share a name."""
    names = [one.name for one in several]
    if not names:
        raise InputError(f"no {what} are given: nothing can be compared")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"several {what} are called {', '.join(map(repr, twice))}: rows could not be told apart")


def fits(sequences: Sequence[str], ids: list[str], shapes: list[tuple]) -> None:
    """Raise InputError where sequences are not as many, or not as long, as the samples."""
    if len(sequences) != len(ids):
        raise InputError(f"{len(sequences)} sequences for {len(ids)} samples")
    for i, sequence, shape in zip(ids, sequences, shapes, strict=True):
        if not sequence:
            raise InputError(f"sample {i!r}: an empty sequence; leave it out of scores and annotations as well")
        if {len(sequence)} != set(shape):
            raise InputError(
                f"sample {i!r}: a sequence of {len(sequence)} letters for {' × '.join(map(str, shape))} places"
            )


def letters(sequences: Sequence[str]) -> list[str]:
    """Sequences in capitals; of bases U as T, and IUPAC codes of several bases as N."""
    upper = [s.upper() for s in sequences]
    every = "".join(upper)
    if sum(every.count(c) for c in NUCLEOTIDES) < MOSTLY * len(every):
        return upper
    to = {ord(c): "N" for c in set(every) - NUCLEOTIDES} | {ord("U"): "T"}
    return [s.translate(to) for s in upper]


def given_features(features: Sequence[np.ndarray], ids: list[str], shapes: list[tuple]) -> list[np.ndarray]:
    """Features of each sample, float, (*shape, k)."""
    if len(features) != len(ids):
        raise InputError(f"features of {len(features)} samples for {len(ids)}")
    out = []
    for i, one, shape in zip(ids, features, shapes, strict=True):
        value = np.asarray(one, dtype=float)
        if value.shape[: len(shape)] != shape:
            raise InputError(f"sample {i!r}: features of shape {value.shape} for places of shape {shape}")
        if not np.isfinite(value).all():
            raise InputError(f"sample {i!r}: its features have NaN or infinite values")
        out.append(value.reshape(*shape, -1))
    return out
