"""The questions that lay attention beside motifs and initiation of transcription."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt

from regard.core.evidence import JUDGED, SUPPORTED, stacked
from regard.judge.classes import class_evidence
from regard.plot.questions import agreement, strips
from regard.studies.dna.answers import LOOKS, Answer, Many, compared, few, interval, per_sequence, sentence_of
from regard.studies.dna.evidence import MEAN_OF_HEADS
from regard.studies.dna.levels import NONE, STRONG, WEAK, level_of, levels_text
from regard.studies.dna.mutagenesis import NAME as MUTATED

HIGHEST = 0.05  # share of a sequence's positions that make its peak
STRENGTH = "highest predicted initiation"
FREE = "what needs no model"
NO_MODEL = "Initiation cannot be predicted here: give Puffin's weights with --puffin."


def peaks_on_motifs(evidence: pd.DataFrame, mutated: pd.DataFrame, source: str) -> Answer:
    """Do attention peaks fall on motifs? From the evidence on positions, and that of mutagenesis on a subset."""
    known = evidence[~evidence.annotation.str.startswith(("TSS", "CpG"))]
    heads = known[known.method.str.startswith("block")]
    mean, gradient = (known[known.method == m] for m in (MEAN_OF_HEADS, "gradient × input"))
    question = "Do attention peaks fall on motif activation?"
    if not mean.verdict.isin(JUDGED).any():
        return Answer(question, f"This cannot be answered: {mean.reason.iloc[0]}.", rows=mean)
    some = mutated[mutated.annotation.isin(known.annotation)]
    mutagenesis = some[some.method == MUTATED]
    top = mean[mean.verdict.isin(JUDGED)].sort_values("adds").iloc[-1]
    held = heads[heads.verdict == SUPPORTED].sort_values("adds", ascending=False)
    named = "; ".join(f"{r.method} for {r.annotation}" for r in held.head(3).itertuples())

    def count(rows: pd.DataFrame) -> str:
        return f"{(rows.verdict == SUPPORTED).sum()} of {rows.verdict.isin(JUDGED).sum()}"

    sentence = (
        f"Beyond letters, shares, place and random weights, averaged attention agrees with {count(mean)} motif "
        f"annotations that could be judged ({source}), gradient × input with {count(gradient)}, mutagenesis of some "
        f"bases with {count(mutagenesis)}, and {count(heads)} single-head comparisons hold"
        + (f" ({named})" if named else "")
        + f"; averaged attention adds most to {top.annotation}: {top.adds:+.3f} [{top.adds_low:+.3f}, "
        f"{top.adds_high:+.3f}] in AUPRC, alone it has {top.value:.3f}, what needs no model {top.baseline_value:.3f}."
    )
    shown = stacked([mean, gradient, mutagenesis])
    best = mean.assign(method=FREE, value=mean.baseline_value, ci_low=np.nan, ci_high=np.nan, verdict="")
    figure, ax = plt.subplots(figsize=(9, 0.42 * mean.annotation.nunique() + 1), layout="constrained")
    agreement(ax, stacked([shown, best]), [MEAN_OF_HEADS, "gradient × input", MUTATED, FREE])
    caveat = (
        f"Positions of {mean['item'].iloc[0]}; mutagenesis: {some['item'].iloc[0] if len(some) else 'none'}. All "
        "comparisons are in a table further down. A model may read a motif and keep what it read elsewhere: no "
        "agreement does not prove that the motif is not used."
    )
    return Answer(question, sentence, figure, shown, caveat, "motifs")


def weaker(many: Many) -> Answer:
    """Does the background get weaker attention and weaker initiation?"""
    first, last = many.task.ends
    question = f"Do {last} sequences get weaker attention and weaker initiation than {first} sequences?"
    if reason := many.cannot(first, last):
        return Answer(question, reason)
    groups = {c: many.groups[c] for c in (first, last)}
    ids, is_first = groups[first] + groups[last], np.arange(sum(map(len, groups.values()))) < len(groups[first])

    def of_attention(scores) -> list[np.ndarray]:
        return [peak(scores[0], ids), 1 - per_sequence(scores[1][MEAN_OF_HEADS], ids)]

    names = ["peak of attention", "focus of attention (1 − entropy)"]
    own = dict(zip(names, of_attention([many.received, many.entropy]), strict=True))
    how = {"annotation": f"{first} against {last}", "seed": many.seed, "looks": LOOKS}
    tables = [class_evidence(own, is_first, many.sequences(ids), twins=many.of_twins(of_attention), **how)]
    if many.check.model is not None:  # its random twins are not read: that would take nine times as long
        own[STRENGTH] = many.strength(ids)
        tables.append(class_evidence({STRENGTH: own[STRENGTH]}, is_first, many.sequences(ids), **how))
    table = stacked(tables)
    values = {what: {first: v[is_first], last: v[~is_first]} for what, v in own.items()}
    said = [
        f"{compared(row, row.method, first, last)} (AUROC {interval(row)}; {row.baseline} alone "
        f"{row.baseline_value:.2f})"
        for _, row in table.iterrows()
    ]
    sentence = sentence_of(said) + few(*groups.values()) + "."
    sentence += " " + (NO_MODEL if many.check.model is None else absolute(many, (first, last)))
    figure, axes = plt.subplots(1, len(values), figsize=(2.4 * len(values), 3.0), layout="constrained", squeeze=False)
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
    table = pd.concat([
        class_evidence(
            {STRENGTH: np.concatenate([values[a], values[b]])},
            np.arange(len(values[a]) + len(values[b])) < len(values[a]),
            many.sequences(many.groups[a] + many.groups[b]),
            f"{a} against {b}",
            seed=many.seed,
            looks=LOOKS,
        )
        for a, b in pairs
    ], ignore_index=True)  # fmt: skip
    limit = np.quantile(values["none"], 0.95)
    shares = ", ".join(f"{(values[c] > limit).mean():.0%} of {c}" for c in ("strong", "weak"))
    said = [
        f"{compared(row, 'predicted initiation', a, b)} (AUROC {interval(row)}, {row.baseline} "
        f"{row.baseline_value:.2f})"
        for (a, b), (_, row) in zip(pairs, table.iterrows(), strict=True)
    ]
    sentence = (
        f"{sentence_of(said)}; {shares} enhancers reach what 5 % of none do"
        + few(*(many.groups[c] for c in values))
        + ". "
        + absolute(many, ("strong", "weak", "none"))
    )
    figure, ax = plt.subplots(figsize=(4.6, 3.4), layout="constrained")
    strips(ax, values, f"highest initiation, {many.check.unit}\n({many.check.name})")
    ax.axhline(limit, color="black", linewidth=0.6, linestyle=":")
    return Answer(question, sentence, figure, table, flank_caveat(many), "initiation")


def absolute(many: Many, classes: tuple[str, ...]) -> str:
    """How many sequences of each class initiate strongly, weakly or not at all, in a sentence or two."""
    if not many.check.counts:
        return f"{many.check.name} predicts in no unit, so that strong and weak cannot be told apart in absolute terms."
    said = []
    for name in classes:
        words = [level_of(v) for v in many.strength(many.groups[name])]
        counts = ", ".join(f"{words.count(word)} {word}" for word in (STRONG, WEAK, NONE))
        said.append(f"{name} {counts} (n = {len(words)})")
    return f"In absolute terms, mean of {many.check.name}'s assays: {'; '.join(said)}; {levels_text()}."


def peak(received, ids: list[str]) -> np.ndarray:
    """Mean of the highest positions of each sequence, attention received, mean of heads."""
    value = dict(zip(received[MEAN_OF_HEADS].ids, received[MEAN_OF_HEADS].values, strict=True))
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
