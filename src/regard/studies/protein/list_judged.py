"""Do labels of a list of variants agree with the model beyond amino acids, place and conservation?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from regard.core.evidence import stacked
from regard.core.scores import Annotations, PositionScores
from regard.data.proteins import AMINO_ACIDS
from regard.judge.compare import compare
from regard.judge.rules import Words
from regard.models.protein.model import ProteinModel, random_twin
from regard.predictors.residues import HYDROPATHY
from regard.studies.protein.listed import ListedChange, score_list

METHOD, CONSERVED = "masked marginal likelihood", "rarity in the alignment"
STRETCHES = 12  # of all proteins together; they are what is independent
TWINS = 5
WORDS = Words("labels turned within their stretch", "amino acids and place", "stretches of proteins")


def judge_list(
    model: ProteinModel, changes: Sequence[ListedChange], table: pd.DataFrame, worse: np.ndarray, name: str, *,
    twins: int = TWINS, looks: int = 1, seed: int = 0,
) -> pd.DataFrame:  # fmt: skip
    """Evidence on the labels of a list, AUROC: of substitutions, the less likely to the model the worse.

    Stretches of the proteins take the place of proteins. What must be beaten: which amino acids, hydropathy, place, and
    rarity in the alignment where all proteins have one. Scores that need no model are judged in a second call.

    table : as `score_list` gives it. worse : of each change, higher for worse; two classes, or a score that is cut at
    its median. NaN where there is no label.
    """
    kept = [k for k, one in enumerate(changes) if not np.isnan(worse[k]) and not one.change.deleted]
    if len(set(worse[kept])) < 2:
        return pd.DataFrame()
    some = [changes[k] for k in kept]
    bad = worse[kept] > (0.5 if set(worse[kept]) <= {0.0, 1.0} else np.median(worse[kept]))
    groups = stretches(some)
    ids = [f"stretch {g + 1}" for g in range(groups.max() + 1)]
    order = np.argsort([one.change.positions[0] for one in some], kind="stable")  # runs at a residue move together
    inside = [order[groups[order] == g] for g in range(len(ids))]

    def cut(values: np.ndarray, name: str) -> PositionScores:
        return PositionScores(ids, [values[at] for at in inside], name)

    features = described(some)
    labels = Annotations(ids, [bad[at] for at in inside], name)
    drawn = [
        [cut(-score_list(random_twin(model, seed * 100 + k), some, {}).log_ratio.to_numpy(), METHOD)]
        for k in range(twins)
    ]
    rare = -table.conserved.to_numpy()[kept] if "conserved" in table else np.full(len(kept), np.nan)
    baselines = [] if np.isnan(rare).any() else [cut(rare, CONSERVED)]
    shared = {
        "features": [features[at] for at in inside], "groups": ids, "metric": "auroc", "words": WORDS, "looks": looks,
        "study": "protein", "item": name, "seed": seed,
    }  # fmt: skip
    own = cut(-table.log_ratio.to_numpy()[kept], METHOD)
    found = [compare(own, labels, twins=drawn, baselines=baselines, **shared)]
    if baselines:
        found.append(compare(baselines, labels, model=False, **shared))
    return stacked(found)


def stretches(changes: Sequence[ListedChange]) -> np.ndarray:
    """Which stretch each change is in, (changes,): of each protein alike many, cut between residues."""
    names = list(dict.fromkeys(one.protein.id for one in changes))
    each = max(1, -(-STRETCHES // len(names)))
    out, first = np.zeros(len(changes), dtype=int), 0
    for name in names:
        mine = np.array([k for k, one in enumerate(changes) if one.protein.id == name])
        at = np.array([changes[k].change.positions[0] for k in mine])
        which = np.unique(at, return_inverse=True)[1]
        count = np.bincount(which)
        number = (np.cumsum(count) - count) * each // len(mine)
        number = np.unique(number, return_inverse=True)[1]
        out[mine] = first + number[which]
        first += number.max() + 1
    return out


def described(changes: Sequence[ListedChange]) -> np.ndarray:
    """What needs no model: amino acids taken out and put in, change of hydropathy, place, how many, (changes, 43)."""
    out = np.zeros((len(changes), 43))
    for row, one in zip(out, changes, strict=True):
        for v in one.change.substitutions:
            row[AMINO_ACIDS.index(v.wild)] += 1
            row[20 + AMINO_ACIDS.index(v.mutant)] += 1
            row[40] += HYDROPATHY[AMINO_ACIDS.index(v.mutant)] - HYDROPATHY[AMINO_ACIDS.index(v.wild)]
        row[41] = one.change.positions[0] / len(one.protein)
        row[42] = len(one.change.substitutions)
    return out


def correlation(values: pd.Series, worse: np.ndarray) -> float:
    """Spearman's ρ of how likely changes are with how well they function, where both are known."""
    there = ~(values.isna().to_numpy() | np.isnan(worse))
    return float(spearmanr(values[there], -worse[there]).statistic)
