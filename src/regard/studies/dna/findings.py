"""What the tables of the DNA study say, in sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd

from regard.core.evidence import JUDGED, NOT_SUPPORTED, SUPPORTED
from regard.report.sure import found_among_best
from regard.studies.dna.evidence import GRADIENT, MEAN_OF_HEADS
from regard.studies.dna.predictions import matthews_text
from regard.studies.dna.result import Result

TOLD = 2  # motifs of which bases are counted in what was found


def entropy_table(result: Result) -> tuple[list[dict], list[str]]:
    """Mean entropy of each head in each class, and the difference of the first and the last."""
    classes, rows = list(result.groups), []
    for head, scores in result.entropy.items():
        if head == MEAN_OF_HEADS:
            continue
        mean = {i: np.nanmean(v) for i, v in zip(scores.ids, scores.values, strict=True)}
        means = [float(np.mean([mean[i] for i in result.groups[c]])) for c in classes]
        rows.append({"head": head, "values": means, "difference": means[0] - means[-1]})
    return rows, classes


def findings(result: Result, rows: pd.DataFrame, entropy_rows, classes) -> tuple[list[str], str, list[str]]:
    """What was found, the headline, and the answer to: is it evidence? All from the tables."""
    predictions, found = result.predictions, []
    if result.subject.classifies:
        counts = predictions.predicted.value_counts()
        found.append("Predicted: " + ", ".join(f"{counts.get(c, 0)} {c}" for c in reversed(result.task.classes)) + ".")
    else:
        found.append(f"{result.subject.name} has no classifier: nothing is predicted, attention alone is read.")
    if "label" in predictions and "predicted" in predictions:
        right = (predictions.label == predictions.predicted).mean()
        mcc = matthews_text(predictions)
        found.append(f"Against the labels: {right:.1%} right, Matthews correlation {mcc} (n = {len(predictions)}).")
    found += attended_words(result)
    mean = rows[rows.method == MEAN_OF_HEADS]
    judged = mean[mean.verdict.isin(JUDGED)]
    more = []
    if len(judged):
        top = judged.sort_values("adds").iloc[-1]
        more.append(
            f"Mean attention adds most to {top.annotation}: {top.adds:+.3f} [{top.adds_low:+.3f}, "
            f"{top.adds_high:+.3f}] in AUPRC to the {top.baseline_value:.3f} of {top.baseline}; alone it has "
            f"{top.value:.3f}."
        )
    heads = rows[rows.method.str.startswith("block")]
    judged_heads = heads[heads.verdict.isin(JUDGED)]
    supported = heads[heads.verdict == SUPPORTED].sort_values("adds", ascending=False)
    mean_supported = mean[mean.verdict == SUPPORTED]
    if len(supported):
        best = supported.iloc[0]
        more.append(
            f"{best.method.capitalize()} agrees with {best.annotation} beyond what needs no model and beyond random "
            f"weights: it adds {best.adds:+.3f} [{best.adds_low:+.3f}, {best.adds_high:+.3f}] in AUPRC to the "
            f"{best.baseline_value:.3f} of {best.baseline} (alone {best.value:.3f})."
        )
    focused = min(entropy_rows, key=lambda r: r["values"][0])
    more.append(f"Most focused: {focused['head']} (entropy {focused['values'][0]:.2f} of 1 in {classes[0]} sequences).")
    if len(mean_supported):
        headline = f"Attention, averaged over heads, is evidence for {', '.join(mean_supported.annotation)}"
    elif len(supported):
        headline = f"Averaged attention is not evidence here; single heads are: {best.method} for {best.annotation}"
    elif len(judged_heads):
        headline = "Attention is not evidence for the elements that could be judged here"
    else:
        headline = "Whether attention is evidence cannot be told from this input"
    answer = [
        f"Averaged over all heads, attention is supported for {len(mean_supported)} of {len(judged)} annotations that "
        f"could be judged; {len(supported)} of {len(judged_heads)} single-head comparisons are."
    ]
    gradient = rows[(rows.method == GRADIENT) & rows.verdict.isin(JUDGED)]
    won = gradient[gradient.verdict == SUPPORTED].annotation
    if len(gradient):
        answer.append("Gradient × input is supported for " + (", ".join(won) if len(won) else "none of them") + ".")
    missed = judged_heads[judged_heads.verdict == NOT_SUPPORTED]
    missed = missed[~missed.annotation.isin(supported.annotation)].groupby("annotation", sort=False).needed.median()
    if len(missed):
        named = ", ".join(f"{name} {value:.2f}" for name, value in missed.items() if value == value)
        answer.append(f"Where no head is, one would have needed an AUPRC of about: {named}.")
    return found, headline, [*answer, *more]


def attended_words(result: Result) -> list[str]:
    """How many bases of the commonest motifs are among the most attended of their sequence; not chosen by the count."""
    commonest = sorted((one for one in result.attended if one.known), key=lambda one: -one.known)[:TOLD]
    by = "most attended of their sequences"
    return [found_among_best(f"bases of {one.name}", one.known, one.found, by, one.chance) for one in commonest]
