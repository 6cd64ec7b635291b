"""Which positions attract attention in the class asked about: over many sequences, head by head, bin by bin."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt

from regard.core.evidence import SUPPORTED
from regard.judge.classes import class_evidence
from regard.plot.questions import head_positions
from regard.predictors.composition import gc_content
from regard.studies.dna.answers import LOOKS, Answer, Many, few, interval

BIN = 10  # bases


def attracting_positions(many: Many) -> Answer:
    """Which positions attract attention in the class asked about and not in the background?"""
    first, last = many.task.ends
    question = f"Which positions attract attention in {first} and not in {last} sequences?"
    if reason := many.cannot(first, last):
        return Answer(question, reason)
    ids, length = common_length(many, [first, last])
    groups = [[i for i in many.groups[c] if i in ids] for c in (first, last)]
    if min(map(len, groups)) < 2:
        return Answer(question, f"This cannot be answered: too few {first} and {last} sequences are of one length.")
    ids, heads = groups[0] + groups[1], many.heads
    is_first = np.arange(len(ids)) < len(groups[0])
    values = in_heads(many.received, heads, ids)  # (sequences, heads, bins)
    sequences = many.sequences(ids)
    shape = values.shape[1:]
    names = [f"attention received, {h}, bases {b * BIN}-{b * BIN + BIN - 1}" for h in heads for b in range(shape[1])]
    table = class_evidence(
        dict(zip(names, values.reshape(len(ids), -1).T, strict=True)),
        is_first,
        sequences,
        f"{first}, not {last}",
        twins=[in_heads(twin[0], heads, ids).reshape(len(ids), -1) for twin in many.twins],
        more=np.hstack([np.stack([in_bins(v) for v in hit]) for hit in shares(ids, sequences)]),
        seed=many.seed,
        looks=LOOKS,
    )
    higher = (table.verdict == SUPPORTED).to_numpy() & (table.value > 0.5).to_numpy()
    attracting = higher.reshape(shape) & (values[is_first].mean(axis=0) > 0)
    difference = standardised_difference(values, is_first)
    best = np.abs(table.value.to_numpy().reshape(shape) - 0.5).argmax(axis=1)
    shown = table.iloc[[h * shape[1] + b for h, b in enumerate(best)]].reset_index(drop=True)
    tss = common_tss(many, groups[0])
    figure, ax = plt.subplots(figsize=(9, 4.2), layout="constrained")
    head_positions(ax, difference, heads, attracting, BIN, tss)
    ax.set_title(f"attention received, {first} (n = {len(groups[0])}) minus {last} (n = {len(groups[1])})")
    return Answer(
        question,
        attracting_sentence(shown, heads, attracting, first, last, tss) + few(*groups) + ".",
        figure,
        shown,
        f"A position here is an index in sequences of {length} bases. Where sequences of a class are aligned (a TSS at "
        "one index, say), a head can learn the index instead of the sequence. Tested over whole sequences, "
        f"corrected for all heads and bins of {BIN} bases, beyond letters there and in the whole sequence and beyond "
        "random weights; of each head the bin that differs most.",
        "positions",
    )


def attracting_sentence(table: pd.DataFrame, heads: list[str], attracting, first: str, last: str, tss) -> str:
    found = [(head, row, bins) for head, row, bins in zip(heads, attracting, attracting, strict=True) if row.any()]
    if not found:
        return f"None: no head attends more to some position in {first} than in {last} sequences beyond chance"
    order = sorted(found, key=lambda f: -table.value[heads.index(f[0])])[:3]
    named = "; ".join(
        f"{head} at {ranges(bins)} (AUROC {interval(table.loc[heads.index(head)])})" for head, _, bins in order
    )
    where = f", the TSS being at {tss}" if tss is not None else ""
    return (
        f"{len(found)} of {len(heads)} heads attend more to some positions in {first} than in {last} sequences, beyond "
        f"what letters and random weights explain; most clearly {named}{where}"
    )


def in_heads(received, heads: list[str], ids: list[str]) -> np.ndarray:
    """Means over bins of what each head gives, (sequences, heads, bins)."""
    return np.stack([binned(received[h], ids) for h in heads], axis=1)


def shares(ids: list[str], sequences: list[str]) -> list[list[np.ndarray]]:
    """GC and purine content of single bases, a list of sequences each: what letters say of a bin."""
    gc = gc_content(ids, sequences, window=1).values
    return [gc, [np.isin(list(s), ["A", "G"]).astype(float) for s in sequences]]


def standardised_difference(values: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Difference of class means over the standard deviation within classes; values, (sequences, ...)."""
    a, b = values[first], values[~first]
    within = np.sqrt((a.var(axis=0) * len(a) + b.var(axis=0) * len(b)) / max(len(values) - 2, 1))
    return (a.mean(axis=0) - b.mean(axis=0)) / np.maximum(within, 1e-12)


def common_length(many: Many, classes: list[str]) -> tuple[set[str], int]:
    """Ids of sequences of the commonest length, and that length."""
    lengths = many.rows.sequence.loc[[i for c in classes for i in many.groups[c]]].str.len()
    common = int(lengths.mode().iloc[0])
    return set(lengths.index[lengths == common]), common


def common_tss(many: Many, ids: list[str]) -> int | None:
    """The TSS, if all of these sequences have it at one index."""
    if "tss" not in many.rows:
        return None
    tss = many.rows.tss.loc[ids]
    return int(tss.iloc[0]) if tss.notna().all() and tss.nunique() == 1 else None


def binned(scores, ids: list[str]) -> np.ndarray:
    value = dict(zip(scores.ids, scores.values, strict=True))
    return np.stack([in_bins(value[i]) for i in ids])


def in_bins(values: np.ndarray) -> np.ndarray:
    """Means of `BIN` neighbours, (length // BIN,); what is left at the end goes."""
    return np.nanmean(values[: len(values) // BIN * BIN].reshape(-1, BIN), axis=1)


def ranges(bins: np.ndarray) -> str:
    """Bins in words, as bases: `20-39, 240-249`; the longest three."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], bins.astype(int), [0]])))
    spans = sorted(zip(edges[::2], edges[1::2], strict=True), key=lambda s: s[0] - s[1])[:3]
    return ", ".join(f"{a * BIN}-{b * BIN - 1}" for a, b in sorted(spans))
