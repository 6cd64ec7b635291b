"""What a run of the DNA study found."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd
import xarray as xr

from regard.core.evidence import stacked
from regard.core.maps import AttentionMaps
from regard.core.scores import PositionScores
from regard.judge.among_best import AmongBest
from regard.studies.dna.answers import Answer, answer_rows
from regard.studies.dna.initiation import CrossCheck
from regard.studies.dna.subject import Subject
from regard.studies.tasks import Task


@dataclass
class Result:
    """Everything the report tells."""

    subject: Subject  # the model that was asked
    negatives: str
    source: str
    predictions: pd.DataFrame
    sequences: pd.DataFrame  # by id
    examples: pd.DataFrame
    maps: AttentionMaps
    scores: list[PositionScores]
    heads: dict[str, PositionScores]
    groups: dict[str, list[str]]
    entropy: dict[str, PositionScores]
    evidence: pd.DataFrame
    check: CrossCheck
    tracks: xr.Dataset | None
    answers: list[Answer]
    mutated: pd.DataFrame  # evidence of mutagenesis on a subset
    remarks: list[str] = field(default_factory=list)
    tss: int | None = None  # of the class asked about, where it is known without being stated
    initiation: pd.DataFrame = field(default_factory=pd.DataFrame)  # a row a shown sequence, see `initiation_rows`
    labelled: bool = True
    attended: list[AmongBest] = field(default_factory=list)  # by the mean of heads, of each motif

    @property
    def task(self) -> Task:
        return self.subject.task

    @property
    def compared(self) -> pd.DataFrame:
        """All that was compared with something, as evidence.tsv has it and page and last line count it."""
        return stacked([self.evidence, self.mutated, *answer_rows(self.answers)])
