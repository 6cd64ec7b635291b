"""The spike at the transcription start, if there is one, in words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from regard.core.evidence import SUPPORTED
from regard.studies.dna.answers import interval

AROUND = 2  # bases to each side of the TSS that are it
WIDE = 10  # bases to each side that are its surroundings
TALL = 5.0  # robust standard deviations of all bases that make a spike


def spike_words(
    values: Mapping[str, np.ndarray], bases: pd.DataFrame, near: pd.DataFrame, tss: int | None, *, fold: bool
) -> str:
    """Whether attention stands out at the TSS, from attention that single bases receive.

    values : mean of heads, (sequences, length), of the class asked about and of the background. bases : the row of
    evidence of each base. near : rows of evidence of each head's bases about the TSS. fold : values are log2.
    """
    (first, own), (last, other) = values.items()
    difference = own.mean(axis=0) - other.mean(axis=0)
    if tss is None:
        top = int(np.abs(difference).argmax())
        row = bases.iloc[top]
        tail = f"AUROC {interval(row)}" if row.verdict == SUPPORTED else "not beyond chance, letters and random weights"
        return (
            f"The single base that differs most is {top} ({sized(difference[top], fold)} in {first} sequences; {tail})."
        )
    low = max(tss - AROUND, 0)
    at = low + int(np.abs(difference[low : tss + AROUND + 1]).argmax())
    height = difference[at]
    rank = 1 + int((np.abs(np.delete(difference, at)) > abs(height)).sum())
    spread = 1.4826 * np.median(np.abs(difference - np.median(difference)))
    where = f"the TSS (base {tss})" if at == tss else f"the TSS (base {tss}; most at base {at})"
    if abs(height - np.median(difference)) < TALL * spread or rank > 2 * AROUND + 1:
        return (
            f"No spike at {where}: in the mean of heads it is {sized(height, fold)} in {first} as against {last} "
            f"sequences, the {ordinal(rank)} largest difference of {len(difference)} bases."
        )
    beyond = near[(near.verdict == SUPPORTED)]
    heads = sorted({m.split(", ")[1] for m in beyond.method})
    single = bases.iloc[at]
    if single.verdict == SUPPORTED:
        held = f"supported (AUROC {interval(single)})"
    elif single.verdict == "too few labels":
        held = "as it stands; too few sequences for a verdict"
    else:
        held = f"as it stands, for {single.reason}"
    by = f"; single heads that show it beyond chance: {', '.join(heads)}" if heads else ""
    return (
        f"The spike is {where}: in the mean of heads it receives {sized(height, fold)} in {first} as against {last} "
        f"sequences, {abs(height - np.median(difference)) / max(spread, 1e-9):.0f} robust standard deviations from the "
        f"other bases; {held}{by}."
    )


def sized(difference: float, fold: bool) -> str:
    """`2.1 times as much` of a log2, else the difference as it is."""
    return f"{2**difference:.1f} times as much" if fold else f"{difference:+.2g} attention"


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `13th`."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
