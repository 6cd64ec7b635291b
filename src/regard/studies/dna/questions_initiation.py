"""The questions that lay attention beside motifs and initiation of transcription."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt

from regard.core.evidence import SUPPORTED, TOO_FEW
from regard.judge.classes import class_row, judged
from regard.plot.questions import agreement, strips
from regard.studies.dna.answers import Answer, Many, compared, few, interval, per_sequence, sentence_of
from regard.studies.dna.evidence import MEAN_OF_HEADS
from regard.studies.dna.mutagenesis import NAME as MUTATED

HIGHEST = 0.05  # share of a sequence's positions that make its peak
NO_MODEL = "Initiation cannot be predicted here: give Puffin's weights with --puffin."


def peaks_on_motifs(evidence: pd.DataFrame, mutated: pd.DataFrame, source: str) -> Answer:
    """Do attention peaks fall on motifs? From the evidence on positions, and that of mutagenesis on a subset."""
    shift = evidence[evidence.null == "circular shift"]
    known = shift[~shift.annotation.str.startswith(("TSS", "CpG"))]
    heads = known[known.method.str.startswith("block")]
    mean, gradient = (known[known.method == m] for m in (MEAN_OF_HEADS, "gradient × input"))
    question = "Do attention peaks fall on motif activation?"
    if (mean.verdict == TOO_FEW).all():
        return Answer(question, "This cannot be answered: too few positions lie in motifs.", rows=mean)
    some = mutated[(mutated.null == "circular shift") & mutated.annotation.isin(known.annotation)]
    mutagenesis = some[some.method == MUTATED]
    top = mean[mean.verdict != TOO_FEW].assign(fold=mean.value / mean.null_mean).sort_values("fold").iloc[-1]

    def count(rows: pd.DataFrame) -> str:
        return f"{(rows.verdict == SUPPORTED).sum()} of {len(rows)}"

    sentence = (
        f"Averaged attention agrees with {count(mean)} motif annotations ({source}) beyond every null and baseline, "
        f"gradient × input with {count(gradient)}, mutagenesis of some bases with {count(mutagenesis)}, and "
        f"{count(heads)} single-head comparisons hold; attention is best on {top.annotation}: AUPRC {top.value:.3f} "
        f"[{top.ci_low:.3f}, {top.ci_high:.3f}], shifted labels {top.null_mean:.3f}, {top.baseline} "
        f"{top.baseline_value:.3f}."
    )
    shown = pd.concat([mean, gradient, mutagenesis])
    best = mean.assign(method="best baseline", value=mean.baseline_value, ci_low=np.nan, ci_high=np.nan, verdict="")
    figure, ax = plt.subplots(figsize=(9, 0.42 * mean.annotation.nunique() + 1), layout="constrained")
    agreement(ax, pd.concat([shown, best]), [MEAN_OF_HEADS, "gradient × input", MUTATED, "best baseline"])
    caveat = (
        f"Positions of {mean['item'].iloc[0]}; mutagenesis: {some['item'].iloc[0] if len(some) else 'none'}. All "
        "comparisons are in a table further down. A model may read a motif and keep what it read elsewhere: no "
        "agreement does not prove that the motif is not used."
    )
    return Answer(question, sentence, figure, shown, caveat, "motifs")


def weaker(many: Many) -> Answer:
    """Does the background get weaker attention and weaker initiation?"""
    first, *_, last = many.task.classes[::-1]
    question = f"Do {last} sequences get weaker attention and weaker initiation than {first} sequences?"
    if reason := many.cannot(first, last):
        return Answer(question, reason)
    groups = {c: many.groups[c] for c in (first, last)}
    measures = {"peak of attention": lambda ids: peak(many, ids)}
    measures["focus of attention (1 − entropy)"] = lambda ids: 1 - per_sequence(many.entropy[MEAN_OF_HEADS], ids)
    if many.check.model is not None:
        measures["highest predicted initiation"] = many.strength
    values = {what: {c: measure(ids) for c, ids in groups.items()} for what, measure in measures.items()}
    gc = ("GC share", *(many.gc(ids) for ids in groups.values()))
    table = judged([
        class_row(*of.values(), baseline=gc, seed=many.seed) | {"method": what, "annotation": f"{first} against {last}"}
        for what, of in values.items()
    ])  # fmt: skip
    said = [
        f"{compared(row, row.method, first, last)} (AUROC {interval(row)}, GC {row.baseline_value:.2f})"
        for _, row in table.iterrows()
    ]
    sentence = sentence_of(said) + few(*groups.values()) + "."
    if many.check.model is None:
        sentence += " " + NO_MODEL
    figure, axes = plt.subplots(1, len(values), figsize=(3.2 * len(values), 3.4), layout="constrained", squeeze=False)
    for ax, (what, of) in zip(axes[0], values.items(), strict=True):
        strips(ax, of, what)
    caveat = (
        "Attention adds up to 1 for every query, so that it cannot be weak in all: the peak is the mean of the highest "
        f"{HIGHEST:.0%} of positions, log2 beyond mask and distance. {flank_caveat(many)}"
    )
    return Answer(question, sentence, figure, table, caveat, "strength")


def enhancers_initiate(many: Many) -> Answer:
    """Do strong, weak and non-enhancers trigger initiation of transcription?"""
    question = "Do strong, weak and non-enhancers trigger initiation?"
    if many.task.name != "enhancer":
        return Answer(question, "Not asked of promoters: run it with --task enhancer.")
    if many.check.model is None:
        return Answer(question, NO_MODEL)
    if reason := many.cannot("strong", "weak", "none"):
        return Answer(question, reason)
    values = {c: many.strength(many.groups[c]) for c in ("strong", "weak", "none")}
    pairs = [("strong", "none"), ("weak", "none"), ("strong", "weak")]
    rows = []
    for a, b in pairs:
        gc = ("GC share", many.gc(many.groups[a]), many.gc(many.groups[b]))
        row = class_row(values[a], values[b], baseline=gc, seed=many.seed)
        rows.append(row | {"method": "highest predicted initiation", "annotation": f"{a} against {b}"})
    table = judged(rows)
    limit = np.quantile(values["none"], 0.95)
    shares = ", ".join(f"{(values[c] > limit).mean():.0%} of {c}" for c in ("strong", "weak"))
    said = [
        f"{compared(row, 'predicted initiation', a, b)} (AUROC {interval(row)}, GC {row.baseline_value:.2f})"
        for (a, b), (_, row) in zip(pairs, table.iterrows(), strict=True)
    ]
    sentence = (
        f"{sentence_of(said)}; {shares} enhancers reach what 5 % of none do"
        + few(*(many.groups[c] for c in values))
        + "."
    )
    figure, ax = plt.subplots(figsize=(4.6, 3.4), layout="constrained")
    strips(ax, values, f"highest initiation, {many.check.unit}\n({many.check.name})")
    ax.axhline(limit, color="black", linewidth=0.6, linestyle=":")
    return Answer(question, sentence, figure, table, flank_caveat(many), "initiation")


def peak(many: Many, ids: list[str]) -> np.ndarray:
    """Mean of the highest positions of each sequence, attention received, mean of heads."""
    value = dict(zip(many.received[MEAN_OF_HEADS].ids, many.received[MEAN_OF_HEADS].values, strict=True))
    highest = [np.sort(value[i])[-max(1, round(HIGHEST * len(value[i]))) :] for i in ids]
    return np.array([np.nanmean(v) for v in highest])


def flank_caveat(many: Many) -> str:
    """Which flanks the initiation of many sequences was predicted with."""
    if many.check.model is None:
        return ""
    kinds = pd.Series([many.readings[i].flanks for i in many.ids]).value_counts()
    counts = ", ".join(f"{n} {kind}" for kind, n in kinds.items())
    text = f"Initiation by {many.check.name}, either strand; flanks: {counts}"
    return text + ("; random flanks add noise to all classes alike." if set(kinds.index) != {"true"} else ".")
