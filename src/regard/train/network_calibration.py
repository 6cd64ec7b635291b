"""Fit signs and probabilities to a finished network model, on simulations as in training that it has not seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from regard.core.store import sha256
from regard.data.expression import Expression
from regard.models.network.calibration import Calibration
from regard.models.network.edges import READINGS, Table, known
from regard.models.network.model import load
from regard.train.plans import Plan, draw_plan
from regard.train.regulation import decisive

CELLS, LARGEST, MOST = 20_000, 120, 15_000  # values of a batch by which plans are drawn; genes, values of a table
TOLD = (0.6, 0.6, 0.2)  # how often perturbations, times, and which genes may regulate are told, as in training
SHRINK = 0.01  # weight of the data beside the penalty on weights of standardised maps
# What Pearson's r weighs beside the maps' logit, chosen on the first eight networks of each simulator that no training
# uses: the maps alone lose to it on Boolean cells; 2 halves that, and costs nothing on simulations as in training.
CORRELATION = 2.0


@dataclass
class Drawn:
    """A table as a user would give it, with its edges and their signs, (target, regulator)."""

    plan: Plan
    expression: Expression
    regulators: list[int] | None
    edges: np.ndarray
    sign: np.ndarray


def draw(numbers: range, seed: int) -> Iterator[Drawn]:
    """The tables of these numbers, each of a plan of its own; those of more than 15,000 values are left out."""
    for number in numbers:
        rng = np.random.default_rng([seed, 3, number])
        plan = draw_plan(rng, cells=CELLS, largest=LARGEST)
        if plan.genes * plan.samples > MOST:
            continue
        tables, told = decisive(plan, 1, [seed, number]), rng.random(3) < TOLD
        values, done, time, series, allowed, edges, sign = (one[0].numpy() for one in vars(tables).values())
        timed = bool(told[1] and (series >= 0).any())
        expression = Expression(
            values.astype(float),
            [f"g{i:03}" for i in range(plan.genes)],
            [f"s{i}" for i in range(plan.samples)],
            perturbation=done if told[0] and done.any() else None,
            time=time.astype(float) if timed else None,
            series=series if timed else None,
        )
        regulators = np.flatnonzero(allowed).tolist() if told[2] else None
        yield Drawn(plan, expression, regulators, edges, sign)


def calibrate(weights: Path, tables: Iterator[Drawn]) -> Calibration:
    """Fit a sign to the maps of the model in this file, and a slope and a constant to each of its readings.

    A table counts for the probability of edges as in training: each pair of it for 1 / genes.
    """
    model = load(weights)
    logits, labels, share, signs, seen, r, table = ([] for _ in range(7))
    for number, drawn in enumerate(tables):
        expression = drawn.expression
        used = np.flatnonzero(np.ptp(expression.values, axis=0) > 0)
        may = None if drawn.regulators is None else np.isin(used, drawn.regulators)
        shown = Table(model, *known(expression, used), may)
        both, pairs = shown.seen()
        edges, sign = (one[np.ix_(used, used)] for one in (drawn.edges, drawn.sign))
        asked = ~np.eye(len(used), dtype=bool) & (True if may is None else may)
        logits.append(both[:, asked])
        labels.append(edges[asked])
        share.append(np.full(asked.sum(), 1 / len(used)))
        there = (sign != 0) & asked
        signs.append(sign[there])
        seen.append(pairs[there])
        r.append(shown.correlation()[there])
        table.append(np.full(there.sum(), number))
    logit, weight, label = np.concatenate(logits, axis=1), np.concatenate(share), np.concatenate(labels)
    edge = {name: logistic(one, label, weight) for name, one in zip(READINGS, logit, strict=True)}
    parts = (np.concatenate(one) for one in (seen, signs, r, table))
    return Calibration(*sign_of(*parts), edge=edge, weights=sha256(weights))


def sign_of(
    seen: np.ndarray, sign: np.ndarray, correlation: np.ndarray, table: np.ndarray
) -> tuple[list[float], float, float]:
    """Weights of the maps, constant, and weight of the correlation, for the logit that an edge activates.

    seen : what the read-out sees of true edges, (edges, 4 · maps); sign, correlation, table (its number), (edges,).
    """
    mean, spread = seen.mean(axis=0, dtype=float), seen.std(axis=0, dtype=float) + 1e-6
    x, activates = (seen - mean) / spread, sign > 0
    alone = np.zeros(len(x))  # of each edge by tables that it is not of, for a slope that is honest
    for fit, left in GroupKFold(5).split(x, groups=table):
        alone[left] = maps_only(x[fit], activates[fit]).decision_function(x[left])
    together = (alone + CORRELATION * correlation)[:, None]
    slope = LogisticRegression(C=1e6, fit_intercept=False).fit(together, activates).coef_[0, 0]
    whole = maps_only(x, activates)
    weights = slope * whole.coef_[0] / spread
    return weights.tolist(), float(slope * whole.intercept_[0] - weights @ mean), float(slope * CORRELATION)


def maps_only(x: np.ndarray, activates: np.ndarray) -> LogisticRegression:
    return LogisticRegression(C=SHRINK, max_iter=1000).fit(x, activates)


def logistic(logit: np.ndarray, label: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    """Slope and constant (Platt 1999)."""
    found = LogisticRegression(C=1e6, max_iter=1000).fit(logit[:, None], label, sample_weight=weight)
    return float(found.coef_[0, 0]), float(found.intercept_[0])
