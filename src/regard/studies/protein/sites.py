"""Does attention fall on sites? For each kind of site, heads chosen on other proteins, beside every baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from regard.attribute.protein import position_scores
from regard.core.evidence import evidence
from regard.core.scores import Annotations, PositionScores
from regard.judge.proteins import Places, compare_proteins
from regard.judge.site_heads import LabelledProtein, choose_site_heads, standardised
from regard.predictors.residues import BINDING, of_residues, site_propensity, site_template
from regard.studies.protein.contact_scores import counterparts
from regard.studies.protein.inputs import Protein

RECEIVED = "attention received, mean of all heads"
BEST, LOGISTIC = "attention received, best head", "attention received, logistic regression"
LEARNED = {"best head": BEST, "logistic regression": LOGISTIC}
GRADIENT, IDENTITY, PUBLISHED = "gradient × input", "amino-acid identity", "amino-acid identity (binding sites)"
TEMPLATE = "position template of relatives"
BASELINES = (IDENTITY, PUBLISHED, TEMPLATE, GRADIENT)
FEWEST_TEACHERS = 5


def kinds_of(proteins: Sequence[Protein]) -> list[str]:
    """Kinds of sites that some protein has, in the order in which they come."""
    return list(dict.fromkeys(kind for p in proteins for kind, labels in p.sites.items() if labels.any()))


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
    labelled = [LabelledProtein(p.id, p.group, received[p.id], p.sites[kind]) for p in proteins]
    chosen = {
        group: choose_site_heads([x for x in labelled if x.group != group], seed=seed)
        for group in {x.group for x in labelled}
    }
    out: dict[str, dict[str, np.ndarray]] = {}
    for protein in proteins:
        scores = {RECEIVED: received[protein.id].mean(axis=0)}
        ranks = standardised(received[protein.id])
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
    teachers = [p for p in others if p.sites[kind].any()]
    if len(teachers) >= FEWEST_TEACHERS:
        value = site_propensity([p.sequence for p in teachers], [p.sites[kind] for p in teachers])
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
    seed: int = 0,
) -> tuple[pd.DataFrame, dict[str, PositionScores]]:
    """Evidence for every kind of site, AUROC and AUPRC within each protein; and the scores behind it.

    twins : attention received from models with random weights, as `received`.
    """
    tables, kept = [], {}
    for kind in kinds_of(proteins):
        labelled = [p for p in proteins if kind in p.sites]
        ids = [p.id for p in labelled]
        scores = together(ids, site_scores(kind, labelled, received, gradients, seed=seed))
        random: dict[str, list[PositionScores]] = {}
        for twin in twins:
            for name, one in together(ids, site_scores(kind, labelled, twin, {}, learn=False, seed=seed)).items():
                random.setdefault(name, []).append(one)
        places = Places(
            [np.ones(len(p), bool) for p in labelled], [len(p) for p in labelled], [p.group for p in labelled]
        )
        known = Annotations(ids, [p.sites[kind] for p in labelled], kind)
        tables += [
            compare_proteins(
                list(scores.values()),
                known,
                places,
                metric,
                random_weights=random,
                baselines=BASELINES,
                item=item,
                seed=seed,
            )
            for metric in ("auroc", "auprc")
        ]
        kept |= {f"{name}, {kind}": one for name, one in scores.items()}
    return pd.concat(tables, ignore_index=True) if tables else evidence([]), kept


def together(ids: list[str], scores: dict[str, dict[str, np.ndarray]]) -> dict[str, PositionScores]:
    """Methods that score all of these proteins."""
    return {
        name: PositionScores(ids, [values[i] for i in ids], name)
        for name, values in scores.items()
        if set(values) == set(ids)
    }
