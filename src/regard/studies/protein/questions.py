"""What is known of the proteins and asked of every score; one call of the judge a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from regard.core.evidence import evidence, stacked
from regard.core.scores import Annotations, PairAnnotations, PairScores, PositionScores
from regard.judge.compare import compare
from regard.judge.rules import FEWEST_GROUPS, FEWEST_POSITIVES
from regard.studies.protein.by_protein import figures_of
from regard.studies.protein.inputs import Protein, apart

RANGES = {"6 to 11": (6, 12), "12 to 23": (12, 24), "24 and more": (24, 10**6)}
LONG = "24 and more"
COPIES, CHAINS = "between copies", "between two chains"
# Learned on the other proteins given, from residues alone. The judge takes residues out exactly; what would be left of
# such a score is what its own protein lacks beside the others: its labels with their sign turned. So it is no baseline
# beside residues themselves, and nothing can be added by it.
OF_RESIDUES = "amino-acid identity"


@dataclass(frozen=True)
class Question:
    """One kind of contacts or sites.

    labels, there : bool, a protein each, (L, L) or (L,): what is known, and where it is known.
    """

    name: str
    proteins: list[Protein]
    labels: list[np.ndarray]
    there: list[np.ndarray]

    @property
    def ids(self) -> list[str]:
        return [p.id for p in self.proteins]

    @property
    def enough(self) -> bool:
        """Whether there are labels enough for a verdict, in groups enough."""
        count = [int((label & there).sum()) for label, there in zip(self.labels, self.there, strict=True)]
        groups = {p.group for p, positives in zip(self.proteins, count, strict=True) if positives}
        return sum(count) >= FEWEST_POSITIVES and len(groups) >= FEWEST_GROUPS


def about_contacts(proteins: Sequence[Protein]) -> dict[str, Question]:
    """Contacts of the proteins with a structure: at each range of separation that has some, and between chains.

    Contacts between copies of a protein are contacts of its sequence, so that ranges hold them too; asked by themselves
    as well, beside pairs that touch nowhere, as no score of what is within a chain can answer for them. Of two chains
    that are read as one, separation means nothing: all pairs between them are one question.
    """
    placed = [p for p in proteins if p.contacts is not None and p.known.any()]
    known, joined = ([p for p in placed if (p.across is not None) == both] for both in (False, True))
    found = {}
    for words, (least, most) in RANGES.items():
        there = [p.known & apart(len(p), least) & ~apart(len(p), most) for p in known]
        labels = [np.asarray(p.contacts, dtype=bool) for p in known]
        if any((label & t).any() for label, t in zip(labels, there, strict=True)):
            found[words] = Question(f"contacts, {words} apart", known, labels, there)
    copied = [(p, p.between) for p in known if p.between is not None]
    there = [p.known & (between | ~np.asarray(p.contacts)) for p, between in copied]
    if any((between & t).any() for (_, between), t in zip(copied, there, strict=True)):
        found[COPIES] = Question(f"contacts, {COPIES}", [p for p, _ in copied], [b for _, b in copied], there)
    if joined:
        labels = [np.asarray(p.contacts, dtype=bool) for p in joined]
        found[CHAINS] = Question(f"contacts, {CHAINS}", joined, labels, [p.known for p in joined])
    return found


def about_sites(proteins: Sequence[Protein]) -> dict[str, Question]:
    """Every kind of site that some protein has, in the order in which they come, of the proteins that say where.

    What a structure tells of is asked of the residues that it shows; the rest may be a site or not.
    """
    kinds = dict.fromkeys(kind for p in proteins for kind, labels in p.sites.items() if labels.any())
    found = {}
    for kind in kinds:
        known = [p for p in proteins if kind in p.sites]
        labels = [np.asarray(p.sites[kind], dtype=bool) for p in known]
        found[kind] = Question(kind, known, labels, [p.told(kind) for p in known])
    return found


def looks_at_model(proteins: Sequence[Protein]) -> int:
    """How many questions of the model have labels enough for a verdict."""
    return sum(q.enough for q in (*about_contacts(proteins).values(), *about_sites(proteins).values()))


def looks_of(proteins: Sequence[Protein]) -> int:
    """How many questions the report asks in all; the corrected p of each is multiplied by it.

    Each alignment of a protein with a structure asks one beside the model's, of the attention that is trained on it.
    """
    return looks_at_model(proteins) + sum(p.family is not None and p.contacts is not None for p in proteins)


def answered(
    question: Question,
    read: Sequence,
    free: Sequence,
    metrics: Sequence[str],
    *,
    twins: Sequence[Sequence] = (),
    item: str = "all",
    looks: int = 1,
    seed: int = 0,
    each: list[pd.DataFrame] | None = None,
) -> pd.DataFrame:
    """Evidence on one question: a row for each method and metric, figures within each protein and then averaged.

    What reads the model is judged against moved labels, models with random weights, and all that needs no model:
    residues, separation, place, and every score of `free`. Those scores are judged by themselves in a second call. All
    methods share the places: where one of them has no score, none is asked.

    Corrected together are all methods that read the model, over the `looks` questions of the report; and all that need
    none, as a family of their own.

    read, free : scores that read the model, and scores that need none. twins : for each model with random weights all
    its scores; the best of each counts.
    """
    scores = [*read, *free, *(one for twin in twins for one in twin)]
    there = [place & ~np.isnan([one.values[k] for one in scores]).any(axis=0) for k, place in enumerate(question.there)]
    if not any(t.any() for t in there):
        return evidence([])
    pairs = question.labels[0].ndim == 2
    kind, known = (PairScores, PairAnnotations) if pairs else (PositionScores, Annotations)

    def only(one):
        values = [np.where(t, v, np.nan) for v, t in zip(one.values, there, strict=True)]
        return kind(question.ids, values, one.name)

    lengths = [len(p) if p.resolved is None else int(np.sum(p.resolved)) for p in question.proteins]
    if each is not None:
        each.append(
            figures_of(question.name, question.proteins, question.labels, there, lengths, [*read, *free], metrics)
        )
    shared = {
        "sequences": [p.sequence for p in question.proteins],
        "groups": [p.group for p in question.proteins],
        "metric": metrics,
        "each_sample": True,
        "lengths": lengths,
        "looks": max(looks, 1),
        "study": "protein",
        "item": item,
        "seed": seed,
    }
    labels, simple, tables = known(question.ids, question.labels, question.name), list(map(only, free)), []
    if read:
        drawn = [list(map(only, twin)) for twin in twins]
        baselines = [one for one in simple if one.name != OF_RESIDUES]
        tables.append(compare(list(map(only, read)), labels, twins=drawn, baselines=baselines, **shared))
    if simple:
        alone = compare(simple, labels, model=False, **shared)
        alone.loc[alone.method == OF_RESIDUES, ["adds", "adds_low", "adds_high", "needed"]] = np.nan
        tables.append(alone)
    return stacked(tables)
