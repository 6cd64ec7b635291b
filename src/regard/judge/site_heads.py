"""Choose heads whose attention falls on sites, on some proteins, to be scored on others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from regard.judge.sparse import sparse_logistic

STRENGTH = 0.1  # C of the L1 penalty
FEWEST_SITES = 20


@dataclass(frozen=True)
class LabelledProtein:
    """received : (heads, L), attention that each residue gets. sites : bool, (L,). group : see `KnownProtein`."""

    id: str
    group: int
    received: np.ndarray
    sites: np.ndarray


def head_aurocs(received: np.ndarray, sites: np.ndarray) -> np.ndarray:
    """AUROC of each head's received attention for sites of one protein, (heads,), ties counting one half."""
    positives = int(sites.sum())
    negatives = len(sites) - positives
    if not positives or not negatives:
        return np.full(len(received), np.nan)
    above = rankdata(received, axis=1)[:, sites].sum(axis=1) - positives * (positives + 1) / 2
    return above / (positives * negatives)


def standardised(received: np.ndarray) -> np.ndarray:
    """Ranks within the protein, 0 to 1, (heads, L): heads and proteins on one scale."""
    return (rankdata(received, axis=1) - 0.5) / received.shape[1]


def choose_site_heads(proteins: Sequence[LabelledProtein], *, seed: int = 0) -> dict[str, np.ndarray]:
    """Weights over heads, (heads,), for `standardised` attention: "best head" and "logistic regression".

    The best head has the highest mean AUROC. A name is missing where there is nothing to learn from.
    """
    labelled = [p for p in proteins if p.sites.any() and not p.sites.all()]
    if not labelled:
        return {}
    aurocs = np.mean([head_aurocs(p.received, p.sites) for p in labelled], axis=0)
    weights = {"best head": np.eye(len(aurocs))[aurocs.argmax()]}
    if sum(p.sites.sum() for p in labelled) >= FEWEST_SITES:
        features = np.concatenate([standardised(p.received).T for p in labelled])
        coefficients = sparse_logistic(features, np.concatenate([p.sites for p in labelled]), seed, STRENGTH)
        if coefficients is not None:
            weights["logistic regression"] = coefficients
    return weights
