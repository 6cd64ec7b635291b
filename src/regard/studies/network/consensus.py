"""Rank consensus: what unlike methods agree on, where none of them is known to hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.stats import rankdata

from regard.core.edges import Edges
from regard.core.methods import Method

MEMBERS = ("attention", "spearman", "extra-trees")
FLOOR = 0.02  # share of the candidates beside which a place counts, so that no method's first edge outweighs all others
# How far a score is to be believed, fitted by training/network/consensus.py to simulators that no training uses.
SLOPE, CONSTANT = 0.707, 2.631
CONSENSUS = Method(
    "consensus",
    f"places of {', '.join(MEMBERS[:-1])} and {MEMBERS[-1]} together, for tables on which the network model may fail",
    f"mean over methods of 1 / (1 + {1 / FLOOR:g} place / candidates), ties averaged",
    "Cormack et al. 2009, SIGIR 758 (reciprocal ranks); Marbach et al. 2012, Nature Methods 9:796 (consensus)",
    needs="the shipped network model",
    signed=True,
    model=True,
)


def consensus(members: Sequence[Edges]) -> Edges:
    """Edges by what the members say together; all score the same candidates. Signs are the first member's."""
    there = ~np.isnan(members[0].values)
    values = np.full(there.shape, np.nan, dtype=np.float32)
    values[there] = together([one.values[there] for one in members])
    return replace(members[0], method=CONSENSUS.name, values=values, logistic=None)


def together(scores: Sequence[np.ndarray]) -> np.ndarray:
    """Mean over methods of reciprocal places, (candidates,), of what each says of the same candidates."""
    return np.mean([1 / (1 + rankdata(-one) / (FLOOR * len(one))) for one in scores], axis=0)


def calibrated(edges: Edges) -> Edges:
    """The consensus, and how its scores become probabilities, where its first member is the model that ships.

    A target has about as many regulators among ten candidates as among a thousand, so that the odds of each
    fall with their number.
    """
    return replace(edges, logistic=(SLOPE, CONSTANT - np.log(candidates(edges))))


def candidates(edges: Edges) -> float:
    """How many regulators a target may have, mean over targets."""
    return np.isfinite(edges.values).sum() / len(edges.values)
