"""Do whole sequences of two classes differ in one number each, beyond what composition and length explain?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from regard.core.evidence import evidence
from regard.errors import InputError
from regard.judge.engine import Question
from regard.judge.groups import near_copies
from regard.judge.measures import mean_difference, pooled
from regard.judge.moves import flipped
from regard.judge.nuisance import Nuisance
from regard.judge.rows import judged
from regard.judge.rules import Words

FEWEST_A_CLASS = 10
CLASSES = Words("exchanged classes", "composition and length", "sequences", FEWEST_A_CLASS)
PAIRED = Words("exchanged sides", "composition and length", "sequences", FEWEST_A_CLASS)


def question_of_items(
    features: np.ndarray,
    groups: np.ndarray,
    *,
    paired: bool = False,
    chains: np.ndarray | None = None,
    two_sided: bool = True,
    seed: int = 0,
) -> Question:
    """What features say of whole items, (items, k); the products of whole groups change sign.

    paired : whether groups are pairs whose own level is nothing (two numbers of one sequence, a locus and its match).
    chains : int, (items,), of pairs that are not independent, such as those whose windows overlap.
    """
    code = np.unique(groups, return_inverse=True)[1]
    whole = code if chains is None else np.unique(chains, return_inverse=True)[1]
    blocks = [slice(i, i + 1) for i in range(len(code))]
    nothing = np.zeros((1, 0))
    # Linear features are taken out exactly as well, where there are items enough.
    exact = features if features.shape[1] * 5 <= len(features) else None
    nuisance = Nuisance(lambda b: (features[blocks[b]], nothing), [code] if paired else [], exact)
    return Question(blocks, whole, nuisance, flipped(whole, seed), two_sided)


def of_sequences(sequences: Sequence[str]) -> np.ndarray:
    """Letters, pairs of neighbours and length of whole sequences, (sequences, k); residues by letters alone."""
    letters = np.unique(np.frombuffer("".join(sequences).encode(), dtype=np.uint8))
    count, rows = len(letters), []
    for sequence in sequences:
        code = np.searchsorted(letters, np.frombuffer(sequence.encode(), dtype=np.uint8))
        two = np.bincount(code[:-1] * count + code[1:], minlength=count**2) if count < 8 else ()
        rows.append(np.concatenate([np.bincount(code, minlength=count), two]) / max(len(sequence), 1))
    length = np.array([max(len(s), 1) for s in sequences], dtype=float)[:, None]
    return np.hstack([np.stack(rows), np.log(length), length / length.max()])


def finite(values: Mapping[str, np.ndarray], count: int) -> None:
    """Raise InputError where numbers are missing, or infinite."""
    for name, one in values.items():
        if len(one) != count or not np.isfinite(one).all():
            raise InputError(f"{name}: {int(np.isfinite(one).sum())} numbers for {count} sequences; each needs one")


def class_evidence(
    values: Mapping[str, np.ndarray],
    first: np.ndarray,
    sequences: Sequence[str],
    annotation: str,
    *,
    twins: Sequence[np.ndarray] | None = None,
    more: np.ndarray | None = None,
    groups: np.ndarray | None = None,
    model: bool = True,
    looks: int = 1,
    study: str = "",
    item: str = "",
    seed: int = 0,
) -> pd.DataFrame:
    """Evidence that a class differs in a number of each sequence: AUROC of the first class, two-sided.

    Parameters
    ----------
    values : a number for each sequence, (sequences,), by name; all are corrected together.
    first : bool, (sequences,), which are of the first class.
    twins : for each model with random weights the same numbers, (sequences, numbers).
    more : other features that need no model, (sequences, k).
    groups : sequences of one group count once; near copies where None.
    looks : how many such tables a report judges; each is corrected for all of them.
    """
    finite(values, len(sequences))
    features = of_sequences(sequences)
    features = features if more is None else np.hstack([features, more])
    groups = near_copies(sequences) if groups is None else groups
    code = np.unique(groups, return_inverse=True)[1]
    question = question_of_items(features, code, seed=seed)
    few = min(len(np.unique(code[first])), len(np.unique(code[~first])))
    return judged(
        question, values, {annotation: first}, pooled("auroc", code), CLASSES,
        twins=twins, model=model, smallest=few, looks=looks, study=study, item=item, seed=seed,
    )  # fmt: skip


def paired_evidence(
    pairs: Mapping[str, tuple[np.ndarray, np.ndarray]],
    annotation: str,
    *,
    twins: Sequence[np.ndarray] | None = None,
    features: tuple[np.ndarray, np.ndarray] | None = None,
    metric: str = "difference",
    words: Words = PAIRED,
    two_sided: bool = True,
    looks: int = 1,
    study: str = "",
    item: str = "",
    seed: int = 0,
) -> pd.DataFrame:
    """Evidence that two numbers of each pair differ: the mean of first − second.

    Parameters
    ----------
    pairs : both numbers of each pair, (pairs,) and (pairs,), by name; all are corrected together.
    twins : for each model with random weights the same, first numbers above second ones, (2 × pairs, numbers).
    features : what needs no model of both, (pairs, k) each; their difference is taken out.
    looks : how many such tables a report judges; each is corrected for all of them.
    """
    count = len(next(iter(pairs.values()))[0]) if pairs else 0
    if not count:
        return evidence([])
    both = np.zeros((2 * count, 1)) if features is None else np.vstack(features)
    group = np.tile(np.arange(count), 2)
    question = question_of_items(both, group, paired=True, two_sided=two_sided, seed=seed)
    label = np.arange(2 * count) < count
    table = judged(
        question, {name: np.concatenate(two) for name, two in pairs.items()}, {annotation: label},
        mean_difference(metric), words, twins=twins, smallest=count, looks=looks, study=study, item=item, seed=seed,
    )  # fmt: skip
    return table.assign(n=count)  # pairs, not their two sides
