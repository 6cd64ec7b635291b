"""Distance patterns: does attention between i and i + k know of helices and strands?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from regard.judge.segments import PEAKS, Pattern, segment_pattern
from regard.plot.offsets import by_offset
from regard.report.kept import kept
from regard.report.page import Note, Section
from regard.studies.protein.result import Result

NAMES = {"H": "helix", "E": "strand"}
LEVEL = 0.01
CAVEAT = (
    "No verdict: moved segments say that attention knows where helices and strands lie, not that it knows more than "
    "which amino acids like to be there. The head shown beside the mean was picked by its look; its p is corrected for "
    "all heads, and it is not tested on other proteins."
)


def pattern_section(result: Result, diagonals: Mapping[str, np.ndarray], folder: Path) -> list[Section]:
    """A section where secondary structure is known of some protein; a row a head in `secondary.tsv`.

    diagonals : (heads, offsets, L) of each protein, as a view keeps them.
    """
    known = [p for p in result.proteins if p.id in diagonals and p.secondary and set(p.secondary) & set(NAMES)]
    found: dict[str, tuple[Pattern, Pattern]] = {}
    for kind in NAMES if known else ():
        of_heads = [diagonals[p.id] for p in known]
        letters = [p.secondary or "" for p in known]
        each = segment_pattern(of_heads, letters, kind, seed=result.seed)
        mean = segment_pattern([one.mean(axis=0, keepdims=True) for one in of_heads], letters, kind, seed=result.seed)
        if each is not None and mean is not None:
            found[kind] = mean, each
    if not found:
        return []
    table = pd.concat([rows_of(kind, *both, result.model.heads) for kind, both in found.items()], ignore_index=True)
    table.to_csv(folder / "secondary.tsv", sep="\t", index=False, float_format="%.5g")
    panels = {}
    for kind, (mean, each) in found.items():
        best = int(each.ratio[:, PEAKS[kind] - 1].argmax())
        lines = [("mean of all heads", mean.ratio[0]), (f"head {label(best, result.model.heads)}", each.ratio[best])]
        panels[f"{NAMES[kind]}, i + {PEAKS[kind]} dotted"] = lines, mean.usual[:, 0], PEAKS[kind]
    picture = by_offset(panels, f"{len(known)} {'proteins' if len(known) > 1 else 'protein'}: attention by distance")
    text = [words(kind, *both, result.model.heads) for kind, both in found.items()]
    caption = (
        "Mean attention (both directions) between residues of one helix or strand, over that of all pairs as far "
        "apart. Grey: the same segments moved along their proteins, for the mean of heads."
    )
    shown = kept(picture, folder, "secondary", caption)
    return [Section("Distance and secondary structure", [*text, shown, Note(CAVEAT)])]


def label(number: int, heads: int) -> str:
    return f"{number // heads + 1}.{number % heads + 1}"


def words(kind: str, mean: Pattern, each: Pattern, heads: int) -> str:
    """What the mean of heads, and how many heads by themselves, show at the peak."""
    peak, offset = PEAKS[kind] - 1, PEAKS[kind]
    passing = int((each.corrected <= LEVEL).sum())
    best = int(each.ratio[:, peak].argmax())
    return (
        f"{NAMES[kind].capitalize()} ({mean.pairs:,} pairs {offset} apart): attention between i and i + {offset} of "
        f"one {NAMES[kind]} is {mean.ratio[0, peak]:.2f} times that of all pairs {offset} apart, mean of all heads "
        f"({mean.usual[0, 0, peak]:.2f} for moved segments; p {mean.p[0]:.3g}). By themselves {passing} of "
        f"{len(each.p)} heads are above moved segments (p, corrected for all heads, at most {LEVEL}); the highest is "
        f"head {label(best, heads)}, {each.ratio[best, peak]:.2f} times (corrected p {each.corrected[best]:.3g})."
    )


def rows_of(kind: str, mean: Pattern, each: Pattern, heads: int) -> pd.DataFrame:
    """A row for the mean of heads (`all`) and for each head: the ratio at each offset, p of the peak."""
    names = ["all", *(label(k, heads) for k in range(len(each.p)))]
    ratio = np.vstack([mean.ratio, each.ratio])
    return pd.DataFrame({
        "segments": NAMES[kind], "head": names, "offset": PEAKS[kind], "pairs": each.pairs,
        "p": [*mean.p, *each.p], "p_corrected": [*mean.corrected, *each.corrected],
        **{f"at_{k + 1}": ratio[:, k] for k in range(ratio.shape[1])},
    })  # fmt: skip
