"""One pass of a model over all proteins, and its gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from regard.judge.heads import KnownProtein
from regard.models.protein.model import ProteinModel
from regard.models.protein.reading import Reading, read
from regard.studies.protein.inputs import Protein, apart
from regard.studies.protein.pipelines import DEFAULT, Pipelines

FEATURE_PAIRS = 6000  # of each protein, that the regression learns from, and every contact


@dataclass(frozen=True)
class Readings:
    """A model, what it reads in each protein, and what the choice of heads may see of those with a structure.

    pipelines : how each head was read.
    """

    model: ProteinModel
    of: dict[str, Reading]
    known: dict[str, KnownProtein]
    pipelines: Pipelines = DEFAULT


def read_all(
    model: ProteinModel,
    proteins: Sequence[Protein],
    seed: int = 0,
    advance: Callable[[int], object] = lambda done: None,
    *,
    pipelines: Pipelines = DEFAULT,
) -> Readings:
    found = Readings(model, {}, {}, pipelines)
    for protein in proteins:
        found.of[protein.id], known = reading_of(model, protein, seed, pipelines)
        if known is not None:
            found.known[protein.id] = known
        advance(1)
    return found


def reading_of(
    model: ProteinModel, protein: Protein, seed: int, pipelines: Pipelines = DEFAULT
) -> tuple[Reading, KnownProtein | None]:
    """One pass over a protein's attention; with a structure, also what the choice of heads may see of it."""
    both = protein.contacts is not None and protein.known.any()
    pairs = sampled_pairs(protein, seed) if both else None
    properties, shape = {}, (len(protein),) * 2
    if both:
        shown = np.asarray(protein.resolved)
        properties["contact"] = protein.contacts & apart(len(protein), 6), shown[:, None] & shown
    for kind, labels in protein.sites.items():
        properties[kind] = np.broadcast_to(labels, shape), np.broadcast_to(protein.told(kind), shape)
    known = protein.known if both else None
    reading = read(model, protein.sequence, pairs=pairs, known=known, properties=properties, **pipelines.inside())
    if pairs is None:
        return reading, None
    return reading, KnownProtein(
        protein.id, protein.group, protein.contacts, protein.known, reading.top, pairs, reading.features
    )


def sampled_pairs(protein: Protein, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """All contacts and a sample of the other pairs with a known distance; which is which changes no ranking."""
    i, j = np.nonzero(protein.known)
    touching = np.asarray(protein.contacts)[i, j]
    others = np.flatnonzero(~touching)
    if len(others) > FEATURE_PAIRS:
        others = np.random.default_rng(seed).choice(others, FEATURE_PAIRS, replace=False)
    kept = np.sort(np.concatenate([np.flatnonzero(touching), others]))
    return i[kept], j[kept]
