"""Attention maps as small images in the page, a byte a cell, to be chosen, pointed into and laid beside each other."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from regard.core.stretches import stretches
from regard.plot.style import CONTRAST
from regard.report.build import filled
from regard.report.page import Block
from regard.report.vectors import deflated

LOW, STEPS = -6, 12  # log2 of the least that is told apart, times even attention; levels for each doubling above it
COLOURED = 6  # doublings to each side of even attention that have colours of their own
PRECISION = 2 ** (0.5 / STEPS) - 1  # how far a value that is read from a level may be off, as a share of it
SCRIPTS, STYLES = ["maps_draw.js", "maps_read.js", "maps.js"], ["maps.css"]  # that a page with a block of maps needs


@dataclass(frozen=True)
class Shown:
    """A sequence whose maps are shown.

    Attributes
    ----------
    id, about : its name, and a word on what it is. letters : of its positions, (L,).
    small : uint8, (heads, side, side), row = query, layer by layer, as `levels` gives them: every head.
    full : the same of some heads in finer cells, by their number; at layers × heads + layers the mean of all heads.
    tracks : (L,) by name, NaN where there is no value. marks : bool, (L,), by name.
    tss : the position that others are told from; None where there is none.
    even : attention that is shared out evenly, where that is not among all positions, nor causal.
    """

    id: str
    about: str
    letters: Sequence[str]
    small: np.ndarray
    full: Mapping[int, np.ndarray] = field(default_factory=dict)
    tracks: Mapping[str, np.ndarray] = field(default_factory=dict)
    marks: Mapping[str, np.ndarray] = field(default_factory=dict)
    tss: int | None = None
    even: float | None = None


def even_causal(length: int) -> np.ndarray:
    """Attention that each query shares out evenly up to itself, (L, L), row = query; NaN for what it does not see.

    Examples
    --------
    >>> even_causal(2).tolist()
    [[1.0, nan], [0.5, 0.5]]
    """
    rank = np.arange(length)
    return np.where(rank[:, None] >= rank, 1 / (rank[:, None] + 1.0), np.nan)


def pooled(values: np.ndarray, side: int) -> np.ndarray:
    """Means of blocks of maps, (…, side, side); position p lies in block p × side // L. NaN counts nowhere.

    values : (…, L, L), L at least `side`.

    Examples
    --------
    >>> pooled(np.array([[1.0, 3.0], [5.0, np.nan]]), 1).tolist()
    [[3.0]]
    """
    length = values.shape[-1]
    if side == length:
        return values
    part = (np.arange(length) * side // length == np.arange(side)[:, None]).astype(float)
    there = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        return part @ np.where(there, values, 0) @ part.T / (part @ there @ part.T)


def levels(attention: np.ndarray, even: np.ndarray | float) -> np.ndarray:
    """Attention over even attention on a scale of logarithms, uint8: 1 for 2^LOW and less, 0 for NaN.

    Examples
    --------
    >>> levels(np.array([0.25, 0.5, 0.0, np.nan]), 0.25).tolist()
    [73, 85, 1, 0]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.rint(STEPS * (np.log2(attention / even) - LOW)) + 1
    return np.where(np.isnan(steps), 0, np.clip(steps, 1, 255)).astype(np.uint8)


def in_blocks(attention: np.ndarray, even: np.ndarray | float, side: int) -> np.ndarray:
    """Levels of maps in blocks: mean attention of a block over mean even attention, uint8, (…, side, side).

    attention : (…, L, L), row = query. even : one number, or (L, L); where it is NaN nothing is looked at.
    """
    there = np.broadcast_to(even, attention.shape[-2:])
    return levels(pooled(np.where(np.isnan(there), np.nan, attention), side), pooled(there, side))


def packed(image: np.ndarray) -> str:
    """Bytes of an array, deflated (RFC 1950) and in base64: a third more than 8 bits a cell at the very most."""
    return deflated(np.ascontiguousarray(image).tobytes())


def side_for(maps: int, length: int, characters: int, *, causal: bool = False, most: int = 96) -> int:
    """The most rows of a map, so that so many maps take at most so many characters in the page; at least 8.

    A cell takes 4/3 of a character, were nothing of it to be deflated; the empty half of a causal map takes little.
    """
    cells = characters * 0.745 / maps * (1.85 if causal else 1)
    return int(min(length, np.clip(np.sqrt(cells), 8, most)))


def finest(attention: np.ndarray, even: np.ndarray | float, characters: float) -> np.ndarray | None:
    """The levels of one map in the finest cells, of one position or of 2 or 4 together, that so many characters hold.

    attention, even : (L, L), row = query, or one number. None where not even the coarsest fits.
    """
    for together in (1, 2, 4):
        image = in_blocks(attention, even, -(-len(attention) // together))
        if len(packed(image)) <= characters:
            return image
    return None


def in_room(
    maps: Iterable[tuple[int, np.ndarray]], even: np.ndarray | float, characters: int, *, finer: int
) -> dict[int, np.ndarray]:
    """Maps by their numbers, in their order, each as fine as three quarters of the characters that are left allow.

    finer : rows of the small maps; what would not be finer than these is left out.
    """
    found, left = {}, characters
    for number, attention in maps:
        image = finest(attention, even, 0.75 * left)
        if image is not None and len(image) > finer:
            found[number] = image
            left -= len(packed(image))
    return found


def maps_block(
    shown: Sequence[Shown],
    layers: int,
    *,
    named: Mapping[int, str],
    causal: bool,
    unit: str,
    layer: str = "layer",
    first: int = 1,
    beside: bool = False,
) -> Block:
    """The viewer: all heads to choose from, one in full, above what is known along the sequence.

    Parameters
    ----------
    named : numbers of heads that the page speaks of, and what it says of each; the first of them is shown first.
    unit : what a position is, such as "base". layer : what the model's layers are called. first : the number of the
        first position. beside : whether the second sequence stands beside the first from the start.
    """
    colours = CONTRAST(np.clip((np.arange(-1, 255) / STEPS + LOW) / (2 * COLOURED) + 0.5, 0, 1))[:, :3]
    colours[0] = CONTRAST.get_bad()[:3]
    told = {
        "layers": layers, "heads": len(shown[0].small) // layers, "causal": causal, "unit": unit, "layer": layer,
        "first": first, "beside": beside,
        "low": LOW, "steps": STEPS, "coloured": COLOURED, "named": dict(named),
        "start": next(iter(named), None),
        "colours": base64.b64encode((colours * 255).round().astype(np.uint8).tobytes()).decode(),
        "shown": [as_told(one) for one in shown],
    }  # fmt: skip
    return Block(filled("maps.html", told=told, precision=PRECISION))


def as_told(one: Shown) -> dict:
    """One sequence as lists, words and packed images."""
    return {
        "id": one.id,
        "about": one.about,
        "letters": list(one.letters),
        "tss": one.tss,
        "even": one.even or 1 / len(one.letters),
        "side": one.small.shape[-1],
        "small": packed(one.small),
        "full": {number: [len(image), packed(image)] for number, image in one.full.items()},
        "tracks": [
            [name, [float(f"{v:.3g}") if np.isfinite(v) else None for v in values]]
            for name, values in one.tracks.items()
        ],
        "marks": [[name, stretches(labels)] for name, labels in one.marks.items() if labels.any()],
    }
