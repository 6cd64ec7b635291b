"""What a verdict was held against, in words; and what needs no model and has the higher figure."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from regard.core.evidence import JUDGED, SEEN, SUPPORTED
from regard.studies.protein import contact_scores, sites
from regard.studies.protein.factored import FACTORED

FREE = {*contact_scores.FREE, *sites.FREE}  # methods that need no model
QUESTION = ["item", "annotation", "metric"]


def plain(baseline: str) -> str:
    """The `baseline` of a row of evidence for a reader: which amino acids they are, not which places."""
    return baseline.replace("residues", "residue types")


def beyond(judged: pd.DataFrame) -> str:
    """What comparisons that hold up go beyond. judged : rows that verdicts are on.

    Scores that need no model join the bar of what reads the model, and not that of attention trained on an alignment.
    """
    rows = judged[judged.verdict.isin(JUDGED)]
    bars = dict.fromkeys(
        plain(row.baseline) + ("" if row.method == FACTORED else ", with all that is marked “needs no model”")
        for row in rows.itertuples()
    )
    return f"moved labels, random weights, and {'; or '.join(bars)}"


def outdone(judged: pd.DataFrame, evidence: pd.DataFrame) -> Iterator[str]:
    """A sentence for each question with a supported score where the best row that needs no model is higher by itself.

    judged : rows that verdicts are on. evidence : all rows.
    """
    free = evidence[evidence.method.isin(FREE) & ~evidence.reason.astype(str).str.startswith(SEEN)]
    yes = judged[judged.verdict == SUPPORTED]
    for _, part in yes.groupby(QUESTION, sort=False):
        asked, best = part.iloc[0], part.value.max()
        same = free[(free[QUESTION] == asked[QUESTION]).all(axis=1)]
        if len(same) and same.value.max() > best:
            row = same.loc[same.value.idxmax()]
            yield (
                f"{row.method[:1].upper()}{row.method[1:]}, which needs no model, does better by itself at "
                f"{asked.annotation}: {row.value:.3f} against {best:.3f}"
            )
