"""Where the transcription start stands when the input does not say it."""

from __future__ import annotations

import numpy as np
import pandas as pd

LENGTH, AT = 300, 249  # EPDnew promoters from −249 to +50, as public promoter tables hold them
ENOUGH = 20  # promoters from which the letters at the start can be seen


def usual_tss(rows: pd.DataFrame, promoters: list[str]) -> tuple[int | None, str]:
    """The index of the TSS in a table of the usual kind, and what to say of it; None and "" for any other.

    rows : sequences by id. promoters : ids of those that are promoters, all of them 300 bases long in such a table.
    With 20 of them or more, a start (pyrimidine, then purine) must be commoner there than anywhere else.
    """
    stated = "tss" in rows and rows.tss.notna().any()
    sequences = rows.sequence.loc[promoters]
    if stated or not len(promoters) or (sequences.str.len() != LENGTH).any():
        return None, ""
    said = (
        f"the input states no TSS; promoters of {LENGTH} bases are usually −{AT} to +{LENGTH - AT - 1}, so that "
        "figures "
        f"mark index {AT}"
    )
    if len(promoters) < ENOUGH:
        return AT, f"{said} (too few promoters here to check it by their letters)"
    letters = np.array([list(s) for s in sequences])
    starts = np.isin(letters[:, :-1], ["C", "T"]) & np.isin(letters[:, 1:], ["A", "G"])
    share = starts.mean(axis=0)
    if share.argmax() + 1 != AT:
        return None, ""
    return AT, f"{said} (a pyrimidine and a purine stand there in {share.max():.0%} of them, more than anywhere else)"
