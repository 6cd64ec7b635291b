"""Choose heads whose attention falls on sites, on some proteins, to be scored on others."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

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
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.linear_model import LogisticRegression

        features = np.concatenate([standardised(p.received).T for p in labelled])
        labels = np.concatenate([p.sites for p in labelled])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            warnings.filterwarnings("ignore", "Inconsistent values: penalty")
            warnings.simplefilter("ignore", FutureWarning)
            model = LogisticRegression(penalty="l1", C=STRENGTH, solver="liblinear", random_state=seed, max_iter=200)
            model.fit(features, labels)
        if model.coef_.any():
            weights["logistic regression"] = model.coef_[0]
    return weights
