"""Attention that is known to be contacts: a layer trained on each protein's alignment, judged within the protein."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from regard.core.evidence import stacked
from regard.core.family import Family
from regard.core.scores import PairAnnotations, PairScores
from regard.errors import InputError
from regard.judge.compare import compare
from regard.judge.rules import Words
from regard.models.factored.model import FactoredAttention
from regard.predictors.family import coupling
from regard.reduce.corrected import CorrectedSum
from regard.studies.protein.contact_scores import COUPLING
from regard.studies.protein.inputs import Protein
from regard.train import factored as training
from regard.train.factored import trained, untrained

FACTORED = "factored attention of the alignment"
STRETCHES = 12  # of a protein; they stand in place of proteins, as a family has one alignment
WORDS = Words("contacts moved along their diagonals", "separation, residues and place", "stretches of the protein")


@dataclass(frozen=True)
class Factored:
    """A layer, what it was trained on, its attention, (heads, L, L); pairs scored by it, and by coupling, (L, L)."""

    protein: Protein
    family: Family
    attention: np.ndarray
    scores: np.ndarray
    coupling: np.ndarray


def train_all(
    proteins: Sequence[Protein], *, seed: int = 0, begin: Callable[[int], Callable[[int], object]]
) -> tuple[list[Factored], list[str]]:
    """A layer for each protein with an alignment that is deep enough; and why not for others."""
    having = [(p, p.family) for p in proteins if p.family is not None]
    advance = begin(training.STEPS * len(having))
    found, remarks = [], []
    for protein, family in having:
        try:
            model = trained(family, seed=seed, advance=advance)
        except InputError as error:
            remarks.append(f"{protein.id}: no factored attention: {error}")
            continue
        found.append(Factored(protein, family, attention_of(model), pair_scores(model), coupling(family)))
    return found, remarks


def attention_of(model: FactoredAttention) -> np.ndarray:
    return model.attention().detach().numpy()


def pair_scores(model: FactoredAttention) -> np.ndarray:
    """Each head symmetrised and corrected, as those of other models, and as heavy as its value, (L, L)."""
    sizes = model.head_sizes().detach().numpy()
    total = CorrectedSum(sizes / sizes.sum(), symmetrise=True, apc=True)
    total.add(0, attention_of(model))
    return total.result()


def family_evidence(found: Sequence[Factored], *, twins: int, looks: int = 1, seed: int = 0) -> pd.DataFrame:
    """Is it contacts? Within each protein that has a structure, beyond separation, residues and place.

    The layer, and beside it coupling without attention, by average precision over all known pairs six or more apart.
    """
    tables = []
    for one in found:
        protein = one.protein
        if protein.contacts is None or not protein.known.any():
            continue
        drawn = [pair_scores(untrained(len(protein), seed=seed * 100 + k)) for k in range(twins)]
        free = {COUPLING: one.coupling}
        for scores, model in (({FACTORED: one.scores}, True), (free, False)):
            tables.append(within(protein, scores, drawn if model else [], model=model, looks=looks, seed=seed))
    return stacked(tables)


def within(
    protein: Protein, scores: dict[str, np.ndarray], twins: Sequence[np.ndarray], *, model: bool, looks: int, seed: int
) -> pd.DataFrame:
    """Evidence on the contacts of one protein; stretches of it take the place of proteins."""
    places = stretches(protein)
    ids = [f"{protein.id}, {k + 1}" for k in range(len(places))]

    def cut(name: str, values: np.ndarray) -> PairScores:
        return PairScores(ids, [np.where(place, values, np.nan) for place in places], name)

    labels = PairAnnotations(ids, [np.asarray(protein.contacts, bool)] * len(ids), within_name(protein))
    return compare(
        [cut(name, values) for name, values in scores.items()],
        labels,
        sequences=[protein.sequence] * len(ids),
        twins=[[cut(FACTORED, twin)] for twin in twins],
        groups=ids,
        model=model,
        words=WORDS,
        looks=max(looks, 1),
        study="protein",
        item=protein.id,
        seed=seed,
    )


def within_name(protein: Protein) -> str:
    """The annotation of what is asked of a layer."""
    return f"contacts within {protein.id}"


def stretches(protein: Protein) -> list[np.ndarray]:
    """Known pairs of each stretch of the protein, by their first residue, bool, (L, L); of like numbers of pairs."""
    each = protein.known.sum(axis=1)
    number = np.minimum((np.cumsum(each) - each) * STRETCHES // max(each.sum(), 1), STRETCHES - 1)
    return [protein.known & (number == k)[:, None] for k in range(STRETCHES)]
