"""Does attention show contacts? Every reading of it beside every baseline, heads chosen on other proteins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from regard.attribute.protein import symmetric
from regard.core.evidence import SEEN, TOO_FEW, evidence
from regard.core.scores import PairAnnotations, PairScores
from regard.judge.heads import Choice, leave_one_out
from regard.judge.proteins import PRECISIONS, Places, compare_proteins
from regard.studies.protein.contact_scores import (
    BASELINES,
    FROM_FILE,
    GRADIENT,
    Scores,
    attention_scores,
    baseline_scores,
)
from regard.studies.protein.inputs import Protein
from regard.studies.protein.learned import Learned, learned_for
from regard.studies.protein.readings import Readings, apart

RANGES = {"6 to 11": (6, 12), "12 to 23": (12, 24), "24 and more": (24, 10**6)}
LONG = "24 and more"
TWINS = 2


@dataclass(frozen=True)
class Contacts:
    """What the study found of contacts: scores of every method, the choices of heads, evidence.

    learned : what comes with Regard and was used, or None. refused : for each protein that it was learned on, why it
    is not scored with it.
    """

    proteins: list[Protein]  # those with a structure
    scores: dict[str, PairScores]
    choices: dict[str, Choice]
    evidence: pd.DataFrame
    remarks: list[str]
    learned: Learned | None
    refused: dict[str, str]


def study_contacts(
    read: Readings,
    proteins: Sequence[Protein],
    untrained: Sequence[Readings],
    *,
    gradients: Mapping[str, np.ndarray],
    item: str,
    seed: int = 0,
    advance: Callable[[int], object] = lambda done: None,
) -> Contacts:
    """Score the contacts of all proteins that have a structure, and judge them.

    Whatever is learned here is learned on proteins of other groups only. What comes with Regard (`learned_for`) is
    used where it saw none of the proteins; else its rows say so and hold no figure.

    untrained : the same architecture with random weights, read in the same way.
    """
    known = [p for p in proteins if p.id in read.known]
    ids = [p.id for p in known]
    learned = learned_for(read.model.name, known)
    refused = {p.id: why for p in known if learned and (why := learned.saw(p))}
    used = None if refused else learned
    choices = leave_one_out([read.known[i] for i in ids], seed=seed)
    scores = attention_scores(read, known, choices, used, advance) | baseline_scores(known, used)
    if any(i in gradients for i in ids):
        scores[GRADIENT] = {i: symmetric(gradients[i]) for i in ids if i in gradients}
    random: dict[str, list[PairScores]] = {}
    for twin in untrained:
        its_own = leave_one_out([twin.known[i] for i in ids], seed=seed)
        for name, one in together(ids, attention_scores(twin, known, its_own, used, advance)).items():
            random.setdefault(name, []).append(one)
    complete = together(ids, scores)
    remarks = [
        f"{name} is left out: nothing to learn it from for {', '.join([i for i in ids if i not in values][:3])}"
        for name, values in scores.items()
        if name not in complete
    ]
    table = judge(known, complete, random, item, seed) if known else evidence([])
    if refused:
        table = pd.concat([table, unscored(item, "; ".join(refused.values()))], ignore_index=True)
    remarks += remarks_of(known, choices, used, refused)
    return Contacts(known, complete, choices, table, remarks, used, refused)


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


def judge(known: list[Protein], scores: dict[str, PairScores], random, item: str, seed: int) -> pd.DataFrame:
    """Evidence at each range of separation, P@L, P@L/2, P@L/5 and AUPRC."""
    ids, tables = [p.id for p in known], []
    for words, (least, most) in RANGES.items():
        there = [
            p.known & apart(len(p), least) & ~apart(len(p), most) & ~np.isnan(next(iter(scores.values())).values[k])
            for k, p in enumerate(known)
        ]
        if not any((np.asarray(p.contacts) & t).any() for p, t in zip(known, there, strict=True)):
            continue
        places = Places(there, [int(np.sum(p.resolved)) for p in known], [p.group for p in known])
        contacts = PairAnnotations(ids, [p.contacts for p in known], f"contacts, {words} apart")
        tables += [
            compare_proteins(
                list(scores.values()),
                contacts,
                places,
                metric,
                random_weights=random,
                baselines=BASELINES,
                item=item,
                seed=seed,
            )
            for metric in (*PRECISIONS, "auprc")
        ]
    return pd.concat(tables, ignore_index=True) if tables else evidence([])
