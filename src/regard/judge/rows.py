"""From what the engine found to rows of evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd

from regard.core.evidence import evidence
from regard.judge.engine import Question, Weighed, weigh
from regard.judge.interval import Replicates, interval
from regard.judge.measures import Measure
from regard.judge.rules import Case, Words, decide

BOUNDED = ("auprc", "auroc", "early precision")  # shares of whole rankings: their intervals are made on log odds
NO_TWINS = "the same scores from at least two models with random weights (twins)"


def judged(
    question: Question,
    scores: Mapping[str, np.ndarray],
    labels: Mapping[str, np.ndarray],
    measure: Measure | Sequence[Measure] | Mapping[str, Measure],
    words: Words,
    *,
    twins: Sequence[np.ndarray] | None = None,
    model: bool = True,
    lacks: str = "",
    ends: tuple[np.ndarray, np.ndarray] | None = None,
    smallest: int | None = None,
    inside: Mapping[str, np.ndarray] | None = None,
    looks: int = 1,
    study: str = "",
    item: str = "",
    draws: int = 999,
    seed: int = 0,
) -> pd.DataFrame:
    """A row of evidence for each annotation, method and metric, all corrected together.

    Parameters
    ----------
    scores, labels : float and bool, (items,) each, by name.
    measure : the metric with its leave-outs, one for all, several for all, or one for each annotation.
    twins : for each model with random weights all its scores, (items, scores). model : whether the scores are a
        model's, so that without twins nothing is supported.
    lacks : what else is missing for a verdict. ends : for edges, the nodes at both ends of each, (items,), of which
        enough must have a label instead of enough groups. smallest : what is counted instead of positives.
    inside : for each annotation the items that it is about, bool, (items,); all where None. looks : see `weigh`.
    """
    if not scores or not labels:
        return evidence([])
    table, known = np.stack(list(scores.values()), 1), np.stack(list(labels.values()), 1).astype(bool)
    twins = list(twins or [])
    if model and len(twins) < 2:
        lacks = " and ".join(filter(None, [lacks, NO_TWINS]))
    part = None if inside is None else np.stack([inside[name] for name in labels], 1)
    found = weigh(question, table, known, twins, inside=part, looks=looks, draws=draws, seed=seed)
    group = np.repeat(question.groups, [b.stop - b.start for b in question.blocks])
    nodes = [group] if ends is None else ends

    def row(k: int, m: int, use: Measure, without) -> dict:
        at = np.arange(len(table)) if part is None else np.flatnonzero(part[:, k])
        label, mine, unit = known[at, k], table[at, m], table[:, m].std()
        positives = int(label.sum())
        alone, replicates = use.replicated(mine, label)
        low, high = interval(alone, replicates, bounded=use.metric in BOUNDED, seed=seed)
        adds, lead = lead_of(found, use, without, label, at, k, m, unit)
        most = 1.0 if use.metric in BOUNDED else np.inf
        lead_low, lead_high = interval(adds, lead, bounded=False, most=most, seed=seed)
        towards = np.sign(alone) if question.two_sided and not use.ranks else 1
        possible = bool(np.isfinite(found.more[k, m]))
        groups = len(np.unique(np.concatenate([node[at][label] for node in nodes])))
        verdict, reason = decide(Case(
            positives if smallest is None else smallest, groups, lacks, found.z[k, m], found.limit, found.bound[k],
            found.p[k, m], found.known[k], found.placed[k], possible, adds, lead_low, lead_high, words, towards,
        ))  # fmt: skip
        just = mine + found.more[k, m] * unit * scaled(label, known[:, k]) if possible else None
        return {
            "study": study, "item": item, "method": names[m], "annotation": annotations[k],
            "n": len(at), "positives": positives, "prevalence": label.mean(), "metric": use.metric,
            "value": alone, "ci_low": low, "ci_high": high, "null": words.moves,
            "null_mean": use.by_chance(label),
            "baseline": words.nuisance, "baseline_value": alone - adds if without is None else without[0],
            "p_value": found.alone[k, m], "q_value": found.p[k, m], "verdict": verdict, "reason": reason,
            "adds": adds, "adds_low": lead_low, "adds_high": lead_high,
            "needed": np.nan if just is None else use.value(just, label),
        }  # fmt: skip

    names, annotations, rows = list(scores), list(labels), []
    for k, annotation in enumerate(annotations):
        at = slice(None) if part is None else part[:, k]
        one = measure[annotation] if isinstance(measure, Mapping) else measure
        several = [one] if isinstance(one, Measure) else one
        without = [use.replicated(found.expected[at, k], known[at, k]) if use.ranks else None for use in several]
        rows += [row(k, m, *pair) for m, pair in product(range(len(names)), zip(several, without, strict=True))]
    return evidence(rows)


def lead_of(
    found: Weighed, measure: Measure, without, label, at, k: int, m: int, unit: float
) -> tuple[float, Replicates]:
    """What a score adds to what needs no model, and that lead with one group left out each.

    Of a figure in the scores' own unit (of one standard deviation `unit`) it is what is left of it.
    """
    if without is None:
        return measure.replicated(found.remainders[at, m] * unit, label)
    both, replicates = measure.replicated(together(found, k, m)[at], label)
    return both - without[0], tuple(a - b for a, b in zip(replicates, without[1], strict=True))


def together(found: Weighed, k: int, m: int) -> np.ndarray:
    """What needs no model, and the score's remainder by a slope fitted on the other folds, (items,)."""
    left, rest = found.remainders[:, m], found.rest[:, k]
    up, down = (np.bincount(found.fold, v) for v in (left * rest, left**2))
    slope = (up.sum() - up) / (down.sum() - down + 1e-12)
    return found.expected[:, k] + slope[found.fold] * left


def scaled(label: np.ndarray, every: np.ndarray) -> np.ndarray:
    """Labels in standard deviations of all of them."""
    return (label - every.mean()) / (every.std() + 1e-12)
