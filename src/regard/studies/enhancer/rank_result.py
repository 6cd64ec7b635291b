"""What a ranking of element–gene pairs found."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from regard.annotate.crispr import CrisprPairs

ABC_THRESHOLD = 0.02  # of Fulco et al. 2019
ALL = "all distances"
MEASURED = ("ABC", "activity × contact")


@dataclass(frozen=True)
class Result:
    """Everything the report tells.

    scores : one array a method, shape (pairs,), bigger is likelier; a pair that a method says nothing of has its least
        score less 1. unscored : of how many pairs each method says nothing.
    unread : `line` and `reason` of rows that cannot be read, by the name of the file of predictions.
    called : bool, shape (pairs,): ABC at its threshold or above; None without ABC.
    """

    pairs: CrisprPairs
    scores: dict[str, np.ndarray]
    unscored: dict[str, int]
    bins: dict[str, np.ndarray]
    called: np.ndarray | None
    evidence: pd.DataFrame
    remarks: list[str]
    unread: dict[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def kinds(self) -> dict[str, str]:
        """Each method as baseline, measured (from signals) or model."""
        return {n: "baseline" if n == "distance" else "measured" if n in MEASURED else "model" for n in self.scores}
