"""One engine for every question "do these scores know the labels?".

Labels and scores are both predicted, across groups, from what needs no model. What is left of the one times what is
left of the other is the figure: the generalised covariance measure (Shah & Peters 2020), in which an error of one
prediction counts only times an error of the other. Its yardstick is the same figure after the labels' remainders were
moved in a way that keeps their own pattern. All methods and annotations share the moves, so that the largest of all
standardised figures corrects for having looked at many (Westfall & Young 1993). A kind of question says two things
only: its nuisance features and its moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.stats import t as student

from regard.judge.moves import Moves
from regard.judge.nuisance import Nuisance, folds, freed, predicted

LEVEL = 0.01  # of the corrected p; it holds .05 a report where nominal .05 gives .06 to .15 (`benchmarks calibration`)
BEYOND = 0.99  # share of further random models whose best head a trained head must beat
NOTHING_LEFT = 0.02  # share of variance: a score of which no more is left is the nuisance itself
CLIP = 6.0  # standard deviations: one position cannot decide


@dataclass(frozen=True)
class Question:
    """Items in blocks, what needs no model of them, and how the labels' remainders are moved.

    blocks : where each block's items are, one after another. groups : of each block; near copies and relatives share
    one, and are never on both sides of a prediction. two_sided : whether lower scores at the labels count as well.
    expected : what needs no model says of the labels, (items, annotations), where it is no regression.
    """

    blocks: Sequence[slice]
    groups: np.ndarray
    nuisance: Nuisance
    moves: Moves
    two_sided: bool = False
    expected: np.ndarray | None = None


def blocks_of(sizes: Sequence[int]) -> list[slice]:
    """Where blocks of these sizes stand, one after another."""
    ends = np.cumsum([0, *sizes])
    return [slice(a, b) for a, b in pairwise(ends.tolist())]


@dataclass(frozen=True)
class Weighed:
    """What the engine found; z and what follows from it, shape (annotations, methods).

    Attributes
    ----------
    z : standardised figure. alone : its p by itself. p : corrected for all methods and annotations. limit : z that
        p = LEVEL asks for.
    twins : the best of each random model, (annotations, twins). bound : what one more would reach in 99 of 100 cases,
        (annotations,); NaN with fewer than two twins.
    expected : what needs no model says of the labels, across groups, (items, annotations).
    rest : what is left of the labels, (items, annotations).
    known : share of the labels' variance that it explains, (annotations,). placed : the same of what is exact.
    remainders : of the scores, (items, methods), in their standard deviations.
    more : how much of the labels, in their standard deviations, a method (in its own) lacks to pass; negative where it
        passes; infinite where the labels themselves would not.
    fold : of each item.
    """

    z: np.ndarray
    alone: np.ndarray
    p: np.ndarray
    limit: float
    twins: np.ndarray
    bound: np.ndarray
    expected: np.ndarray
    rest: np.ndarray
    known: np.ndarray
    placed: np.ndarray
    remainders: np.ndarray
    more: np.ndarray
    fold: np.ndarray


def weigh(
    question: Question,
    scores: np.ndarray,
    labels: np.ndarray,
    twins: Sequence[np.ndarray] = (),
    *,
    inside: np.ndarray | None = None,
    looks: int = 1,
    draws: int = 999,
    seed: int = 0,
) -> Weighed:
    """Weigh every method against every annotation.

    Parameters
    ----------
    scores : float, (items, methods), no NaN.
    labels : bool, (items, annotations).
    twins : the same scores of models with random weights, one array (items, scores) each; the best of each counts.
    inside : bool, (items, annotations), the items that an annotation is about; all where None.
    looks : how many such questions a report asks; p is multiplied by it (Bonferroni), and as many more moves are drawn.
    """
    draws = looks * (draws + 1) - 1
    methods, number = scores.shape[1], labels.shape[1]
    y = labels.astype(float)
    columns = standardised(np.hstack([scores, y, *twins])).astype(np.float32)
    of_block = folds(question.groups, seed)
    fold = np.repeat(of_block, [b.stop - b.start for b in question.blocks])
    found = predicted(question.nuisance, np.hstack([y.astype(np.float32), columns]), question.blocks, of_block, seed)
    chance, guess = y.mean(0), found[:, :number] if question.expected is None else question.expected
    expected = np.clip(guess, chance / 4, 1 - (1 - chance) / 4)
    rest = (y - expected) * (1 if inside is None else inside)
    r = rest / np.sqrt(expected * (1 - expected) + 1e-12)
    left = freed(columns - found[:, number:], question.nuisance)
    mine = methods + number  # methods, then the labels themselves as if they were scores
    figure, null = question.moves(r, left[:, :mine], draws)
    centre, spread = null.mean(0), null.std(0) + 1e-12
    believed = np.sqrt((left**2).mean(0) / ((left**2).mean(0) + NOTHING_LEFT))
    signed = (figure - centre) / spread
    z = signed[:, :methods] * believed[:methods]
    drawn = ((null - centre) / spread)[:, :, :methods]
    if question.two_sided:
        z, drawn = np.abs(z), np.abs(drawn)
    highest = np.sort(drawn.reshape(draws, -1).max(1))
    p = np.minimum(looks * (1 + draws - np.searchsorted(highest, z, side="left")) / (draws + 1), 1)
    limit = float(highest[-max(int(LEVEL / looks * (draws + 1)), 1)])
    best = best_of_twins(question, r, left, believed, [t.shape[1] for t in twins], mine)
    bound = one_more(best)
    passing = np.fmax(limit, bound)
    more = lacking(figure - centre, null - centre, passing, believed[:methods])
    return Weighed(
        z, (1 + (drawn >= z).sum(0)) / (draws + 1), p, limit, best, bound, expected, rest, explained(y, guess),
        explained(y, y - freed(y - y.mean(0), question.nuisance)), left[:, :methods], more, fold,
    )  # fmt: skip


def standardised(values: np.ndarray) -> np.ndarray:
    spread = values.std(0)
    return np.clip((values - values.mean(0)) / np.where(spread > 0, spread, 1), -CLIP, CLIP)


def explained(y: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Share of variance that a prediction explains, (k,); below 0 where it is worse than the mean."""
    variance = y.var(0)
    return 1 - ((y - found) ** 2).mean(0) / np.where(variance > 0, variance, np.inf)


def best_of_twins(question, r, left, believed, sizes: Sequence[int], start: int, draws: int = 199) -> np.ndarray:
    """The highest z of each random model for each annotation, (annotations, twins)."""
    best = []
    for size in sizes:
        here = slice(start, start + size)
        figure, null = question.moves(r, left[:, here], draws)
        z = (figure - null.mean(0)) / (null.std(0) + 1e-12) * believed[here]
        best.append((np.abs(z) if question.two_sided else z).max(1))
        start += size
    return np.stack(best, 1) if best else np.empty((r.shape[1], 0))


def one_more(best: np.ndarray) -> np.ndarray:
    """What the best head of one more random model stays below in 99 of 100 cases: a prediction bound of Student's t."""
    count = best.shape[1]
    if count < 2:
        return np.full(len(best), np.nan)
    return best.mean(1) + student.ppf(BEYOND, count - 1) * best.std(1, ddof=1) * np.sqrt(1 + 1 / count)


def lacking(figure: np.ndarray, null: np.ndarray, passing: np.ndarray, believed: np.ndarray) -> np.ndarray:
    """How much of the labels must be added to each score so that it just passes, (annotations, methods).

    The figure of score + a × labels is linear in a and its variance quadratic; where they meet is a quadratic equation.

    figure, null : of the methods and then of the labels themselves, about 0. passing : (annotations,), the z to reach.
    """
    methods = len(believed)
    out = np.full((len(figure), methods), np.inf)
    for k, limit in enumerate(passing**2):
        label, of_label = null[:, k, methods + k], figure[k, methods + k]
        cross = (null[:, k, :methods] * label[:, None]).mean(0)
        a = of_label**2 - limit * label.var()
        b = figure[k, :methods] * of_label - limit * cross
        spread = null[:, k, :methods].var(0) / np.fmax(believed**2, 1e-12)  # a constant has 0, not 0 / 0
        c = figure[k, :methods] ** 2 - limit * spread
        root = b**2 - a * c
        there = (a > 0) & (root >= 0)
        out[k, there] = (np.sqrt(root[there]) - b[there]) / a
    return out
