"""Does attention between residues i and i + k know of helices and strands? Mean attention inside, beside moved ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from regard.core.stretches import stretches

PEAKS = {"H": 4, "E": 2}  # the turn of an α-helix ends at i + 4; in a strand every second residue is on the same side
DRAWS = 999


@dataclass(frozen=True)
class Pattern:
    """Attention by offset inside segments of a kind, over that of all pairs at the same offset.

    ratio : (heads, offsets), from offset 1 on; 1 as everywhere. usual : the same of segments that were moved, its
    median and its 95th percentile, (2, heads, offsets). p : (heads,): of the peak by itself. corrected : (heads,): of
    the peak among all heads. pairs : at the peak, inside segments.
    """

    ratio: np.ndarray
    usual: np.ndarray
    p: np.ndarray
    corrected: np.ndarray
    pairs: int


def segments(secondary: str, kind: str) -> list[tuple[int, int]]:
    """Stretches of a letter, 0-based half-open.

    >>> segments("-HHH-EE-HH", "H")
    [(1, 4), (8, 10)]
    """
    return stretches(np.array([c == kind for c in secondary], dtype=bool))


def moved(lengths: Sequence[int], size: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Segments of the same lengths elsewhere: in random order, what lies between them shared out at random."""
    order = rng.permutation(len(lengths))
    free = size - sum(lengths)
    gaps = np.diff([0, *np.sort(rng.integers(0, free + 1, len(lengths))), free])
    found, at = [], 0
    for gap, number in zip(gaps, order, strict=False):
        at += int(gap)
        found.append((at, at + lengths[number]))
        at += lengths[number]
    return found


def numbered(places: Sequence[tuple[int, int]], size: int) -> np.ndarray:
    """Which segment each residue is of, from 1; 0 for none, int, (size,)."""
    found = np.zeros(size, dtype=np.int32)
    for number, (start, stop) in enumerate(places, 1):
        found[start:stop] = number
    return found


def inside(number: np.ndarray, offset: int) -> np.ndarray:
    """Bool, as `number`, (…, size): residues i such that i and i + offset are of one segment."""
    found = np.zeros(number.shape, dtype=bool)
    found[..., :-offset] = (number[..., :-offset] > 0) & (number[..., :-offset] == number[..., offset:])
    return found


def segment_pattern(
    diagonals: Sequence[np.ndarray], secondary: Sequence[str], kind: str, *, draws: int = DRAWS, seed: int = 0
) -> Pattern | None:
    """How attention inside segments of a kind differs from that of all pairs at the same offset.

    Segments of each protein are moved along it, in random order: so their lengths, and how attention falls off with
    distance, are kept. The largest standardised peak of all heads corrects for their number (Westfall & Young 1993).

    Parameters
    ----------
    diagonals : of each protein (heads, offsets, L), attention between i and i + k at offset k − 1, NaN where there is
        none. secondary : a letter a residue. kind : H or E.

    Returns
    -------
    None where no protein has a pair at the peak's offset inside a segment.
    """
    rng, offsets = np.random.default_rng(seed), diagonals[0].shape[1]
    total = np.zeros((draws + 1, *diagonals[0].shape[:2]))  # what stands there first, then moved segments
    count = np.zeros((draws + 1, offsets))
    everywhere, pairs = np.zeros(diagonals[0].shape[:2]), np.zeros(offsets)
    for values, letters in zip(diagonals, secondary, strict=True):
        own, size = segments(letters, kind), len(letters)
        lengths = [stop - start for start, stop in own]
        placed = np.stack([numbered(some, size) for some in (own, *(moved(lengths, size, rng) for _ in range(draws)))])
        for k in range(1, offsets + 1):
            one = values[:, k - 1]
            there = ~np.isnan(one).any(axis=0)
            held = np.where(there, one, 0)
            masks = inside(placed, k) & there  # (draws + 1, L)
            total[:, :, k - 1] += masks.astype(np.float32) @ held.T
            count[:, k - 1] += masks.sum(axis=1)
            everywhere[:, k - 1] += held.sum(axis=1)
            pairs[k - 1] += there.sum()
    peak = PEAKS[kind] - 1
    if not count[0, peak]:
        return None
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = total / count[:, None] / (everywhere / pairs)
    usual = np.quantile(ratio[1:], [0.5, 0.95], axis=0)
    at_peak = np.nan_to_num(ratio[:, :, peak], nan=1.0)  # (draws + 1, heads)
    spread = at_peak[1:].std(axis=0)
    z = (at_peak - at_peak[1:].mean(axis=0)) / np.where(spread > 0, spread, np.inf)
    above = (at_peak[1:] >= at_peak[0] * (1 - 1e-9)).sum(axis=0)
    largest = (z[1:].max(axis=1)[:, None] >= z[0]).sum(axis=0)
    return Pattern(ratio[0], usual, (above + 1) / (draws + 1), (largest + 1) / (draws + 1), int(count[0, peak]))
