"""Each sequence that is shown, in plain words."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from regard.annotate.motifs import MOTIFS, find

STRETCH = 10  # bases of the stretch that receives most
RUN = 10  # of one base, from which it is said
ISLAND = (0.5, 0.6)  # GC share and observed over expected CpG of a CpG island (Gardiner-Garden & Frommer 1987)


def described(sequence: str, received: np.ndarray, tss: int | None, initiation: pd.Series | None, counts: bool) -> str:
    """Composition, core-promoter words, where attention falls most, and predicted initiation, in a few sentences.

    received : attention of each base, mean of heads, (length,). initiation : its row of `initiation_rows`, if any.
    """
    parts = [composition(sequence), words_in(sequence, tss), stretch(received, tss)]
    if initiation is not None:
        level = f"{initiation.level} initiation" if counts else "its highest initiation"
        level = "hardly any initiation" if initiation.level == "none" else level
        side = "this strand" if initiation.strand == "+" else "the other strand"
        parts.append(
            f"the initiation model predicts {level} ({initiation.height:.2f}, base {initiation.peak}, {side}), to "
            "which "
            f"{initiation.motif[:-1]} at {initiation.motif_at} adds most"
        )
    return "; ".join(parts) + "."


def composition(sequence: str) -> str:
    """GC share, CpG and runs."""
    length = len(sequence)
    gc = sum(sequence.count(x) for x in "GC") / length
    cpg, c, g = sequence.count("CG"), sequence.count("C"), sequence.count("G")
    ratio = cpg * length / (c * g) if c * g else 0.0
    island = ", as in a CpG island" if gc > ISLAND[0] and ratio > ISLAND[1] else ""
    said = f"{gc:.0%} G and C, {cpg} CpG ({ratio:.2f} of expected{island})"
    runs = [m for m in re.finditer(r"(A+|C+|G+|T+)", sequence) if m.end() - m.start() >= RUN]
    if runs:
        longest = max(runs, key=lambda m: m.end() - m.start())
        said += f", a run of {longest.end() - longest.start()} {sequence[longest.start()]} at {longest.start()}"
    return said


def words_in(sequence: str, tss: int | None) -> str:
    """The core-promoter words in it and where, from the TSS where that is known."""
    said = []
    for motif in MOTIFS:
        if motif.name == "CpG":
            continue
        covered = find(motif.word, sequence, stranded=motif.stranded)
        starts = np.flatnonzero(covered & ~np.concatenate([[False], covered[:-1]]))
        if not len(starts):
            continue
        nearest = starts if tss is None else starts[np.argsort(np.abs(starts - tss), kind="stable")]
        at = nearest[0] if tss is None else f"{nearest[0] - tss:+d}".replace("-", "−")
        more = f" and {len(starts) - 1} more" if len(starts) > 1 else ""
        said.append(f"{motif.name} at {at}{more}")
    where = "" if tss is None else " (bases from the TSS)"
    return f"{', '.join(said)}{where}" if said else "no core-promoter word"


def stretch(received: np.ndarray, tss: int | None) -> str:
    """The stretch that receives most attention, mean of heads."""
    mean = np.convolve(np.nan_to_num(received, nan=float(np.nanmean(received))), np.ones(STRETCH) / STRETCH, "valid")
    start = int(mean.argmax())
    near = tss is not None and start - STRETCH <= tss < start + 2 * STRETCH
    return f"most attended: bases {start}-{start + STRETCH - 1}" + (", at the TSS" if near else "")
