"""Does attention show contacts? Every reading of it beside every baseline, heads chosen on other proteins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from regard.annotate.alignment import align_to
from regard.attribute.protein import gradient_pairs, symmetric
from regard.compare.heads import Choice, KnownProtein, leave_one_out
from regard.compare.proteins import PRECISIONS, Places, compare_proteins
from regard.core.evidence import evidence
from regard.core.scores import PairAnnotations, PairScores
from regard.errors import InputError
from regard.models.protein import ProteinModel
from regard.models.protein_reading import Reading, read
from regard.models.protein_windows import combined_maps, mean_map
from regard.predictors.residues import by_distance, hydrophobic_pairs, of_pairs, pair_propensity, pair_template
from regard.studies.protein.inputs import Protein

RANGES = {"6 to 11": (6, 12), "12 to 23": (12, 24), "24 and more": (24, 10**6)}
LONG = "24 and more"
MEAN, CORRECTED, OWN = "attention, mean of all heads", "attention, APC, mean of all heads", "contact head of the model"
BEST, TOP, LOGISTIC = "attention, best head", "attention, top heads", "attention, logistic regression"
LEARNED = {"best head": BEST, "top heads": TOP, "logistic regression": LOGISTIC}
GRADIENT, DISTANCE, TEMPLATE = "gradient × input", "distance in sequence", "position template of relatives"
IDENTITY, HYDROPATHY = "amino-acid identity", "amino-acid identity (hydropathy)"
BASELINES = (DISTANCE, TEMPLATE, IDENTITY, HYDROPATHY, GRADIENT)
TWINS = 2
FEATURE_PAIRS = 6000  # of each protein, that the regression learns from, and every contact
RELATIVE, COVERED = 0.25, 0.6  # identity and coverage from which a protein is taken as a relative
LONGEST_GRADIENT = 600  # residues; one backward pass each


@dataclass(frozen=True)
class Contacts:
    """What the study found of contacts: scores of every method, readings, the choices of heads, evidence."""

    proteins: list[Protein]  # those with a structure
    scores: dict[str, PairScores]
    choices: dict[str, Choice]
    evidence: pd.DataFrame
    remarks: list[str]
    references: list[str]  # proteins that taught and were not scored


def reading_of(model: ProteinModel, protein: Protein, seed: int) -> tuple[Reading, KnownProtein | None]:
    """One pass over a protein's attention; with a structure, also what the choice of heads may see of it."""
    both = protein.contacts is not None and protein.known.any()
    pairs = sampled_pairs(protein, seed) if both else None
    properties = {}
    if both:
        properties["contact"] = protein.contacts & apart(len(protein), 6)
    for kind, labels in protein.sites.items():
        properties[kind] = np.broadcast_to(labels, (len(protein),) * 2)
    known = protein.known if both else None
    reading = read(model, protein.sequence, pairs=pairs, known=known, properties=properties)
    if pairs is None:
        return reading, None
    return reading, KnownProtein(
        protein.id, protein.group, protein.contacts, protein.known, reading.top, pairs, reading.features
    )


def apart(length: int, least: int) -> np.ndarray:
    return np.abs(np.subtract.outer(np.arange(length), np.arange(length))) >= least


def sampled_pairs(protein: Protein, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """All contacts and a sample of the other pairs with a known distance; which is which changes no ranking."""
    i, j = np.nonzero(protein.known)
    touching = np.asarray(protein.contacts)[i, j]
    others = np.flatnonzero(~touching)
    if len(others) > FEATURE_PAIRS:
        others = np.random.default_rng(seed).choice(others, FEATURE_PAIRS, replace=False)
    kept = np.sort(np.concatenate([np.flatnonzero(touching), others]))
    return i[kept], j[kept]


def study_contacts(
    model: ProteinModel,
    proteins: Sequence[Protein],
    readings: dict[str, KnownProtein],
    references: Sequence[Protein],
    untrained: Sequence[ProteinModel],
    *,
    gradients: dict[str, np.ndarray],
    item: str,
    seed: int = 0,
    advance: Callable[[int], object] = lambda done: None,
) -> Contacts:
    """Score the contacts of all proteins that have a structure, and judge them.

    references : further proteins with structures, from which heads, propensities and templates may be learned
        but which are not scored. Whatever is learned is learned on proteins of other groups only.
    untrained : the same architecture with random weights, read in the same way.
    """
    known = [p for p in proteins if p.id in readings]
    teachers = [(p, readings[p.id]) for p in known]
    teachers += [(p, one) for p in references if (one := reading_of(model, p, seed)[1])]
    remarks: list[str] = []
    choices = leave_one_out([one for _, one in teachers], seed=seed)
    scores = maps_of(model, known, choices, advance)
    for protein in known:
        relatives(protein, teachers, scores)
        if protein.id in gradients:
            scores.setdefault(GRADIENT, {})[protein.id] = symmetric(gradients[protein.id])
    random: dict[str, list[PairScores]] = {}
    ids = [p.id for p in known]
    for twin in untrained:
        of_twin = [reading_of(twin, p, seed)[1] for p, _ in teachers]
        found = maps_of(twin, known, leave_one_out([x for x in of_twin if x], seed=seed), advance)
        for name, values in found.items():
            if set(values) == set(ids):
                random.setdefault(name, []).append(PairScores(ids, [values[i] for i in ids], name))
    partial = [name for name, values in scores.items() if set(values) != set(ids)]
    for name in partial:
        missing = [i for i in ids if i not in scores[name]]
        remarks.append(f"{name} is left out: nothing to learn it from for {', '.join(missing[:3])}")
    complete = {
        name: PairScores(ids, [values[i] for i in ids], name) for name, values in scores.items() if name not in partial
    }
    table = judge(known, complete, random, item, seed) if known else evidence([])
    if not any(choices[p.id].weights for p in known):
        seen = max((len(choices[p.id].seen) for p in known), default=0)
        remarks.append(
            f"no head could be chosen: {seen} proteins of other structures were there to learn from, and none passes "
            "the correction on them"
            if seen
            else "no head could be chosen: there is no other structure to learn from"
        )
    return Contacts(known, complete, choices, table, remarks, [p.id for p in references])


def maps_of(model, proteins, choices: dict[str, Choice], advance) -> dict[str, dict[str, np.ndarray]]:
    """Every reading of attention, {method: {protein: (L, L)}}."""
    count = model.layers * model.heads
    out: dict[str, dict[str, np.ndarray]] = {}
    for protein in proteins:
        weights = {CORRECTED: np.full(count, 1 / count)}
        if model.own_contacts is not None:
            weights[OWN] = model.own_contacts
        weights |= {LEARNED[name]: w for name, w in choices[protein.id].weights.items()}
        maps = combined_maps(model, protein.sequence, weights)
        plain = mean_map(model, protein.sequence)
        maps[MEAN] = (plain + plain.T) / 2
        for name, one in maps.items():
            out.setdefault(name, {})[protein.id] = one
        advance(1)
    return out


def relatives(protein: Protein, teachers, scores: dict[str, dict[str, np.ndarray]]) -> None:
    """Add the baselines of one protein, learned from proteins of other groups."""
    others = [p for p, known in teachers if known.group != protein.group]
    scores.setdefault(DISTANCE, {})[protein.id] = by_distance(len(protein))
    scores.setdefault(HYDROPATHY, {})[protein.id] = hydrophobic_pairs(protein.sequence)
    if others:
        value = pair_propensity([p.sequence for p in others], [p.contacts for p in others], [p.known for p in others])
        scores.setdefault(IDENTITY, {})[protein.id] = of_pairs(protein.sequence, value)
    placed = counterparts(protein, others)
    if placed:
        template = pair_template(len(protein), [at for _, at in placed], [p.contacts for p, _ in placed])
        scores.setdefault(TEMPLATE, {})[protein.id] = template


def counterparts(protein: Protein, others: Sequence[Protein]) -> list[tuple[Protein, np.ndarray]]:
    """Relatives among other proteins, each with the position that stands at each of ours, or -1."""
    found = []
    for other in others:
        try:
            at = align_to(protein.sequence, other.sequence, least_identity=RELATIVE, least_coverage=COVERED)
        except InputError:
            continue
        found.append((other, at))
    return found


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


def gradients_of(model: ProteinModel, proteins: Sequence[Protein], advance) -> dict[str, np.ndarray]:
    """Gradient × input between residues, (L, L), of proteins that are short enough for it."""
    if not model.likelihoods:
        return {}
    short = [p for p in proteins if len(p) <= LONGEST_GRADIENT]
    return {p.id: gradient_pairs(model, p.sequence, advance=advance) for p in short}
