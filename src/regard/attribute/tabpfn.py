"""Edges of a network from TabPFN: for each target a frozen regressor of the regulators, its attention read.

The prediction of a target needs the regulators that matter, so the attention by which it is made may
name them. Which reading of it does is an open question, so each has a name, and what perturbing the same
fit says stands beside them: `tabpfn_methods.METHODS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from regard.attribute.tabpfn_methods import METHODS, PERTURBATION, parse
from regard.attribute.tabpfn_perturbation import column_scores
from regard.core.tokens import gene_tokens, shared_tokens
from regard.data.expression import Expression
from regard.errors import InputError
from regard.models.tabpfn.attention import Reading, read
from regard.models.tabpfn.regressor import Checkpoint, describe, fit, varying

PERMUTATIONS = 8  # orders of the columns to average over, where a token holds several
SAMPLES = 300  # at most so many rows are shown to the model


@dataclass
class TargetScores:
    """Scores of all genes as regulators of one target, shape (genes,); NaN where there is none.

    `spread` : standard error over the column orders, per score (0 with one order). `orders` : for each
    order, the regulators as they stood in the table, and `tokens` what stood in which token. `shared` :
    (genes, genes), the share of orders in which two regulators shared a token; 1 means that their scores
    are one. `explained` : share of the target's variance predicted, of rows the model has seen.
    """

    scores: dict[str, np.ndarray]
    spread: dict[str, np.ndarray]
    orders: list[np.ndarray] = field(default_factory=list)
    tokens: list[pd.DataFrame] = field(default_factory=list)
    shared: np.ndarray | None = None
    explained: float = float("nan")


def token_scores(reading: Reading, name: str) -> np.ndarray:
    """One score of each ordinary token, shape (tokens - 1,); the last token is the target."""
    method, how = parse(name)
    if method == "tabpfn.rollout":
        return reading.rollout[:-1]
    source = {"tabpfn.value": reading.value, "tabpfn.gradient": reading.gradient}.get(method, reading.attention)
    assert source is not None
    weights = source.reduced(how)
    if method == "tabpfn.diagonal":
        return np.diagonal(weights)[:-1]
    if method == "tabpfn.column":
        return weights.mean(axis=0)[:-1]
    if method == "tabpfn.row":
        return ((weights.sum(axis=1) - np.diagonal(weights)) / (len(weights) - 1))[:-1]
    return weights[-1, :-1]


def target_scores(
    checkpoint: Checkpoint,
    expression: Expression,
    target: int,
    regulators: list[int],
    scores: list[str],
    *,
    permutations: int | None = None,
    samples: int = SAMPLES,
    seed: int = 0,
    device: str = "cpu",
) -> TargetScores:
    """Scores of the regulators of one target; as `edges` has them."""
    values = expression.values
    if len(values) > samples:
        values = values[np.sort(np.random.default_rng([seed, 1]).choice(len(values), samples, replace=False))]
    values = np.ascontiguousarray(values, dtype=np.float32)
    genes, changes = expression.genes, varying(values)
    usable = sorted((i for i in regulators if i != target and changes[i]), key=genes.__getitem__)
    if not usable or not changes[target]:  # nothing to read, or nothing to predict
        return TargetScores(*({name: np.full(len(genes), np.nan) for name in scores} for _ in range(2)))
    alone = checkpoint.group == 1 or set(scores) <= set(PERTURBATION)  # no column is read together with others
    count = permutations or (1 if alone else PERMUTATIONS)
    found = TargetScores({}, {})
    readings: dict[str, list[np.ndarray]] = {name: [] for name in scores}
    for k in range(count):
        order = np.random.default_rng([seed, 2, k]).permutation(np.array(usable))
        x, y = values[:, order], values[:, target]
        regressor = fit(checkpoint, x, y, seed=seed, device=device)
        reading = read(checkpoint, regressor, x, y, gradient=any(n.startswith("tabpfn.gradient") for n in scores))
        found.orders.append(order)
        found.tokens.append(gene_tokens([genes[i] for i in order], checkpoint.group, genes[target]))
        found.explained = 1 - float(np.var(reading.prediction - y) / np.var(y))
        for name in scores:
            one = np.full(len(genes), np.nan)
            if name not in PERTURBATION:
                one[order] = token_scores(reading, name)[np.arange(len(order)) // checkpoint.group]
            elif k == 0:  # each column is perturbed by itself, so one order will do
                one[order] = column_scores(regressor, x, y, name, seed=seed)
            else:
                continue
            readings[name].append(one)
    for name, orders in readings.items():
        found.scores[name] = np.mean(orders, axis=0)
        found.spread[name] = np.std(orders, axis=0) / np.sqrt(max(1, len(orders) - 1))
    place = {gene: i for i, gene in enumerate(usable)}
    shared = shared_tokens([np.array([place[i] for i in order]) for order in found.orders], checkpoint.group)
    found.shared = np.full((len(genes), len(genes)), np.nan)
    found.shared[np.ix_(usable, usable)] = shared
    return found


def edges(
    path: str | Path,
    expression: Expression,
    *,
    regulators: list[int] | None = None,
    scores: list[str] | None = None,
    permutations: int | None = None,
    samples: int = SAMPLES,
    seed: int = 0,
    device: str = "cpu",
    advance: Callable[[], None] | None = None,
    finished: Mapping[int, dict[str, np.ndarray]] | None = None,
    store: Callable[[int, TargetScores], None] | None = None,
) -> dict[str, np.ndarray]:
    """How strongly each regulator is read as one of each target, by every named score.

    Parameters
    ----------
    path : a TabPFN regressor of version 2, 2.5 or 2.6; `regard.models.tabpfn.regressor.find` finds one.
    regulators : columns allowed as regulators; all genes where not given.
    scores : names of METHODS, those of attention with `.max`, `.last` or `.weighted` behind for another
        reduction of the layers than their mean; the METHODS where not given.
    permutations : orders of the columns to average over; 1 where each column has a token of its own, else 8.
    samples : rows shown to the model; of a longer table, this many drawn by `seed`.
    advance : called after each target.
    finished : rows of targets that are already there, by target and score: not computed again.
    store : called with each target and what was found, so that it can be put on disk.

    Returns
    -------
    For each score, W of shape (genes, genes), W[target, regulator]; bigger = more likely an edge. NaN on
    the diagonal, in columns of genes that may not regulate, and where a gene is constant.
    """
    names = list(METHODS) if scores is None else list(scores)
    for name in names:
        parse(name)
    expression = expression.by_content()  # what TabPFN answers depends on the order of samples
    values, count = expression.values, len(expression.genes)
    if not np.isfinite(values).all():
        sample, gene = np.argwhere(~np.isfinite(values))[0]
        raise InputError(f"sample {expression.samples[sample]}, gene {expression.genes[gene]}: not a finite number")
    checkpoint, finished = describe(path), finished or {}
    allowed = list(range(count)) if regulators is None else list(regulators)
    found = {name: np.full((count, count), np.nan) for name in names}
    for target in range(count):
        rows = finished.get(target)
        if rows is None:
            one = target_scores(
                checkpoint, expression, target, allowed, names,
                permutations=permutations, samples=samples, seed=seed, device=device,
            )  # fmt: skip
            rows = one.scores
            if store is not None:
                store(target, one)
        for name in names:
            found[name][target] = rows[name]
        if advance is not None:
            advance()
    return found
