"""What gives labels away without any biology, as findings: lengths, GC, neighbours, letters, N, ends, places."""

from __future__ import annotations

import numpy as np

from regard.audit.duplicates import first_of
from regard.audit.findings import Finding, finding
from regard.audit.places import (
    INSIDE,
    PLACES,
    PREFIX,
    SUFFIX,
    VALUES,
    aligned,
    base_shares,
    beyond_composition,
    by_places,
    edge_of,
    fixed_word,
    strongest,
)
from regard.audit.shortcuts import (
    NOTHING,
    Told,
    by_levels,
    by_ridge,
    close_lengths,
    cross_validated,
    dinucleotides,
    gc_share,
    sample,
)
from regard.data.corpus import Corpus
from regard.data.sequences import decode

WRITTEN = ("the share of lower-case letters", "the share of U in place of T", "the share of IUPAC letters")
OF_N = ("the number of N", "the number of N at the start", "the number of N at the end")
EXAMPLES = 3  # ids that a finding names


def shortcuts(corpus: Corpus, same: np.ndarray, family: np.ndarray, name: str, seed: int = 0) -> list[Finding]:
    """What can be told without reading for motifs.

    Lengths, GC and dinucleotides: each sequence once a label. Letters, N, ends and places: one sequence a family and
    label, so that no row is told by its relative.
    """
    rows = first_of(same * (len(corpus.classes) + 1) + corpus.label)
    chosen = sample(np.arange(len(rows)), seed)
    shares = dinucleotides(corpus, rows[chosen])
    out = [odd_lengths(corpus.length, corpus.length[rows[chosen]], shares, name, seed)]
    if len(corpus.classes) < 2:
        return out
    out += by_content(corpus, rows, chosen, shares, name, seed)
    apart = first_of(family * (len(corpus.classes) + 1) + corpus.label)
    apart = apart[corpus.label[apart] >= 0]
    out += [by_letters(corpus, apart, name, seed), by_n(corpus, apart, name, seed)]
    return out + by_place(corpus, apart, name, seed)


def by_content(
    corpus: Corpus, rows: np.ndarray, chosen: np.ndarray, shares: np.ndarray, name: str, seed: int
) -> list[Finding]:
    """Length, GC and dinucleotides; these of a sample, `chosen` of rows."""
    length, label, gc = corpus.length[rows], corpus.label[rows], gc_share(corpus)[rows]
    labelled = label >= 0  # GC is rounded: 150 of 300 and 150 of 299 would tell lengths
    few, out = labelled[chosen], []
    of_all, of_few = label[labelled].astype(int), label[chosen][few].astype(int)
    for check, what, rule, of in (
        ("length shortcut", "length alone tells", by_levels(length[labelled], of_all), of_all),
        ("GC shortcut", "GC alone tells", by_levels(gc[labelled].round(2), of_all), of_all),
        ("composition shortcut", "dinucleotide shares alone tell", by_ridge(shares[few], of_few), of_few),
    ):
        told = cross_validated(rule, of, seed)
        value = {"length shortcut": length, "GC shortcut": gc}.get(check)
        line = sentence(corpus, what, told)
        if value is not None and told is not NOTHING:
            is_it, others = value[label == told.label], value[labelled & (label != told.label)]
            digits = 2 if check == "GC shortcut" else 0
            line += f" (median {np.median(is_it):.{digits}f}, others {np.median(others):.{digits}f})"
        out.append(judged(check, name, len(of), len(rows), line, told))
    return out


def by_letters(corpus: Corpus, rows: np.ndarray, name: str, seed: int) -> Finding:
    """Lower case, U and IUPAC letters, which a tokenizer may see."""
    letters = np.zeros((len(corpus), 3)) if corpus.letters is None else corpus.letters
    return by_numbers(
        corpus, rows, "letter shortcut", WRITTEN, letters[rows].T, "all letters are written alike", seed, name
    )


def by_n(corpus: Corpus, rows: np.ndarray, name: str, seed: int) -> Finding:
    """N anywhere, at the start and at the end."""
    count = np.zeros((3, len(rows)), dtype=int)
    for part, codes in corpus.by_length(rows):
        known = codes < 4
        empty = ~known.any(axis=1)
        count[0, part] = (~known).sum(axis=1)
        count[1, part] = np.where(empty, codes.shape[1], known.argmax(axis=1))
        count[2, part] = np.where(empty, codes.shape[1], known[:, ::-1].argmax(axis=1))
    return by_numbers(corpus, rows, "N shortcut", OF_N, count, "no N in any sequence", seed, name)


def by_numbers(corpus: Corpus, rows, check: str, words, values: np.ndarray, none: str, seed: int, name: str) -> Finding:
    """The one of several numbers, shape (numbers, rows), that tells a label best."""
    touched = (values != 0).any(axis=0)
    if not np.ptp(values, axis=1).any():
        line = "the same in every row" if touched.any() else none
        return finding(check, name, int(touched.sum()), len(rows), line, measure=float("nan"))
    label = corpus.label[rows].astype(int)
    each = [cross_validated(by_levels(one, label), label, seed) for one in values]
    best = int(np.nanargmax([-1 if np.isnan(told.auroc) else told.auroc for told in each]))
    told, value = each[best], values[best]
    line = sentence(corpus, f"{words[best]} alone tells", told)
    if told is not NOTHING:
        is_it, others = value[label == told.label], value[label != told.label]
        line += f" (mean {is_it.mean():.3g}, others {others.mean():.3g}); {examples(corpus, rows[value != 0])}"
    return judged(check, name, int(touched.sum()), len(rows), line, told)


def by_place(corpus: Corpus, rows: np.ndarray, name: str, seed: int) -> list[Finding]:
    """The first bases, the last ones, and the positions between, counted from the start."""
    edge = edge_of(corpus.length[rows]) if len(rows) else 0
    last = min(int(corpus.length[rows].max(initial=0)) - edge, PLACES)
    out = []
    for kind, first, end in ((PREFIX, 0, edge), (SUFFIX, 0, edge), (INSIDE, edge, last)):
        check, some = f"{kind} shortcut", rows
        if end <= first:
            out.append(
                finding(check, name, 0, len(rows), "sequences are too short to look at it", measure=float("nan"))
            )
            continue
        most = max(VALUES // (4 * (end - first)), 1)
        if len(rows) > most:
            some = np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))
        codes = aligned(corpus, some, first, end, from_end=kind == SUFFIX)
        features, label = beyond_composition(codes, base_shares(corpus, some)), corpus.label[some].astype(int)
        told = cross_validated(by_places(features, label), label, seed)
        what = {
            PREFIX: f"the first {edge} bases alone, beyond their composition, tell",
            SUFFIX: f"the last {edge} bases alone, beyond their composition, tell",
            INSIDE: f"bases at positions {first + 1} to {end} alone, beyond their composition, tell",
        }[kind]
        line = sentence(corpus, what, told)
        if told is not NOTHING:
            line += f"; {described(corpus, kind, codes, features, some, label, first)}"
        out.append(judged(check, name, len(some), len(rows), line, told))
    return out


def described(corpus: Corpus, kind: str, codes, features, rows, label, first: int) -> str:
    """What stands at an end or a position, how often, and where to look."""
    if kind == INSIDE:
        one, place, base, inside, outside = strongest(codes, features, label)
        which, alike = f"position {first + place + 1} is {'ACGT'[base]} in", codes[:, place] == base
        said = f"{which} {inside:.0%} of label {corpus.classes[one]}, {outside:.0%} of the others"
    else:
        one, word, inside, outside = fixed_word(codes, label)
        shown = f"begin with {decode(word)}" if kind == PREFIX else f"end with {decode(word[::-1])}"
        alike = (codes[:, : len(word)] == word).all(axis=1)
        said = f"{inside:.0%} of label {corpus.classes[one]} {shown}, {outside:.0%} of the others"
    return f"{said}; {examples(corpus, rows[alike & (label == one)])}"


def sentence(corpus: Corpus, what: str, told: Told) -> str:
    if told is NOTHING:
        return f"too few rows of any label to say what {what}"
    return (
        f"{what} label {corpus.classes[told.label]} from the others with AUROC {told.auroc:.3f}; labels are right in "
        f"{told.accuracy:.1%} of rows by cross-validation (the commonest label alone: {told.commonest:.1%})"
    )


def examples(corpus: Corpus, rows: np.ndarray) -> str:
    """Some ids, for whoever wants to look."""
    return "such as " + ", ".join(corpus.ids[i] for i in rows[:EXAMPLES]) if len(rows) else "no row has it"


def judged(check: str, name: str, n: int, of: int, line: str, told: Told) -> Finding:
    return finding(check, name, n, of, line, measure=told.auroc, noise=told.noise)


def odd_lengths(length: np.ndarray, some: np.ndarray, shares: np.ndarray, name: str, seed: int) -> Finding:
    """Two common lengths a few bases apart: do sequences of one differ from those of the other?

    `length` is that of all rows; `shares` are the dinucleotides of a sample and `some` its lengths.
    """
    pair = close_lengths(length)
    if pair is None:
        spread = f"{length.min()} to {length.max()} bp" if np.ptp(length) else f"all {length.max()} bp"
        return finding("odd lengths", name, 0, len(length), f"no two common lengths a few bases apart ({spread})")
    common, rare = pair
    of_pair, n = np.isin(some, pair), int((length == common).sum())
    one = (some[of_pair] == common).astype(int)
    told = cross_validated(by_ridge(shares[of_pair], one), one, seed)
    line = (
        f"{n} of {len(length)} rows have {common} bp, {(length == rare).sum()} have {rare}; dinucleotides tell the two "
        f"apart with AUROC {told.auroc:.3f} (.5 if cut from one source)"
    )
    return finding("odd lengths", name, n, len(length), line, measure=told.auroc, noise=told.noise)
