"""Lay scored edges beside a known network and get evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from regard.core.evidence import evidence
from regard.core.scores import PairAnnotations, PairScores
from regard.errors import InputError
from regard.judge.compare import same_places
from regard.judge.engine import Question, blocks_of
from regard.judge.interval import interval
from regard.judge.measures import chance_of, of_edges
from regard.judge.metrics import normal_scores, random_rankings
from regard.judge.moves import renamed
from regard.judge.nuisance import Nuisance
from regard.judge.rows import BOUNDED, judged
from regard.judge.rules import FEWEST_EDGES, Words

FIGURES = ("auprc", "auroc", "early precision", "auprc / prevalence")
LEVELS = Words("networks with other gene names", "each gene's own level", "genes", FEWEST_EDGES)
ALL_ELSE = Words(
    "networks with other gene names", "each gene's own level and all that reads no model", "genes", FEWEST_EDGES
)


def chance(n: int, positives: int, *, draws: int = 999, seed: int = 0) -> pd.DataFrame:
    """What random rankings of n candidate edges, some of them positives, reach.

    Returns
    -------
    One row a draw, one column for each of FIGURES. Their exact means are `mean_chance`'s.
    """
    places = random_rankings(n, positives, draws, np.random.default_rng(seed))
    hits = np.arange(1, positives + 1)
    auprc = (hits / places).mean(axis=1)
    above = (places - hits).sum(axis=1) / positives  # negatives before a positive, mean
    table = {
        "auprc": auprc,
        "auroc": 1 - above / max(n - positives, 1),
        "early precision": (places <= positives).mean(axis=1),
        "auprc / prevalence": auprc * n / positives,
    }
    return pd.DataFrame(table)


def mean_chance(n: int, positives: int) -> dict[str, float]:
    """The mean of each of FIGURES over all rankings of n candidate edges.

    Not the prevalence: the mean AUPRC of random rankings is above it, far above where positives are few.
    """
    auprc = chance_of("auprc", positives, n)
    return dict(zip(FIGURES, (auprc, 0.5, positives / n, auprc * n / positives), strict=True))


def question_of_edges(
    target: np.ndarray, regulator: np.ndarray, label: np.ndarray, extra: np.ndarray | None = None, *, seed: int = 0
) -> Question:
    """What each gene's own level says of candidate edges, as a target and as a regulator; genes change their names.

    A gene's mean, variance and number of edges are in its level, and taken out exactly. An edge is expected as often as
    the numbers of edges at both its ends have it (Chung & Lu 2002). extra : float, (items, k), what
    else reads no model, such as |correlation|; (items,) sorted by target.
    """
    targets, sizes = np.unique(target, return_counts=True)
    blocks = blocks_of(sizes)
    nothing = np.zeros((len(target), 0))
    nuisance = Nuisance(lambda b: (nothing[blocks[b]], nothing[blocks[b]]), [target, regulator], extra, bent=True)
    degrees = [np.bincount(end, label)[end] for end in (target, regulator)]
    expected = (degrees[0] * degrees[1] / max(label.sum(), 1))[:, None]
    return Question(blocks, targets, nuisance, renamed(target, regulator, seed), expected=expected)


def compare_edges(
    scores: Sequence[PairScores],
    gold: PairAnnotations,
    *,
    models: Sequence[str] = (),
    twins: Mapping[str, Sequence[PairScores]] | None = None,
    correlation: np.ndarray | None = None,
    regulators: np.ndarray | None = None,
    item: str = "network",
    draws: int = 999,
    seed: int = 0,
) -> pd.DataFrame:
    """Evidence that scored edges are those of a known network.

    Parameters
    ----------
    scores : one network a method, W[target, regulator]; NaN is no candidate, the same in every method.
    gold : which edges are known, of the same shape.
    models : names of the methods that read a trained model. They must say more than every method that reads none, and
        more than the same models with random weights.
    twins : by method, its scores from models of the same architecture with random weights, as many for each method.
        The best of a model's methods counts. Methods that read a model and have none get no verdict.
    correlation : of that shape; its size is taken out of what the models say, too.
    regulators : places of the genes that the columns of all these are, int; None: all genes, (genes, genes).

    Returns
    -------
    Rows for each method: AUPRC, judged; then the other FIGURES. Intervals hold for other targets and other regulators
    (Cameron, Gelbach & Miller 2011). The verdict is of the method and so the same in all its rows.

    Raises
    ------
    InputError
        Where methods differ in their candidates, or no known edge is among them.
    """
    there = ~np.isnan(scores[0].values[0])
    twins = twins or {}
    for one in (*scores, *(s for drawn in twins.values() for s in drawn)):
        same_places(one, gold, gold.ids, [v.shape for v in gold.values])
        if not np.array_equal(~np.isnan(one.values[0]), there):
            raise InputError(f"{one.name} and {scores[0].name} do not score the same edges; they cannot be compared")
    target, regulator = np.nonzero(there)
    if regulators is not None:
        regulator = regulators[regulator]
    label = gold.values[0][there].astype(bool)
    if not label.any():
        raise InputError(f"{gold.name}: none of its edges starts at a gene that may regulate here")
    table = {one.name: normal_scores(one.values[0][there]) for one in scores}
    free = {name: values for name, values in table.items() if name not in models}
    read = {name: values for name, values in table.items() if name in models}
    also = [] if correlation is None else [normal_scores(np.abs(correlation[there]))]
    extra = np.stack([*free.values(), *also], 1) if free or also else None
    how = {"study": "network", "item": item, "draws": draws, "seed": seed, "ends": (target, regulator)}
    measure = of_edges("auprc", target, regulator)
    question = question_of_edges(target, regulator, label, seed=seed)
    rows = [judged(question, free, {gold.name: label}, measure, LEVELS, model=False, **how)]
    question = question_of_edges(target, regulator, label, extra, seed=seed)
    words = LEVELS if extra is None else ALL_ELSE
    for some in ({n: v for n, v in read.items() if (n in twins) == has} for has in (True, False)):
        # One table a model with random weights, a column for each of its methods.
        drawn = [[normal_scores(twin.values[0][there]) for twin in twins[name]] for name in some if name in twins]
        columns = [np.stack(one, 1) for one in zip(*drawn, strict=True)]
        rows.append(judged(question, some, {gold.name: label}, measure, words, twins=columns, **how))
    by_method = pd.concat([one for one in rows if len(one)]).set_index("method")
    random = mean_chance(len(label), int(label.sum()))
    out = []
    for name in table:
        first = by_method.loc[name].to_dict() | {"method": name, "null_mean": random["auprc"]}
        out += [first, *others(first, table[name], label, target, regulator, random, seed)]
    return evidence(out)


def others(first: dict, values: np.ndarray, label, target, regulator, random: dict, seed: int) -> list[dict]:
    """Rows of the other figures beside a method's judged row."""
    rows = []
    for figure in FIGURES[1:]:
        name, scale = figure.partition(" /")[0], len(label) / label.sum() if figure.endswith("prevalence") else 1.0
        if name == "auprc":
            value, low, high = (first[key] for key in ("value", "ci_low", "ci_high"))
        else:
            value, replicates = of_edges(name, target, regulator).replicated(values, label)
            low, high = interval(value, replicates, bounded=name in BOUNDED, seed=seed)
        rows.append({key: first[key] for key in (
            "study", "item", "method", "annotation", "n", "positives", "prevalence", "verdict", "reason"
        )} | {
            "metric": figure, "value": value * scale, "ci_low": low * scale, "ci_high": high * scale,
            "null": "random ranking", "null_mean": random[figure],
        })  # fmt: skip
    return rows
