"""What a ranking of element–gene pairs found."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from regard.annotate.crispr import CrisprPairs
from regard.annotate.prediction_columns import Column

ABC_THRESHOLD = 0.02  # of Fulco et al. 2019
NEAREST, NEAREST_EXPRESSED, WITHIN = "nearest gene", "nearest expressed gene", "within 100 kb"
PLACES = (NEAREST, NEAREST_EXPRESSED, WITHIN)  # of genes, and nothing else
BASELINES = ("distance", *PLACES)
ALL = "all distances"
CONTACT = "activity × contact"
MEASURED = ("ABC", CONTACT)


@dataclass(frozen=True)
class Result:
    """Everything the report tells.

    scores : one array a method, shape (pairs,), bigger is likelier; a pair that a method says nothing of has its least
        score less 1. unscored : of how many pairs each method says nothing.
    between : the difference in AUPRC of any two methods, as `judge.between` gives it.
    columns : how each score that comes from a file was read.
    unread : `line` and `reason` of rows that cannot be read, by the name of the file of predictions.
    elements : what a model said of every element, laid out as `elements.tsv` of `locus`; None without a model.
    distance_bins : which of `bins` are of distance.
    datasets : the methods in each data set and pooled, as `judge.by_data_set` gives them; None of one data set.
    called : bool, shape (pairs,): ABC at its threshold or above; None without ABC.
    """

    pairs: CrisprPairs
    scores: dict[str, np.ndarray]
    unscored: dict[str, int]
    bins: dict[str, np.ndarray]
    called: np.ndarray | None
    evidence: pd.DataFrame
    remarks: list[str]
    between: pd.DataFrame = field(default_factory=pd.DataFrame)
    columns: dict[str, Column] = field(default_factory=dict)
    unread: dict[str, pd.DataFrame] = field(default_factory=dict)
    elements: pd.DataFrame | None = None
    distance_bins: tuple[str, ...] = ()
    datasets: pd.DataFrame | None = None

    @property
    def kinds(self) -> dict[str, str]:
        """Each method as baseline, measured (from signals) or model."""

        def kind(name: str) -> str:
            of = self.columns[name].name if name in self.columns else name
            return "baseline" if name in BASELINES else "measured" if of in MEASURED else "model"

        return {name: kind(name) for name in self.scores}
