"""From figures to one of four words, by rules that anybody can read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regard.core.evidence import CANNOT_TELL, NOT_SUPPORTED, RANDOM, SUPPORTED, TOO_FEW
from regard.judge.engine import LEVEL

FEWEST_GROUPS = 8
FEWEST_POSITIVES = 20
FEWEST_EDGES = 10
ALL_KNOWN = 0.98  # share of the labels' variance; where no more is left there is nothing that scores could add


@dataclass(frozen=True)
class Words:
    """How a kind of question speaks, and how many positives are the least to judge by.

    moves : what moved labels are called. nuisance : what needs no model. units : what groups are.
    """

    moves: str
    nuisance: str
    units: str
    fewest: int = FEWEST_POSITIVES


@dataclass(frozen=True)
class Case:
    """One method held against one annotation.

    positives, groups : labelled items, and groups that have any. lacks : what is missing for a verdict, in words.
    z, limit, bound : found, asked by the corrected p, and what one more random model would reach (NaN: needs none).
    p : corrected. known, placed : shares of the labels' variance that what needs no model tells, by prediction and
    exactly. possible : whether the labels themselves would pass. adds, low, high : lead over what needs no model.
    towards : the sign that a lead must have; −1 for a difference that is found negative.
    """

    positives: int
    groups: int
    lacks: str
    z: float
    limit: float
    bound: float
    p: float
    known: float
    placed: float
    possible: bool
    adds: float
    low: float
    high: float
    words: Words
    towards: float = 1.0


def decide(case: Case) -> tuple[str, str]:
    """Verdict and reason; the first test that fails is the reason.

    Supported means all of: enough labels in enough groups; a figure beyond what moved labels give, corrected for all
    that was looked at; beyond what the best of one more random model would reach; and a lead on what needs no model.
    """
    words = case.words
    if case.positives < words.fewest or case.groups < FEWEST_GROUPS:
        return TOO_FEW, (
            f"{case.positives} positives in {case.groups} {words.units}; {words.fewest} in {FEWEST_GROUPS} are the "
            "least to judge by"
        )
    if case.lacks:
        return CANNOT_TELL, f"needs {case.lacks}"
    if case.placed >= ALL_KNOWN or case.known >= ALL_KNOWN:
        return CANNOT_TELL, f"{words.nuisance} tell these labels by themselves: nothing is left for scores to add"
    if not case.possible:
        bar = words.moves if not case.bound > case.limit else f"{RANDOM} (up to z = {case.bound:.1f})"
        return CANNOT_TELL, f"the labels themselves, taken as scores, would not pass: {bar} give as much"
    if not case.p <= LEVEL:
        return NOT_SUPPORTED, (
            f"{words.moves} agree as well beyond {words.nuisance} (z = {case.z:.1f}, {case.limit:.1f} is asked; "
            f"corrected p = {case.p:.2g})"
        )
    if case.z <= case.bound:
        return NOT_SUPPORTED, f"{RANDOM} reach as much (z = {case.z:.1f}, theirs up to {case.bound:.1f})"
    lead = lead_in_words(case.adds, case.low, case.high)
    if not case.adds * case.towards > 0:
        return NOT_SUPPORTED, f"adds nothing to {words.nuisance}: {lead}"
    beyond = "" if np.isnan(case.bound) else f" and {RANDOM} ({case.bound:.1f})"
    return SUPPORTED, (
        f"beyond {words.moves}{beyond}: z = {case.z:.1f}, corrected p = {case.p:.2g}; adds {lead} to {words.nuisance}"
    )


def lead_in_words(adds: float, low: float, high: float) -> str:
    places = "+.3f" if abs(adds) >= 0.01 else "+.2g"  # differences of attention can be small
    return f"{adds:{places}} [{low:{places}}, {high:{places}}]"
