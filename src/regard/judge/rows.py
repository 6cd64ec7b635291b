"""From what the engine found to rows of evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from regard.core.evidence import evidence
from regard.judge.engine import Question, Weighed, standardised, weigh
from regard.judge.interval import interval
from regard.judge.measures import Measure, chance_of
from regard.judge.rules import FEWEST_POSITIVES, Case, decide

BOUNDED = ("auprc", "auroc", "P@L", "P@L/2", "P@L/5", "early precision")
NO_TWINS = "the same scores from at least two models with random weights (twins)"


@dataclass(frozen=True)
class Words:
    """How a kind of question speaks: what moved labels and what needs no model are called, and what groups are."""

    moves: str
    nuisance: str
    units: str
    fewest: int = FEWEST_POSITIVES


def judged(
    question: Question,
    scores: Mapping[str, np.ndarray],
    labels: Mapping[str, np.ndarray],
    measure: Measure,
    words: Words,
    *,
    twins: Sequence[np.ndarray] | None = None,
    model: bool = True,
    lacks: str = "",
    ends: tuple[np.ndarray, np.ndarray] | None = None,
    study: str = "",
    item: str = "",
    draws: int = 999,
    seed: int = 0,
) -> pd.DataFrame:
    """A row of evidence for each method and annotation, all corrected together.

    Parameters
    ----------
    scores, labels : float and bool, (items,) each, by name.
    measure : the metric with its leave-outs.
    twins : for each model with random weights all its scores, (items, scores). model : whether the scores are a
        model's, so that without twins nothing is supported.
    lacks : what else is missing for a verdict. ends : for edges, the nodes at both ends of each, (items,), of which
        enough must have a label instead of enough groups.
    """
    if not scores or not labels:
        return evidence([])
    table, known = np.stack(list(scores.values()), 1), np.stack(list(labels.values()), 1).astype(bool)
    twins = list(twins or [])
    if model and len(twins) < 2:
        lacks = " and ".join(filter(None, [lacks, NO_TWINS]))
    found = weigh(question, table, known, twins, draws=draws, seed=seed)
    group = np.repeat(question.groups, [b.stop - b.start for b in question.blocks])
    scaled, rows = standardised(table), []
    for k, (annotation, label) in enumerate(labels.items()):
        label = np.asarray(label, dtype=bool)
        wanted = standardised(label[:, None].astype(float))[:, 0]
        labelled = len(np.unique((group if ends is None else np.concatenate(ends))[label if ends is None else np.tile(label, 2)]))
        without_model, out = measure.replicated(found.expected[:, k], label)
        common = {
            "study": study, "item": item, "annotation": annotation, "n": len(label), "positives": int(label.sum()),
            "prevalence": label.mean(), "metric": measure.metric, "null": words.moves,
            "null_mean": chance_of(measure.metric, int(label.sum()), len(label)),
            "baseline": words.nuisance, "baseline_value": without_model,
        }  # fmt: skip
        for m, method in enumerate(scores):
            alone, replicates = measure.replicated(table[:, m], label)
            low, high = interval(alone, replicates, bounded=measure.metric in BOUNDED, seed=seed)
            both, with_score = measure.replicated(together(found, label, k, m), label)
            adds = both - without_model
            lead = interval(adds, tuple(a - b for a, b in zip(with_score, out, strict=True)), bounded=False, seed=seed)
            possible = np.isfinite(found.more[k, m])
            case = Case(
                int(label.sum()), labelled, lacks, found.z[k, m], found.limit, found.bound[k], found.p[k, m],
                found.known[k], found.placed[k], bool(possible), adds, *lead,
                words.moves, words.nuisance, words.fewest, words.units,
            )  # fmt: skip
            verdict, reason = decide(case)
            rows.append(common | {
                "method": method, "value": alone, "ci_low": low, "ci_high": high,
                "p_value": found.alone[k, m], "q_value": found.p[k, m], "verdict": verdict, "reason": reason,
                "adds": adds, "adds_low": lead[0], "adds_high": lead[1],
                "needed": measure.value(scaled[:, m] + found.more[k, m] * wanted, label) if possible else np.nan,
            })  # fmt: skip
    return evidence(rows)


def together(found: Weighed, label: np.ndarray, k: int, m: int) -> np.ndarray:
    """What needs no model, and the score's remainder by a slope fitted on the other folds, (items,)."""
    left, rest = found.remainders[:, m], label - found.expected[:, k]
    up, down = (np.bincount(found.fold, v) for v in (left * rest, left**2))
    slope = (up.sum() - up) / (down.sum() - down + 1e-12)
    return found.expected[:, k] + slope[found.fold] * left

