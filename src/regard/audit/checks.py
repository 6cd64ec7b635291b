"""Every check of the audit, as findings with numbers in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from regard.audit.built import BLOCK, built_negatives
from regard.audit.duplicates import conflicting, first_of, identities
from regard.audit.findings import Finding, finding
from regard.audit.pieces import partial_pairs
from regard.audit.sketch import K, near_pairs
from regard.data.corpus import Corpus


@dataclass
class Relations:
    """Which sequences of a corpus belong together.

    `same`, `either`: numbers of equal sequences, strands apart and strands alike. `near`: pairs of
    rows, one row standing for its `either`, and their `likeness`. `partial` and `contained`: the same of pairs with a
    piece in common. `built`: see `built_negatives`. `family`: numbers of relatives, `built` aside.
    """

    same: np.ndarray
    either: np.ndarray
    near: np.ndarray
    likeness: np.ndarray
    partial: np.ndarray
    contained: np.ndarray
    built: pd.DataFrame
    family: np.ndarray
    similarity: float


def relations(corpus: Corpus, *, similarity: float = 0.5, seed: int = 0) -> Relations:
    """Look for equal, near and built sequences in all files at once."""
    same, either = identities(corpus, seed=seed)
    first = first_of(either)
    near, likeness = near_pairs(corpus, first, similarity=similarity, seed=seed)
    partial, contained = partial_pairs(corpus, first, near, similarity=similarity, seed=seed)
    family = families(either, np.concatenate([near, partial]))
    return Relations(same, either, near, likeness, partial, contained, built_negatives(corpus), family, similarity)


def families(either: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Family numbers, int, shape (rows,): equal rows, and those that pairs of rows link, also by way of others."""
    a, b = either[pairs].T
    n = either.max() + 1
    links = coo_matrix((np.ones(len(a), dtype=bool), (a, b)), shape=(n, n))
    return connected_components(links, directed=False)[1][either]


def within_file(corpus: Corpus, found: Relations, number: int, name: str) -> list[Finding]:
    """Duplicates, conflicting labels, built negatives and repeated ids of one file."""
    rows = np.flatnonzero(corpus.file == number)
    same, either, label = found.same[rows], found.either[rows], corpus.label[rows]
    n, kinds, strandless = len(rows), len(np.unique(same)), len(np.unique(either))
    here = np.isin(np.arange(found.either.max() + 1), either)  # groups with a row in this file
    near, partial = (pairs[here[found.either[pairs]].all(axis=1)] for pairs in (found.near, found.partial))
    relatives, parts = np.unique(near), np.setdiff1d(partial, near)
    out = [
        finding("exact duplicates", name, n - kinds, n, f"{n - kinds} of {n} rows repeat an earlier one"),
        finding(
            "reverse complements", name, kinds - strandless, kinds,
            f"{kinds - strandless} of {kinds} different sequences are the other strand of another one",
        ),
        finding(
            "near duplicates", name, len(relatives), strandless,
            f"{len(relatives)} of {strandless} different sequences share at least {found.similarity:.0%} of their "
            f"{K}-mers with another one ({len(near)} pairs)",
        ),
        finding(
            "partial duplicates", name, len(parts), strandless,
            f"{len(parts)} more of {strandless} different sequences have a piece in common with another one, at least "
            f"{found.similarity:.0%} of the smaller one's {K}-mers ({len(partial)} pairs"
            f"{such_as(corpus, partial)})",
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
                "conflicting labels, other strand", name, other, strandless,
                f"{other} of {strandless} different sequences have another label than their reverse complement"
                f"{such_as(corpus, turned(rows, either, label, clash))}",
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


def turned(rows: np.ndarray, either: np.ndarray, label: np.ndarray, clash: np.ndarray) -> np.ndarray:
    """Pairs of rows on two strands with two labels, one a group without a clash on one strand; shape (pairs, 2)."""
    odd = np.flatnonzero(conflicting(either, label) & ~np.isin(either, either[clash]))
    group, at = np.unique(either[odd], return_index=True)
    first = odd[at]
    rest = odd[label[odd] != label[first][np.searchsorted(group, either[odd])]]
    second = rest[np.unique(either[rest], return_index=True)[1]]
    return np.stack([rows[first], rows[second]], axis=1)


def such_as(corpus: Corpus, pairs: np.ndarray) -> str:
    """The ids of the first pair of rows, for whoever wants to look."""
    return "; such as {} and {}".format(*(corpus.ids[i] for i in pairs[0])) if len(pairs) else ""


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

    The table has `test` and `train` (places in the corpus), `kind` and `similarity` (of `partial`, the containment); a
    row that is there exactly is not counted again as a near one, nor a near one as a partial one.
    """
    test, train = np.flatnonzero(corpus.file == 1), np.flatnonzero(corpus.file == 0)
    parts, left = [], test
    for kind, group in (("exact", found.same), ("reverse complement", found.either)):
        at = pd.Series(train, index=group[train]).groupby(level=0).first()
        hit = left[np.isin(group[left], at.index)]
        parts.append(pd.DataFrame({"test": hit, "train": at[group[hit]].to_numpy(), "kind": kind, "similarity": 1.0}))
        left = left[~np.isin(left, hit)]
    first = pd.Series(train, index=found.either[train]).groupby(level=0).first()
    for kind, pairs, value in (("near", found.near, found.likeness), ("partial", found.partial, found.contained)):
        both = np.concatenate([pairs, pairs[:, ::-1]])
        partner = pd.DataFrame({"group": found.either[both[:, 0]], "other": found.either[both[:, 1]]})
        partner["similarity"] = np.tile(value, 2)
        partner = partner[partner.other.isin(first.index)].sort_values("similarity", ascending=False, kind="stable")
        partner = partner.drop_duplicates("group").set_index("group")
        hit = left[np.isin(found.either[left], partner.index)]
        best = partner.loc[found.either[hit]]
        like = {"train": first[best.other].to_numpy(), "kind": kind, "similarity": best.similarity.to_numpy()}
        parts.append(pd.DataFrame({"test": hit} | like))
        left = left[~np.isin(left, hit)]
    near, partial = parts[2:]
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
            "near overlap", name, len(near), n,
            f"{len(near)} more of {n} test rows share at least {found.similarity:.0%} of their {K}-mers with a "
            "training row",
        ),
        finding(
            "partial overlap", name, len(partial), n,
            f"{len(partial)} more of {n} test rows have a piece in common with a training row, at least "
            f"{found.similarity:.0%} of the smaller one's {K}-mers"
            f"{such_as(corpus, partial[['test', 'train']].to_numpy())}",
        ),
    ], pd.concat(parts, ignore_index=True)  # fmt: skip
