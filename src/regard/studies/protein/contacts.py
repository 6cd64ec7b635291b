"""Does attention show contacts? Every reading of it beside every baseline, heads chosen on other proteins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from regard.attribute.protein import symmetric
from regard.core.evidence import SEEN, TOO_FEW, evidence, stacked
from regard.core.scores import PairScores
from regard.judge.heads import Choice, leave_one_out
from regard.judge.measures import PRECISIONS
from regard.studies.protein.contact_scores import (
    FREE,
    FROM_FILE,
    GRADIENT,
    Scores,
    attention_scores,
    baseline_scores,
)
from regard.studies.protein.inputs import Protein
from regard.studies.protein.learned import Learned, learned_for
from regard.studies.protein.questions import RANGES, about_contacts, answered
from regard.studies.protein.readings import Readings

METRICS = (*PRECISIONS, "auprc")  # the first is the one that the report's verdicts are on


@dataclass(frozen=True)
class Contacts:
    """What the study found of contacts: scores of every method, the choices of heads, evidence.

    learned : what comes with Regard and was used, or None. refused : for each protein that it was learned on, why it
    is not scored with it. each : the evidence's figures protein by protein.
    """

    proteins: list[Protein]  # those with a structure
    scores: dict[str, PairScores]
    choices: dict[str, Choice]
    evidence: pd.DataFrame
    remarks: list[str]
    learned: Learned | None
    refused: dict[str, str]
    each: list[pd.DataFrame]


def study_contacts(
    read: Readings,
    proteins: Sequence[Protein],
    twins: Sequence[Sequence[PairScores]],
    *,
    gradients: Mapping[str, np.ndarray],
    item: str,
    looks: int = 1,
    seed: int = 0,
    advance: Callable[[int], object] = lambda done: None,
) -> Contacts:
    """Score the contacts of all proteins that have a structure, and judge them.

    Whatever is learned here is learned on proteins of other groups only. What comes with Regard (`learned_for`) is
    used where it saw none of the proteins; else its rows say so and hold no figure.

    twins : what `of_twin` gives of models with random weights; attention only, as gradients would cost more than all
    else. looks : how many questions the whole report asks, see `answered`.
    """
    known = [p for p in proteins if p.id in read.known]
    ids = [p.id for p in known]
    used, refused = usable(read.model.name, known)
    choices = leave_one_out([read.known[i] for i in ids], seed=seed)
    scores = attention_scores(read, known, choices, used, advance) | baseline_scores(known, used)
    if any(i in gradients for i in ids):
        scores[GRADIENT] = {i: symmetric(gradients[i]) for i in ids if i in gradients}
    complete = together(ids, scores)
    remarks = [
        f"{name} is left out: nothing to learn it from for {', '.join([i for i in ids if i not in values][:3])}"
        for name, values in scores.items()
        if name not in complete
    ]
    each: list[pd.DataFrame] = []
    table = judge(known, complete, twins, item=item, looks=looks, seed=seed, each=each)
    if refused:
        table = stacked([table, unscored(item, "; ".join(refused.values()))])
    remarks += remarks_of(known, choices, used, refused)
    return Contacts(known, complete, choices, table, remarks, used, refused, each)


def of_twin(
    twin: Readings, proteins: Sequence[Protein], seed: int = 0, advance: Callable[[int], object] = lambda done: None
) -> list[PairScores]:
    """Every reading of attention of a model with random weights, heads chosen among its own."""
    known = [p for p in proteins if p.id in twin.known]
    ids = [p.id for p in known]
    choices = leave_one_out([twin.known[i] for i in ids], seed=seed)
    used, _ = usable(twin.model.name, known)
    return list(together(ids, attention_scores(twin, known, choices, used, advance)).values())


def usable(model: str, known: Sequence[Protein]) -> tuple[Learned | None, dict[str, str]]:
    """What comes with Regard, where it saw none of the proteins; and for each that it saw, why it is not used."""
    learned = learned_for(model, known)
    refused = {p.id: why for p in known if learned and (why := learned.saw(p))}
    return None if refused else learned, refused


def together(ids: list[str], scores: Scores) -> dict[str, PairScores]:
    """Methods that score all of these proteins."""
    return {
        name: PairScores(ids, [values[i] for i in ids], name)
        for name, values in scores.items()
        if set(values) == {*ids}
    }


def unscored(item: str, reason: str) -> pd.DataFrame:
    """A row without a figure for each range and each method that was learned on one of the proteins."""
    return evidence([
        {
            "study": "protein", "item": item, "method": method, "annotation": f"contacts, {words} apart",
            "metric": "P@L", "verdict": TOO_FEW, "reason": f"{SEEN}: {reason}",
        }
        for words in RANGES for method in FROM_FILE
    ])  # fmt: skip


def remarks_of(
    known: list[Protein], choices: Mapping[str, Choice], learned: Learned | None, refused: Mapping[str, str]
) -> list[str]:
    """On what heads were learned, where that is not what a reader expects."""
    if refused:
        return [f"what was learned on antibodies and comes with Regard is not used: {'; '.join(refused.values())}"]
    if learned:
        return [
            f"rows marked (shipped) were learned on {len(learned.domains)} variable domains of {learned.structures} "
            "antibody structures, none of them the same as these"
        ]
    if any(choices[p.id].weights for p in known):
        return []
    seen = max((len(choices[p.id].seen) for p in known), default=0)
    if seen:
        return [
            f"no head could be chosen: {seen} proteins of other structures were there to learn from, and none passes "
            "the correction on them"
        ]
    return ["no head could be chosen: there is no other structure to learn from"]


def judge(
    known: Sequence[Protein],
    scores: Mapping[str, PairScores],
    twins: Sequence[Sequence[PairScores]] = (),
    *,
    item: str = "all",
    looks: int = 1,
    seed: int = 0,
    each: list[pd.DataFrame] | None = None,
) -> pd.DataFrame:
    """Evidence at each range of separation and between chains, P@L, P@L/2, P@L/5 and AUPRC; `each` as in `answered`."""
    read = [one for name, one in scores.items() if name not in FREE]
    free = [one for name, one in scores.items() if name in FREE]
    tables = []
    for question in about_contacts(known).values():
        mine = [[of_proteins(question.ids, one) for one in some] for some in (read, free, *twins)]
        how = {"twins": mine[2:], "item": item, "looks": looks, "seed": seed, "each": each}
        tables.append(answered(question, *mine[:2], METRICS, **how))
    return stacked(tables)


def of_proteins(ids: Sequence[str], scores: PairScores) -> PairScores:
    """Scores of these proteins alone, in their order."""
    at = {name: k for k, name in enumerate(scores.ids)}
    return PairScores(list(ids), [scores.values[at[name]] for name in ids], scores.name)
