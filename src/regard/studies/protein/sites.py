"""Does attention fall on sites? For each kind of site, heads chosen on other proteins, beside every baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from regard.attribute.protein import position_scores
from regard.core.evidence import stacked
from regard.core.scores import PositionScores
from regard.judge.site_heads import LabelledProtein, choose_site_heads, standardised
from regard.predictors.family import conservation
from regard.predictors.residues import BINDING, of_residues, site_propensity, site_template
from regard.studies.protein.contact_scores import counterparts
from regard.studies.protein.inputs import Protein
from regard.studies.protein.questions import OF_RESIDUES, Question, about_sites, answered

RECEIVED = "attention received, mean of all heads"
BEST, LOGISTIC = "attention received, best head", "attention received, logistic regression"
LEARNED = {"best head": BEST, "logistic regression": LOGISTIC}
GRADIENT, IDENTITY, PUBLISHED = "gradient × input", OF_RESIDUES, "amino-acid identity (binding sites)"
TEMPLATE = "position template of relatives"
CONSERVATION = "conservation in the alignment"
FREE = (IDENTITY, PUBLISHED, TEMPLATE, CONSERVATION)  # of any model
METRICS = ("auroc", "auprc")  # the first is the one that the report's verdicts are on
FEWEST_TEACHERS = 5


def choices_of(
    kind: str, proteins: Sequence[Protein], received: Mapping[str, np.ndarray], seed: int = 0
) -> dict[int, dict[str, np.ndarray]]:
    """For the proteins of each group, heads chosen on all other groups; see `choose_site_heads`."""
    labelled = [
        LabelledProtein(p.id, p.group, received[p.id][:, told], p.sites[kind][told])
        for p, told in ((p, p.told(kind)) for p in proteins)
    ]
    return {
        group: choose_site_heads([x for x in labelled if x.group != group], seed=seed)
        for group in {x.group for x in labelled}
    }


def site_scores(
    kind: str,
    proteins: Sequence[Protein],
    received: Mapping[str, np.ndarray],
    gradients: Mapping[str, np.ndarray],
    *,
    learn: bool = True,
    seed: int = 0,
) -> dict[str, dict[str, np.ndarray]]:
    """{method: {protein: (L,)}} for the proteins in which this kind is labelled.

    received : (heads, L) of each protein. Whatever is learned is learned on proteins of other groups.
    """
    chosen = choices_of(kind, proteins, received, seed)
    out: dict[str, dict[str, np.ndarray]] = {}
    for protein in proteins:
        scores, told = {RECEIVED: received[protein.id].mean(axis=0)}, protein.told(kind)
        ranks = np.full(received[protein.id].shape, np.nan)  # as those that heads are chosen by
        ranks[:, told] = standardised(received[protein.id][:, told])
        for name, weights in chosen[protein.group].items():
            scores[LEARNED[name]] = weights @ ranks
        if learn:
            scores |= baselines(kind, protein, [p for p in proteins if p.group != protein.group])
            if protein.id in gradients:
                scores[GRADIENT] = position_scores(gradients[protein.id])
        for name, values in scores.items():
            out.setdefault(name, {})[protein.id] = values
    return out


def baselines(kind: str, protein: Protein, others: Sequence[Protein]) -> dict[str, np.ndarray]:
    """What needs no model: the amino acid, and what stands at the same place in relatives."""
    scores = {PUBLISHED: of_residues(protein.sequence, BINDING)}
    if protein.family:
        scores[CONSERVATION] = conservation(protein.family)
    teachers = [p for p in others if p.sites[kind].any()]
    if len(teachers) >= FEWEST_TEACHERS:
        told = [p.told(kind) for p in teachers]
        letters = ["".join(np.array(list(p.sequence))[at]) for p, at in zip(teachers, told, strict=True)]
        value = site_propensity(letters, [p.sites[kind][at] for p, at in zip(teachers, told, strict=True)])
        scores[IDENTITY] = of_residues(protein.sequence, value)
    placed = counterparts(protein, teachers) if len(teachers) <= 50 else []
    if placed:
        scores[TEMPLATE] = site_template(len(protein), [at for _, at in placed], [p.sites[kind] for p, _ in placed])
    return scores


def study_sites(
    proteins: Sequence[Protein],
    received: Mapping[str, np.ndarray],
    gradients: Mapping[str, np.ndarray],
    twins: Sequence[Mapping[str, np.ndarray]],
    *,
    item: str,
    looks: int = 1,
    seed: int = 0,
    each: list[pd.DataFrame] | None = None,
) -> pd.DataFrame:
    """Evidence for every kind of site, AUROC and AUPRC within each protein.

    twins : attention received from models with random weights, as `received`; heads are chosen among theirs anew.
    looks : how many questions the whole report asks. each : gets the figures protein by protein; see `answered`.
    """
    tables = []
    for kind, question in about_sites(proteins).items():
        scores = together(question.ids, site_scores(kind, question.proteins, received, gradients, seed=seed))
        tables.append(judge(question, scores, twins, item=item, looks=looks, seed=seed, each=each))
    return stacked(tables)


def judge(
    question: Question,
    scores: Mapping[str, PositionScores],
    twins: Sequence[Mapping[str, np.ndarray]] = (),
    *,
    item: str = "all",
    looks: int = 1,
    seed: int = 0,
    each: list[pd.DataFrame] | None = None,
) -> pd.DataFrame:
    """Evidence on one kind of site; `twins` and `each` as for `study_sites`."""
    drawn = [
        together(question.ids, site_scores(question.name, question.proteins, twin, {}, learn=False, seed=seed))
        for twin in twins
    ]
    read = [one for name, one in scores.items() if name not in FREE]
    free = [one for name, one in scores.items() if name in FREE]
    random = [list(one.values()) for one in drawn]
    return answered(question, read, free, METRICS, twins=random, item=item, looks=looks, seed=seed, each=each)


def together(ids: list[str], scores: dict[str, dict[str, np.ndarray]]) -> dict[str, PositionScores]:
    """Methods that score all of these proteins."""
    return {
        name: PositionScores(ids, [values[i] for i in ids], name)
        for name, values in scores.items()
        if set(values) == set(ids)
    }
