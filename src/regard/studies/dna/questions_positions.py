"""Which positions attract attention in one class and not in the other: bins of each head, and single bases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from regard.core.evidence import SUPPORTED
from regard.core.stretches import stretches
from regard.judge.classes import class_evidence
from regard.plot.questions import positions_figure
from regard.predictors.composition import gc_content
from regard.studies.dna.answers import LOOKS, Answer, Many, few, interval
from regard.studies.dna.evidence import MEAN_OF_HEADS
from regard.studies.dna.spike import AROUND, spike_words

BIN = 10  # bases


@dataclass
class Differences:
    """What was tested, in the order of the table's rows.

    heads : AUROC and verdict of each head's bins, (heads, bins). bases : the same of single bases, mean of heads,
    (length,). near : rows of single bases of each head about the TSS.
    """

    heads: pd.DataFrame
    bases: pd.DataFrame
    near: pd.DataFrame
    bins: int

    def more(self, sign: int) -> np.ndarray:
        """Bins of heads that attract more (1) or less (−1) in the first class, supported; bool, (heads, bins)."""
        beyond = (self.heads.verdict == SUPPORTED) & (np.sign(self.heads.value - 0.5) == sign)
        return beyond.to_numpy().reshape(-1, self.bins)

    def best(self) -> pd.DataFrame:
        """Of each head the bin that differs most, and the three single bases that do."""
        at = (self.heads.value.to_numpy() - 0.5).reshape(-1, self.bins)
        chosen = [h * self.bins + b for h, b in enumerate(np.abs(at).argmax(axis=1))]
        single = (self.bases.value - 0.5).abs().sort_values(ascending=False, kind="stable").index[:3]
        return pd.concat([self.heads.iloc[chosen], self.bases.loc[single], self.near]).reset_index(drop=True)


def attracting_positions(many: Many) -> Answer:
    """Which positions attract attention in the class asked about and not in the background, or the reverse?"""
    first, last = many.task.ends
    question = f"Which positions attract attention in {first} and not in {last} sequences, or the reverse?"
    if reason := many.cannot(first, last):
        return Answer(question, reason)
    ids, length = common_length(many, [first, last])
    groups = [[i for i in many.groups[c] if i in ids] for c in (first, last)]
    if min(map(len, groups)) < 2:
        return Answer(question, f"This cannot be answered: too few {first} and {last} sequences are of one length.")
    ids, heads = groups[0] + groups[1], many.heads
    is_first = np.arange(len(ids)) < len(groups[0])
    tss = common_tss(many, groups[0])
    near = [] if tss is None else [b for b in range(tss - AROUND, tss + AROUND + 1) if 0 <= b < length]
    values = in_heads(many.received, heads, ids)  # (sequences, heads, bins)
    single = bases(many.received[MEAN_OF_HEADS], ids)  # (sequences, length)
    sequences, bins = many.sequences(ids), values.shape[2]
    names = [f"attention received, {h}, bases {b * BIN}-{b * BIN + BIN - 1}" for h in heads for b in range(bins)]
    names += [f"attention received, mean of heads, base {b}" for b in range(length)]
    names += [f"attention received, {h}, base {b}" for h in heads for b in near]

    def numbers(received) -> np.ndarray:
        of_heads = in_heads(received, heads, ids).reshape(len(ids), -1)
        at_tss = [bases(received[h], ids)[:, near] for h in heads]
        return np.hstack([of_heads, bases(received[MEAN_OF_HEADS], ids), *at_tss])

    letters = shares(ids, sequences)
    more = [np.stack([in_bins(v) for v in hit]) for hit in letters]
    more += [np.stack([v[near] for v in hit]) for hit in letters]
    table = class_evidence(
        dict(zip(names, numbers(many.received).T, strict=True)),
        is_first,
        sequences,
        f"{first}, not {last}",
        twins=[numbers(twin[0]) for twin in many.twins],
        more=np.hstack(more),
        seed=many.seed,
        looks=LOOKS,
    )
    ends = np.cumsum([len(heads) * bins, length])
    found = Differences(table[: ends[0]], table[ends[0] : ends[1]], table[ends[1] :], bins)
    difference = standardised_difference(values, is_first)
    marks = found.more(1).astype(int) - found.more(-1).astype(int)
    named = {first: single[is_first], last: single[~is_first]}
    figure = positions_figure(named, difference, heads, marks, BIN, tss, log2=many.fold)
    said = [positions_sentence(found, heads, first, last, many.too_few(first, last))]
    said.append(spike_words(named, found.bases, found.near, tss, fold=many.fold))
    return Answer(
        question,
        " ".join(filter(None, said)) + few(*groups),
        figure,
        found.best(),
        f"A position here is an index in sequences of {length} bases. Where sequences of a class are aligned (a TSS at "
        "one index, say), a head can learn the index instead of the sequence. Tested on both sides over whole "
        "sequences, "
        f"corrected for all heads and bins of {BIN} bases and for every base of the mean of heads, beyond letters "
        "there "
        "and in the whole sequence and beyond random weights; shown: of each head the bin that differs most, and three "
        "single bases.",
        "positions",
    )


def positions_sentence(found: Differences, heads: list[str], first: str, last: str, small: bool) -> str:
    """Which heads attend more, and which less, to which bases in the first class."""
    value = found.heads.value.to_numpy().reshape(len(heads), -1)
    said = []
    for sign, word in ((1, "more"), (-1, "less")):
        where = found.more(sign)
        of = np.flatnonzero(where.any(axis=1))
        if not len(of):
            continue
        clearest = np.where(where, sign * (value - 0.5), -1).max(axis=1)
        order = sorted(of, key=lambda h: -clearest[h])[:3]
        rows = [found.heads.iloc[h * found.bins + int(np.where(where[h], sign * value[h], -9).argmax())] for h in order]
        named = "; ".join(
            f"{heads[h]} at {ranges(where[h])} (AUROC {interval(row)})" for h, row in zip(order, rows, strict=True)
        )
        said.append(
            f"{len(of)} of {len(heads)} heads attend {word} to some positions in {first} than in {last} sequences, "
            f"beyond what letters and random weights explain; most clearly {named}."
        )
    if said:
        return " ".join(said)
    if small:
        row = found.heads.iloc[int((found.heads.value - 0.5).abs().to_numpy().argmax())]
        side = "more" if row.value > 0.5 else "less"
        return (
            f"So few sequences cannot tell which positions differ between the classes; as they stand, "
            f"{row.method.removeprefix('attention received, ')}, attract {side} in {first} sequences."
        )
    return (
        f"No head attends more, or less, to some position in {first} than in {last} sequences beyond chance, letters "
        "and "
        "random weights."
    )


def in_heads(received, heads: list[str], ids: list[str]) -> np.ndarray:
    """Means over bins of what each head gives, (sequences, heads, bins)."""
    return np.stack([binned(received[h], ids) for h in heads], axis=1)


def bases(scores, ids: list[str]) -> np.ndarray:
    """What each base receives, (sequences, length); a base without a score has its sequence's mean."""
    value = dict(zip(scores.ids, scores.values, strict=True))
    rows = np.stack([value[i] for i in ids])
    return np.where(np.isnan(rows), np.nanmean(rows, axis=1, keepdims=True), rows)


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
    """The TSS, if all of these sequences have it at one index, stated or known."""
    tss = many.rows.tss.loc[ids] if "tss" in many.rows else pd.Series(dtype="Int64")
    if not tss.notna().any():
        return many.tss
    return int(tss.iloc[0]) if tss.notna().all() and tss.nunique() == 1 else None


def binned(scores, ids: list[str]) -> np.ndarray:
    value = dict(zip(scores.ids, scores.values, strict=True))
    return np.stack([in_bins(value[i]) for i in ids])


def in_bins(values: np.ndarray) -> np.ndarray:
    """Means of `BIN` neighbours, (length // BIN,); what is left at the end goes."""
    return np.nanmean(values[: len(values) // BIN * BIN].reshape(-1, BIN), axis=1)


def ranges(bins: np.ndarray) -> str:
    """Bins in words, as bases: `20-39, 240-249`; the longest three."""
    spans = sorted(stretches(bins), key=lambda s: s[0] - s[1])[:3]
    return ", ".join(f"{a * BIN}-{b * BIN - 1}" for a, b in sorted(spans))
