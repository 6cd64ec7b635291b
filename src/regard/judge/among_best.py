"""How much of what is known stands at the top of a ranking: counts that anyone can read, beside those of chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regard.core.scores import Annotations, PositionScores
from regard.judge.metrics import Ranking, early_precision


@dataclass(frozen=True)
class AmongBest:
    """Of `known` places, `found` are among as many that score highest in their sequence; by chance `chance` would be.

    Equal scores share a place, so that `found` need not be whole.
    """

    name: str
    known: int
    found: float
    chance: float


def among_best(scores: PositionScores, annotations: Annotations) -> AmongBest:
    """Count within each sequence that has both a score and something known, and add up.

    A position without a score (NaN) is left out.
    """
    value = dict(zip(scores.ids, scores.values, strict=True))
    known, found, chance = 0, 0.0, 0.0
    for name, labels in zip(annotations.ids, annotations.values, strict=True):
        if name not in value:
            continue
        there = ~np.isnan(value[name])
        mine, count = np.asarray(labels, dtype=bool)[there], int(np.sum(np.asarray(labels)[there]))
        if count:
            known += count
            found += count * early_precision(Ranking(value[name][there]), mine)
            chance += count**2 / len(mine)
    return AmongBest(annotations.name, known, found, chance)
