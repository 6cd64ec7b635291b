"""Every reading of attention as scores of contacts, and every baseline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from regard.annotate.alignment import align_to
from regard.errors import InputError
from regard.judge.heads import Choice
from regard.models.protein.windows import CONTACTS, combined_maps
from regard.predictors.family import FEWEST, LONGEST, coupling
from regard.predictors.residues import by_distance, hydrophobic_pairs, of_pairs, pair_propensity, pair_template
from regard.studies.protein.inputs import Protein
from regard.studies.protein.learned import Learned
from regard.studies.protein.questions import OF_RESIDUES
from regard.studies.protein.readings import Readings

MEAN, CORRECTED, OWN = "attention, mean of all heads", "attention, APC, mean of all heads", "contact head of the model"
BEST, TOP, LOGISTIC = "attention, best head", "attention, top heads", "attention, logistic regression"
CHOSEN = {"best head": BEST, "top heads": TOP, "logistic regression": LOGISTIC}
SHIPPED = {name: f"{words} (shipped)" for name, words in CHOSEN.items()}
GRADIENT, DISTANCE, TEMPLATE = "gradient × input", "distance in sequence", "position template of relatives"
IDENTITY, HYDROPATHY = OF_RESIDUES, "amino-acid identity (hydropathy)"
SHIPPED_TEMPLATE, SHIPPED_IDENTITY = "position template (shipped)", "amino-acid identity (shipped)"
FROM_FILE = (*SHIPPED.values(), SHIPPED_TEMPLATE, SHIPPED_IDENTITY)
COUPLING = "coupling in the alignment"
FREE = (DISTANCE, TEMPLATE, SHIPPED_TEMPLATE, IDENTITY, SHIPPED_IDENTITY, HYDROPATHY, COUPLING)  # of any model
RELATIVE, COVERED = 0.25, 0.6  # identity and coverage from which a protein is taken as a relative

Scores = dict[str, dict[str, np.ndarray]]  # method: protein: (L, L)


def attention_scores(
    read: Readings,
    proteins: Sequence[Protein],
    choices: Mapping[str, Choice],
    learned: Learned | None,
    advance: Callable[[int], object] = lambda done: None,
) -> Scores:
    """Every reading of attention; heads as chosen for each protein, and as learned beforehand if `learned`.

    What comes with a model, or with Regard, was learned on heads read as CONTACTS says, and stays so.
    """
    count, steps = read.model.layers * read.model.heads, read.pipelines.contacts
    out: Scores = {}
    for protein in proteins:
        weights = {mean_name(steps): np.full(count, 1 / count)}
        fixed = {} if read.model.own_contacts is None else {OWN: read.model.own_contacts}
        weights |= fixed if steps == CONTACTS else {}
        weights |= {CHOSEN[name]: w for name, w in choices[protein.id].weights.items()}
        shipped = {SHIPPED[name]: w for name, w in learned.heads.items()} if learned else {}
        weights |= shipped if steps == CONTACTS else {}
        maps = combined_maps(read.model, protein.sequence, weights, steps=steps)
        if steps != CONTACTS and (fixed or shipped):
            maps |= combined_maps(read.model, protein.sequence, fixed | shipped)
        plain = read.of[protein.id].mean
        maps[MEAN] = (plain + plain.T) / 2
        for name, one in maps.items():
            out.setdefault(name, {})[protein.id] = one
        advance(1)
    return out


def mean_name(steps: str) -> str:
    """What the mean of all heads is called, by how each is read."""
    return CORRECTED if steps == CONTACTS else f"attention, {steps}, mean of all heads"


def baseline_scores(proteins: Sequence[Protein], learned: Learned | None) -> Scores:
    """What needs no model: learned on the proteins of other groups, or beforehand if `learned`."""
    out: Scores = {}
    for protein in proteins:
        others = [p for p in proteins if p.group != protein.group]
        scores = {DISTANCE: by_distance(len(protein)), HYDROPATHY: hydrophobic_pairs(protein.sequence)}
        if others:
            value = pair_propensity(
                [p.sequence for p in others], [p.contacts for p in others], [p.known for p in others]
            )
            scores[IDENTITY] = of_pairs(protein.sequence, value)
        if placed := counterparts(protein, others):
            scores[TEMPLATE] = pair_template(len(protein), [at for _, at in placed], [p.contacts for p, _ in placed])
        if protein.family and len(protein) <= LONGEST and protein.family.effective >= FEWEST:
            scores[COUPLING] = coupling(protein.family)
        if learned:
            scores[SHIPPED_TEMPLATE] = learned.template(protein)
            scores[SHIPPED_IDENTITY] = of_pairs(protein.sequence, learned.propensity)
        for name, one in scores.items():
            out.setdefault(name, {})[protein.id] = one
    return out


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
