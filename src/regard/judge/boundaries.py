"""Does attention know of a boundary in the middle of a window? Attention to it, and attention across it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from regard.core.evidence import NOT_SUPPORTED, SUPPORTED, evidence
from regard.judge.classes import question_of_items
from regard.judge.measures import mean_difference
from regard.judge.rows import judged
from regard.judge.rules import Words, lead_in_words

FEWEST_PAIRS = 10
# What is expected of a boundary (Avsec et al. 2021, fig. 2c): attention to it higher, attention across it lower.
# Across is a share, across ÷ (across + within), so that no stripe can make it; and it should be least at the boundary.
SIDE = {"stripe": 1, "block": -1, "dip": -1}
SAYS = {
    "stripe": "attention to the boundary",
    "block": "attention across the boundary",
    "dip": "dip of attention across",
}
UNIT = {"stripe": "times uniform", "block": "share of attention", "dip": "share of attention"}
LOCI = Words("boundaries exchanged with their matched loci", "composition of the windows", "loci", FEWEST_PAIRS)
NO_FEATURES = "the composition of the windows (features that need no model)"
IN_UNITS = ["value", "ci_low", "ci_high", "baseline_value", "adds", "adds_low", "adds_high", "needed"]
Scores = Mapping[str, np.ndarray]  # "stripe", "block" and "dip", each (windows, layers, heads)


def boundary_evidence(
    boundary: Scores,
    control: Scores,
    *,
    features: tuple[np.ndarray, np.ndarray] | None = None,
    twins: Sequence[tuple[Scores, Scores]] | None = None,
    groups: np.ndarray | None = None,
    item: str = "boundaries",
    study: str = "enhancer",
    draws: int = 999,
    seed: int = 0,
) -> pd.DataFrame:
    """Evidence for each layer and head, and for their mean.

    Parameters
    ----------
    boundary, control : "stripe", "block", "dip" or some of them, (pairs, layers, heads), of boundaries and matched
        loci.
    features : what needs no model of both, (pairs, k) each; what it explains of the difference is taken out.
    twins : for each model of the same architecture with random weights the same two; without them there is no verdict.
    groups : int, (pairs,), of pairs whose windows overlap; they count once.

    Returns
    -------
    A row a head and score: the mean of boundary − control with its interval over pairs; p of exchanging both in
    each pair, one-sided in the expected direction and corrected for all rows together. Blocks and dips are expected
    below 0, so that `adds` and `needed` of one are negative where it agrees.
    """
    table = expected_higher(boundary, control)
    pairs = len(boundary["stripe"])
    both = np.zeros((2 * pairs, 1)) if features is None else np.vstack(features)
    pair = np.tile(np.arange(pairs), 2)
    chains = None if groups is None else np.tile(groups, 2)
    question = question_of_items(both, pair, paired=True, chains=chains, two_sided=False, seed=seed)
    lacks = "" if features is not None else NO_FEATURES
    found = judged(
        question, table, {"boundaries": np.arange(2 * pairs) < pairs}, mean_difference("difference", groups), LOCI,
        twins=[np.stack(list(expected_higher(*twin).values()), 1) for twin in twins or ()],
        lacks=lacks, smallest=pairs, study=study, item=item, draws=draws, seed=seed,
    )  # fmt: skip
    return evidence([turned_back(row) for row in found.to_dict("records")])


def expected_higher(boundary: Scores, control: Scores) -> dict[str, np.ndarray]:
    """Every score by name, boundaries above their matched loci, (2 × pairs,), turned so that it is expected higher."""
    found = {}
    for metric in boundary:
        found |= by_head(metric, SIDE[metric] * np.concatenate([boundary[metric], control[metric]]))
    return found


def by_head(metric: str, values: np.ndarray) -> dict[str, np.ndarray]:
    """Values, (n, layers, heads), of each head and of their mean, (n,), under the names of their rows."""
    _, layers, heads = values.shape
    each = {
        f"{SAYS[metric]}, layer {layer + 1}, head {head + 1}": values[:, layer, head]
        for layer in range(layers)
        for head in range(heads)
    }
    return each | {f"{SAYS[metric]}, mean of heads": values.mean(axis=(1, 2))}


def turned_back(row: dict) -> dict:
    """A row in the direction in which its score was measured."""
    metric = next(name for name in SIDE if row["method"].startswith(SAYS[name]))
    row = row | {"metric": f"{metric} difference"}
    if SIDE[metric] > 0:
        return row
    turned = {name: -row[name] for name in IN_UNITS}
    for name in ("ci", "adds"):
        turned |= {f"{name}_low": -row[f"{name}_high"], f"{name}_high": -row[f"{name}_low"]}
    before, after = (lead_in_words(*(one[key] for key in ("adds", "adds_low", "adds_high"))) for one in (row, turned))
    return row | turned | {"reason": row["reason"].replace(before, after)}


def least_elsewhere(table: pd.DataFrame, along: np.ndarray, offsets: np.ndarray, near: float) -> pd.DataFrame:
    """The evidence, in which a dip is supported only where the profile is least at the boundary.

    along : mean profiles of boundaries less those of matched loci, (layers, heads, offsets). offsets : in bins from the
        boundary. near : how many bins away still is the boundary, which is an interval itself.
    """
    table, profiles = table.copy(), by_head("dip", np.moveaxis(along, -1, 0))
    for at in table.index[table.method.isin(list(profiles)) & (table.verdict == SUPPORTED)]:
        place = least_at(profiles[table.method[at]], offsets)
        if abs(place) > near:
            table.loc[at, "verdict"] = NOT_SUPPORTED
            table.loc[at, "reason"] = f"attention across is least {abs(place)} bins away, not at the boundary"
    return table


def least_at(along: np.ndarray, offsets: np.ndarray) -> int:
    """The place nearest to the middle of those where a profile, (offsets,), is within a tenth of its depth of least.

    Examples
    --------
    >>> least_at(np.array([1.0, 0.9, 0.01, 0.0, 1.0]), np.arange(-2, 3))
    0
    """
    lowest = np.flatnonzero(along <= along.min() + 0.1 * (along.max() - along.min()))
    return int(offsets[lowest[np.abs(offsets[lowest]).argmin()]])
