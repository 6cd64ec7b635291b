"""What the tables of the DNA study say, in sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control, mannwhitneyu

from regard.core.evidence import SUPPORTED, TOO_FEW
from regard.studies.dna.evidence import MEAN_OF_HEADS
from regard.studies.dna.predictions import matthews_text
from regard.studies.dna.result import Result


def joined(evidence: pd.DataFrame) -> pd.DataFrame:
    """One row a comparison: the means of the nulls beside each other, and the larger of the corrected p."""
    keys = ["method", "annotation"]
    rows = evidence[evidence.null == "circular shift"].rename(columns={"null_mean": "shifted"})
    for null, column in {"other samples": "others", "random weights": "untrained"}.items():
        means = evidence[evidence.null == null].rename(columns={"null_mean": column})[[*keys, column]]
        rows = rows.merge(means, on=keys, how="left", sort=False)
    return rows.assign(q_value=evidence.groupby(keys).q_value.max().loc[list(rows[keys].itertuples(index=False))].array)


def entropy_table(result: Result) -> tuple[list[dict], list[str]]:
    """Mean entropy a head and class, and whether the first two classes differ."""
    classes, rows = list(result.groups), []
    for head, scores in result.entropy.items():
        if head == MEAN_OF_HEADS:
            continue
        mean = {i: np.nanmean(v) for i, v in zip(scores.ids, scores.values, strict=True)}
        values = [np.array([mean[i] for i in result.groups[c]]) for c in classes]
        p = mannwhitneyu(values[0], values[-1]).pvalue if len(classes) > 1 else np.nan
        means = [float(v.mean()) for v in values]
        rows.append({"head": head, "values": means, "difference": means[0] - means[-1], "p": p})
    if len(classes) > 1:
        for row, q in zip(rows, false_discovery_control([r["p"] for r in rows]), strict=True):
            row["q"] = float(q)
    else:
        rows = [row | {"q": np.nan} for row in rows]
    return rows, classes


def findings(result: Result, rows: pd.DataFrame, entropy_rows, classes) -> tuple[list[str], str, list[str]]:
    """What was found, the headline, and the answer to: is it evidence? All from the tables."""
    predictions, found = result.predictions, []
    counts = predictions.predicted.value_counts()
    found.append("Predicted: " + ", ".join(f"{counts.get(c, 0)} {c}" for c in reversed(result.task.classes)) + ".")
    if "label" in predictions:
        right = (predictions.label == predictions.predicted).mean()
        mcc = matthews_text(predictions)
        found.append(f"Against the labels: {right:.1%} right, Matthews correlation {mcc} (n = {len(predictions)}).")
    mean = rows[rows.method == MEAN_OF_HEADS]
    judged = mean[mean.verdict != TOO_FEW]
    if len(judged):
        top = judged.assign(fold=judged.value / judged.shifted).sort_values("fold").iloc[-1]
        found.append(
            f"Mean attention agrees best with {top.annotation}: AUPRC {top.value:.3f}, shifted labels "
            f"{top.shifted:.3f}, best baseline ({top.baseline}) {top.baseline_value:.3f}."
        )
    focused = min(entropy_rows, key=lambda r: r["values"][0])
    found.append(
        f"Most focused: {focused['head']} (entropy {focused['values'][0]:.2f} of 1 in {classes[0]} sequences)."
    )
    if len(classes) > 1:
        changed = [r for r in entropy_rows if r["q"] <= 0.05]
        found.append(
            f"{len(changed)} of {len(entropy_rows)} heads are more or less focused in {classes[0]} than in "
            f"{classes[-1]} sequences."
        )
    heads = rows[rows.method.str.startswith("block")]
    supported = heads[heads.verdict == SUPPORTED]
    mean_supported = mean[mean.verdict == SUPPORTED]
    if len(mean_supported):
        headline = f"Attention, averaged over heads, is evidence for {', '.join(mean_supported.annotation)}"
    elif len(supported):
        best = supported.assign(fold=supported.value / supported.shifted).sort_values("fold").iloc[-1]
        headline = f"Averaged attention is not evidence here; single heads are: {best.method} for {best.annotation}"
    else:
        headline = "Attention is not evidence for the elements tested here"
    answer = [
        f"Averaged over all heads, attention is supported for {len(mean_supported)} of {len(mean)} annotations; "
        f"{len(supported)} of {len(heads)} single-head comparisons are."
    ]
    gradient = rows[rows.method == "gradient × input"]
    won = gradient[gradient.verdict == SUPPORTED].annotation
    answer.append("Gradient × input is supported for " + (", ".join(won) if len(won) else "none of them") + ".")
    return found, headline, answer
