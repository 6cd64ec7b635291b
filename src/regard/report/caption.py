"""What every caption says of evidence: how many, against which null, with which verdict; from the rows themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from regard.core.evidence import VERDICTS

UNJUDGED = "No verdict is on it."
MOST = 3  # comparisons that are named; of more, their number
ONE = ["item", "method", "annotation"]  # what makes a comparison; its metrics share one verdict


def judged(rows: pd.DataFrame | None) -> str:
    """n, null and verdict of what a figure shows, a sentence each; that there is none where nothing was judged.

    rows : of evidence, as `core.evidence.COLUMNS`, those that the figure shows.

    Examples
    --------
    >>> from regard.core.evidence import evidence
    >>> row = {"item": "x", "annotation": "gold", "n": 90, "positives": 9, "null": "random networks"}
    >>> judged(evidence([row | {"method": "a", "verdict": "supported"}]))
    'n = 90, 9 known. Null: random networks. Verdict: supported (a).'
    >>> judged(None)
    'No verdict is on it.'
    """
    if rows is None or rows.empty:
        return UNJUDGED
    first = rows.drop_duplicates(ONE)
    nulls = list(dict.fromkeys(str(one) for one in first["null"].dropna() if one))
    null = f" Null: {', '.join(nulls)}." if nulls else " No null was drawn."
    return f"{sizes(first)}.{null} Verdict: {'; '.join(verdicts(first))}."


def sizes(rows: pd.DataFrame) -> str:
    """`n = 90, 9 known`, or from the least to the most; empty counts are left out."""
    known = pd.to_numeric(rows["positives"]).dropna()
    text = f"n = {between(pd.to_numeric(rows['n']).dropna())}"
    return f"{text}, {between(known)} known" if len(known) else text


def between(counts: pd.Series) -> str:
    low, high = (int(counts.min()), int(counts.max())) if len(counts) else (0, 0)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def verdicts(rows: pd.DataFrame) -> Iterator[str]:
    """Each verdict that was given and what it is on: by name, or of how many."""
    several = [name for name in ("annotation", "item") if rows[name].nunique() > 1]
    for word in VERDICTS:
        some = rows[rows["verdict"] == word]
        named = [", ".join([str(row["method"]), *(str(row[name]) for name in several)]) for _, row in some.iterrows()]
        if len(some):
            yield f"{word} ({'; '.join(named) if len(named) <= MOST else f'{len(named)} of {len(rows)}'})"
