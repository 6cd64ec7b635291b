"""Choose heads that show contacts, on some proteins, to be scored on others (Rao et al. 2021)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control

from regard.judge.sparse import sparse_logistic

LEVEL = 0.05
TOP = 5  # heads that are averaged, at most
STRENGTH = 0.15  # C of the L1 penalty, as in Rao et al. 2021
FEWEST_CONTACTS = 20


@dataclass(frozen=True)
class KnownProtein:
    """What the choice may see of one protein.

    top : int, (heads, k, 2): best pairs of each head. contacts, known : bool, (L, L).
    pairs : i and j of the pairs with features, and features : (pairs, heads). group : proteins of one
    structure or family, which are left out together.
    """

    id: str
    group: int
    contacts: np.ndarray
    known: np.ndarray
    top: np.ndarray
    pairs: tuple[np.ndarray, np.ndarray]
    features: np.ndarray


@dataclass(frozen=True)
class Choice:
    """Weights over heads, shape (heads,), each, and how every head did on the proteins seen.

    table : columns head, precision, chance, p_value, q_value, chosen. seen : ids of the proteins.
    """

    weights: dict[str, np.ndarray]
    table: pd.DataFrame
    seen: tuple[str, ...]


def choose(proteins: Sequence[KnownProtein], *, draws: int = 199, seed: int = 0) -> Choice:
    """Choose heads by their precision at contacts of these proteins.

    A head may be chosen when its best L pairs hold contacts more often than the same contacts moved along
    the chains, q ≤ .05 over heads (`pooled_p`; Benjamini & Hochberg 1995).

    Returns
    -------
    Weights of "best head", "top heads" (mean of the TOP best that pass) and "logistic regression" (L1, all
    heads, pairs six or more apart); a name is missing where no head passes, or contacts are too few.
    """
    if not proteins:
        return Choice({}, pd.DataFrame(columns=["head", "precision", "chance", "p_value", "q_value", "chosen"]), ())
    rng, count = np.random.default_rng(seed), len(proteins[0].top)
    found = np.mean([precision(p.top, p.contacts) for p in proteins], axis=0)
    moved = ([shifted(p.contacts, int(rng.integers(1, len(p.contacts)))) for p in proteins] for _ in range(draws))
    drawn = np.stack([
        np.mean([precision(p.top, one) for p, one in zip(proteins, contacts, strict=True)], axis=0)
        for contacts in moved
    ])  # fmt: skip
    p = pooled_p(found, drawn, least=1 / (len(proteins) * proteins[0].top.shape[1]))
    table = pd.DataFrame({"head": range(count), "precision": found, "chance": drawn.mean(axis=0), "p_value": p})
    table["q_value"] = false_discovery_control(p)
    passed = table[table.q_value <= LEVEL].sort_values("precision", ascending=False, kind="stable")
    table["chosen"] = table["head"].isin(passed["head"][:TOP])
    weights = {}
    if len(passed):
        weights["best head"] = np.eye(count)[passed["head"].iloc[0]]
        weights["top heads"] = np.isin(np.arange(count), passed["head"][:TOP]) / min(TOP, len(passed))
    fitted = logistic(proteins, seed)
    if fitted is not None:
        weights["logistic regression"] = fitted
    return Choice(weights, table, tuple(one.id for one in proteins))


def shifted(contacts: np.ndarray, by: int) -> np.ndarray:
    """Contacts moved along the chain, on both axes, so that |i − j| stays (but where it wraps)."""
    return np.roll(contacts, (by, by), axis=(0, 1))


def pooled_p(found: np.ndarray, drawn: np.ndarray, least: float) -> np.ndarray:
    """p of each head, (heads,), from the null draws of all heads, each in units of its own head's spread.

    A few hundred draws a head could not give p small enough to pass a correction for hundreds of heads.
    drawn : (draws, heads). least : the smallest spread that is believed, one pair of residues more or less.
    """
    centre, spread = drawn.mean(axis=0), np.maximum(drawn.std(axis=0), least)
    null = np.sort(((drawn - centre) / spread).ravel())
    above = len(null) - np.searchsorted(null, (found - centre) / spread, side="left")
    return (above + 1) / (len(null) + 1)


def precision(top: np.ndarray, contacts: np.ndarray) -> np.ndarray:
    """Share of contacts among each head's best pairs, (heads,); top, (heads, k, 2)."""
    return contacts[top[..., 0], top[..., 1]].mean(axis=1)


def logistic(proteins: Sequence[KnownProtein], seed: int) -> np.ndarray | None:
    """Coefficients of a sparse logistic regression of contacts on heads, or None where it has nothing to learn."""
    labels = np.concatenate([p.contacts[p.pairs] for p in proteins])
    if labels.sum() < FEWEST_CONTACTS or labels.all():
        return None
    return sparse_logistic(np.concatenate([p.features for p in proteins]), labels, seed, STRENGTH)


def leave_one_out(proteins: Sequence[KnownProtein], *, seed: int = 0) -> dict[str, Choice]:
    """For each protein, heads chosen on the proteins of all other groups: nothing of its own group is seen."""
    choices = {
        group: choose([p for p in proteins if p.group != group], seed=seed)
        for group in dict.fromkeys(p.group for p in proteins)
    }
    return {p.id: choices[p.group] for p in proteins}
