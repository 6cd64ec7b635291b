"""Every check of the audit, as findings with numbers in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from regard.audit.built import BLOCK, built_negatives
from regard.audit.duplicates import conflicting, first_of, identities
from regard.audit.findings import Finding, finding
from regard.audit.shortcuts import by_composition, by_one_number, close_lengths, dinucleotides, gc_share, sample
from regard.audit.sketch import K, near_pairs
from regard.data.corpus import Corpus


@dataclass
class Relations:
    """Which sequences of a corpus belong together.

    `same`, `either`: numbers of equal sequences, strands apart and strands alike. `near`: pairs of
    rows, one row standing for its `either`, and their `likeness`. `built`: see `built_negatives`.
    """

    same: np.ndarray
    either: np.ndarray
    near: np.ndarray
    likeness: np.ndarray
    built: pd.DataFrame
    similarity: float


def relations(corpus: Corpus, *, similarity: float = 0.5, seed: int = 0) -> Relations:
    """Look for equal, near and built sequences in all files at once."""
    same, either = identities(corpus, seed=seed)
    near, likeness = near_pairs(corpus, first_of(either), similarity=similarity, seed=seed)
    return Relations(same, either, near, likeness, built_negatives(corpus), similarity)


def within_file(corpus: Corpus, found: Relations, number: int, name: str) -> list[Finding]:
    """Duplicates, conflicting labels, built negatives and repeated ids of one file."""
    rows = np.flatnonzero(corpus.file == number)
    same, either, label = found.same[rows], found.either[rows], corpus.label[rows]
    n, kinds, strandless = len(rows), len(np.unique(same)), len(np.unique(either))
    here = np.isin(np.arange(found.either.max() + 1), either)  # groups with a row in this file
    inside = here[found.either[found.near]].all(axis=1)
    near, relatives = found.near[inside], len(np.unique(found.near[inside]))
    out = [
        finding("exact duplicates", name, n - kinds, n, f"{n - kinds} of {n} rows repeat an earlier one"),
        finding(
            "reverse complements", name, kinds - strandless, kinds,
            f"{kinds - strandless} of {kinds} different sequences are the other strand of another one",
        ),
        finding(
            "near duplicates", name, relatives, strandless,
            f"{relatives} of {strandless} different sequences share at least {found.similarity:.0%} of their "
            f"{K}-mers with another one ({len(near)} pairs)",
        ),
    ]  # fmt: skip
    if len(corpus.classes) > 1:
        clash = conflicting(same, label)
        count = len(np.unique(same[clash]))
        other = len(np.unique(either[conflicting(either, label)])) - len(np.unique(either[clash]))
        two = corpus.label[near]
        changed = int(((two[:, 0] != two[:, 1]) & (two >= 0).all(axis=1)).sum())
        built = found.built[corpus.file[found.built.negative] == number]
        out += [
            finding(
                "conflicting labels", name, count, kinds,
                f"{count} of {kinds} different sequences carry two labels or more ({clash.sum()} rows); "
                f"{other} others differ from their reverse complement",
            ),
            finding(
                "near duplicates, other label", name, changed, len(near),
                f"{changed} of {len(near)} near-duplicate pairs have different labels", measure=changed / strandless,
            ),
            built_finding(corpus, built, rows, name),
        ]  # fmt: skip
    ids = pd.Series(corpus.ids[rows[0] : rows[-1] + 1])
    twice = int(ids.duplicated().sum())
    out.append(finding("ids used twice", name, twice, n, f"{twice} of {n} rows have the id of an earlier one"))
    return out


def built_finding(corpus: Corpus, built: pd.DataFrame, rows: np.ndarray, name: str) -> Finding:
    """How many rows of which label were built from rows of another one."""
    if built.empty:
        line = f"no row shares 3 or more aligned {BLOCK}-bp blocks, and nothing else, with a row of another label"
        return finding("built negatives", name, 0, len(rows), line)
    label = corpus.label[built.negative]
    most = np.bincount(label).argmax()
    of = int((corpus.label[rows] == most).sum())
    parent = corpus.classes[np.bincount(corpus.label[built.positive[label == most]]).argmax()]
    chosen = built[label == most]
    line = (
        f"{len(chosen)} of {of} rows labelled {corpus.classes[most]} share {chosen.shared.median():.0f} of "
        f"{chosen.blocks.median():.0f} aligned {BLOCK}-bp blocks with a row labelled {parent}; elsewhere "
        f"{chosen.rest.mean():.0%} of their bases agree, which is chance"
    )
    return finding("built negatives", name, len(chosen), of, line)


def between_files(corpus: Corpus, found: Relations, names: list[str]) -> tuple[list[Finding], pd.DataFrame]:
    """Test rows that the training file knows already, and for each the training row it is like.

    The table has `test` and `train` (places in the corpus), `kind` and `similarity`; a row that is
    there exactly is not counted again as a near one.
    """
    test, train = np.flatnonzero(corpus.file == 1), np.flatnonzero(corpus.file == 0)
    parts, left = [], test
    for kind, group in (("exact", found.same), ("reverse complement", found.either)):
        at = pd.Series(train, index=group[train]).groupby(level=0).first()
        hit = left[np.isin(group[left], at.index)]
        parts.append(pd.DataFrame({"test": hit, "train": at[group[hit]].to_numpy(), "kind": kind, "similarity": 1.0}))
        left = left[~np.isin(left, hit)]
    both = np.concatenate([found.near, found.near[:, ::-1]])
    partner = pd.DataFrame({"group": found.either[both[:, 0]], "other": found.either[both[:, 1]]})
    partner["similarity"] = np.tile(found.likeness, 2)
    first = pd.Series(train, index=found.either[train]).groupby(level=0).first()
    partner = partner[partner.other.isin(first.index)].sort_values("similarity", ascending=False, kind="stable")
    partner = partner.drop_duplicates("group").set_index("group")
    hit = left[np.isin(found.either[left], partner.index)]
    best = partner.loc[found.either[hit]]
    near = {
        "test": hit,
        "train": first[best.other].to_numpy(),
        "kind": "near",
        "similarity": best.similarity.to_numpy(),
    }
    parts.append(pd.DataFrame(near))
    n, exact, other = len(test), len(parts[0]), len(parts[1])
    name = " / ".join(names)
    some = corpus.label[parts[0][["test", "train"]].to_numpy()]
    label = f", {(some[:, 0] != some[:, 1]).sum()} of them with another label" if len(corpus.classes) > 1 else ""
    return [
        finding(
            "overlap", name, exact + other, n,
            f"{exact} of {n} test rows are in the training file{label}; {other} more as their reverse complement",
        ),
        finding(
            "near overlap", name, len(hit), n,
            f"{len(hit)} more of {n} test rows share at least {found.similarity:.0%} of their {K}-mers with a "
            "training row",
        ),
    ], pd.concat(parts, ignore_index=True)  # fmt: skip


def shortcuts(corpus: Corpus, found: Relations, name: str, seed: int = 0) -> list[Finding]:
    """What length, GC and dinucleotides tell about the labels, each sequence once a label; odd lengths."""
    rows = first_of(found.same * (len(corpus.classes) + 1) + corpus.label)
    length, label, gc = corpus.length[rows], corpus.label[rows], gc_share(corpus)[rows]
    chosen = sample(np.arange(len(rows)), seed)
    shares = dinucleotides(corpus, rows[chosen])
    out = [odd_lengths(corpus.length, length[chosen], shares, name, seed)]
    if len(corpus.classes) < 2:
        return out
    labelled = label >= 0
    few = labelled[chosen]
    for check, what, measure in (
        (
            "length shortcut",
            "length alone tells",
            lambda c: by_one_number(length[labelled], label[labelled] == c, seed),
        ),
        ("GC shortcut", "GC alone tells", lambda c: by_one_number(gc[labelled], label[labelled] == c, seed)),
        (
            "composition shortcut",
            "dinucleotide shares alone tell",
            lambda c: by_composition(shares[few], label[chosen][few] == c, seed),
        ),
    ):
        value = np.array([measure(c) for c in range(len(corpus.classes))])
        if np.isnan(value).all():
            out.append(finding(check, name, 0, len(rows), f"too few rows of any label to say what {what}"))
            continue
        best = int(np.nanargmax(value))
        mean = f" (median {np.median(gc[label == best]):.2f}, others {np.median(gc[labelled & (label != best)]):.2f})"
        line = f"{what} label {corpus.classes[best]} from the others with AUROC {value[best]:.3f}"
        used = int(few.sum() if check == "composition shortcut" else labelled.sum())
        out.append(finding(check, name, used, len(rows), line + mean * (check == "GC shortcut"), measure=value[best]))
    return out


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
    value = by_composition(shares[of_pair], some[of_pair] == common, seed)
    line = (
        f"{n} of {len(length)} rows have {common} bp, {(length == rare).sum()} have {rare}; dinucleotides tell the two "
        f"apart with AUROC {value:.3f} (.5 if cut from one source)"
    )
    return finding("odd lengths", name, n, len(length), line, measure=value)
