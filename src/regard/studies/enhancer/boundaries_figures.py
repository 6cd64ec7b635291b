"""The figures of the study of TAD boundaries."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from regard.core.evidence import SUPPORTED
from regard.judge.boundaries import SAYS, SIDE, UNIT
from regard.plot.boundaries import both_scores, difference, every_head, profiles
from regard.reduce.insulation import offsets_of
from regard.report.kept import kept
from regard.report.page import Figure
from regard.studies.enhancer.boundaries_result import Result
from regard.studies.enhancer.boundaries_words import (
    grids,
)


def profile_lines(result: Result) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Title, and the profiles of boundaries and matched loci: all heads, and the head whose block and dip are most."""
    both = result.boundary.profile, result.control.profile
    lines = [("mean of all heads", *(one.mean(axis=(0, 1)) for one in both))]
    for name in ("block", "dip"):
        values = grids(result, "value")[name]
        layer, head = np.unravel_index(np.argmin(values), values.shape)
        lines.append((f"layer {layer + 1}, head {head + 1} (strongest {name})", *(one[layer, head] for one in both)))
    return lines


def figures(result: Result, folder: Path) -> dict[str, Figure]:
    """Every figure of the page by the stem of its file, drawn and written."""
    change = result.boundary.map - result.control.map
    maps = [("mean of all layers and heads", change.mean(axis=(0, 1)))]
    for name, values in grids(result, "value").items():
        layer, head = np.unravel_index(np.argmax(SIDE[name] * values), values.shape)
        maps.append((f"layer {layer + 1}, head {head + 1} (strongest {name})", change[layer, head]))
    title, model_bins = f"{result.model.name}, {len(result.pairs)} boundaries", result.model.bins
    supported = {name: words == SUPPORTED for name, words in grids(result, "verdict").items()}
    named = {f"{name}: {SAYS[name]}": values for name, values in grids(result, "value").items()}
    stripes = {f"{name}: {SAYS[name]}": supported[name] for name in SIDE}
    levels = [{name: r.scores[name].mean(axis=(1, 2)) for name in SIDE} for r in (result.boundary, result.control)]
    drawn = [
        (
            "difference",
            difference(maps, result.model.length, title),
            "Mean attention about boundaries minus that about matched loci. Row: query; column: key. A stripe at 0 is "
            "attention to the boundary; blue blocks beside the middle are less attention across it.",
        ),
        (
            "heads",
            every_head(named, stripes, {key: UNIT[name] for name, key in zip(SIDE, named, strict=True)}, title),
            "All scores in every layer and head; a dot: supported. Stripes are expected above 0, the others below.",
        ),
        (
            "profile",
            profiles(profile_lines(result), offsets_of(model_bins) * result.model.bin, title),
            "Share of attention that crosses each place along the windows, mean over boundaries and over matched loci; "
            "half is as much as stays on a side. The boundary's own bins are left out, so that attention to it counts "
            "on neither side.",
        ),
        ("pairs", both_scores(*levels, SAYS, UNIT, title), "Each boundary and its matched locus, mean of all heads."),
    ]
    return {stem: kept(picture, folder, stem, caption, result.evidence) for stem, picture, caption in drawn}
