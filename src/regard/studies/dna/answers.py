"""What the questions of the DNA study are asked of, and what an answer is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from regard.core.evidence import CANNOT_TELL, NOT_SUPPORTED, RANDOM, SUPPORTED, evidence
from regard.core.scores import PositionScores
from regard.judge.classes import FEWEST_A_CLASS
from regard.models.initiation.strength import Reading
from regard.studies.dna.initiation import CrossCheck
from regard.studies.tasks import Task

LOOKS = 8  # tables of whole sequences that a report may judge: each is corrected for all of them


@dataclass
class Answer:
    """One plain sentence, the figure, the rows of evidence, and what it does not mean.

    biology : what the numbers would mean in a cell, in two sentences; empty where nothing can be said.
    asked : whether the question belongs to what is handed in, or only to the appendix.
    """

    question: str
    sentence: str
    figure: Figure | None = None
    rows: pd.DataFrame = field(default_factory=lambda: evidence([]))
    caveat: str = ""
    name: str = ""  # of the figure's file
    biology: str = ""
    asked: bool = True


@dataclass
class Many:
    """Scores of many sequences of each class.

    Attributes
    ----------
    rows : sequences by id, `tss` where given.
    groups : ids of each class, the class asked about first and the background last.
    labelled : are classes labels, or only predictions?
    received, entropy, distance : scores of each head, and their mean, of every sequence in `groups`.
    unit : what distances count.
    twins : the same three of models with random weights.
    tss : index of the TSS in the class asked about, where it is known without being stated in `rows`.
    probability : of the class asked about, by id; None without a classifier.
    fold : whether `received` is a log2, so that differences are ratios.
    """

    task: Task
    rows: pd.DataFrame
    groups: dict[str, list[str]]
    labelled: bool
    received: dict[str, PositionScores]
    entropy: dict[str, PositionScores]
    distance: dict[str, PositionScores]
    check: CrossCheck
    readings: dict[str, Reading]
    seed: int
    unit: str = "bp"  # of distances: bases, or a model's tokens
    twins: list[list[dict[str, PositionScores]]] = field(default_factory=list)
    tss: int | None = None
    probability: pd.Series | None = None
    fold: bool = True

    @property
    def heads(self) -> list[str]:
        return [name for name in self.received if name.startswith("block")]

    @property
    def ids(self) -> list[str]:
        return [i for ids in self.groups.values() for i in ids]

    def cannot(self, *classes: str) -> str:
        """Why classes cannot be compared here, in one sentence; empty where they can."""
        if len(self.task.classes) < 2:
            return "This cannot be answered: there is one kind of sequence, and nothing to compare it with."
        if not self.labelled:
            return "This cannot be answered: the input has no labels, and predictions are made of the same model."
        missing = [c for c in classes if c not in self.groups]
        if missing:
            return f"This cannot be answered: no sequence is labelled {missing[0]}."
        return ""

    def too_few(self, *classes: str) -> bool:
        """Whether a class has fewer sequences than any verdict on classes takes."""
        return min(len(self.groups.get(c, ())) for c in classes) < FEWEST_A_CLASS

    def gc(self, ids: list[str]) -> np.ndarray:
        """Share of G and C of each sequence."""
        sequences = self.rows.sequence.loc[ids]
        return (sequences.str.count("[GC]") / sequences.str.len()).to_numpy(float)

    def sequences(self, ids: list[str]) -> list[str]:
        return self.rows.sequence.loc[ids].tolist()

    def of_twins(self, measure: Callable[[list[dict[str, PositionScores]]], list[np.ndarray]]) -> list[np.ndarray]:
        """For each random twin the numbers that `measure` makes of its three scores, (sequences, numbers)."""
        return [np.stack(measure(one), axis=1) for one in self.twins]

    def strength(self, ids: list[str]) -> np.ndarray:
        return np.array([self.readings[i].strength for i in ids])


def answer_rows(answers: list[Answer]) -> list[pd.DataFrame]:
    """What answers add to the evidence table; the comparisons with motifs are there already."""
    new = [one for one in answers if len(one.rows) and one.name != "motifs"]
    return [one.rows.assign(study="dna", item=one.question) for one in new]


def per_sequence(scores: PositionScores, ids: list[str]) -> np.ndarray:
    """Mean over positions of each sequence, shape (sequences,)."""
    value = dict(zip(scores.ids, scores.values, strict=True))
    return np.array([np.nanmean(value[i]) for i in ids])


def few(*groups: list[str]) -> str:
    """A half sentence for when a class has too few sequences to judge by."""
    smallest = min(map(len, groups))
    return f" (only {smallest} sequences in the smaller class; {FEWEST_A_CLASS} are the least to judge by)" * (
        smallest < FEWEST_A_CLASS
    )


def sentence_of(parts: list[str]) -> str:
    """Parts of a sentence, joined and started with a capital."""
    text = "; ".join(parts)
    return text[:1].upper() + text[1:]


def interval(row: pd.Series) -> str:
    """`0.62 [0.55, 0.69]`, for sentences."""
    if row.get("metric") == "auroc" and not 0 <= row.ci_low <= row.ci_high <= 1:
        return f"{row.value:.2f}, too few for an interval"
    return f"{row.value:.2f} [{row.ci_low:.2f}, {row.ci_high:.2f}]"


def compared(row: pd.Series, what: str, first: str, second: str) -> str:
    """Which class has more of something, from an evidence row with an AUROC."""
    side = f"{'higher' if row.value > 0.5 else 'lower'} in {first} than in {second} sequences"
    if row.verdict == SUPPORTED:
        return f"{what} is {side}"
    if row.verdict == NOT_SUPPORTED:
        return f"{what} does not differ between {first} and {second} sequences beyond {why_not(row)}"
    if row.verdict == CANNOT_TELL:
        return f"{what} is {side} as it stands, and whether beyond composition {CANNOT_TELL}"
    return f"there are too few sequences to tell whether {what} differs between {first} and {second}"


def why_not(row: pd.Series) -> str:
    """What a difference did not go beyond, in a few words."""
    return f"what {RANDOM} show" if row.reason.startswith(RANDOM) else f"{row.baseline} and chance"
