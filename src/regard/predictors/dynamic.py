"""Networks from time series: a forest for the rate at which each target is made."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from regard.core.fanout import each_piece
from regard.data.expression import Expression
from regard.errors import InputError
from regard.predictors.edges import predictor
from regard.predictors.targets import seed_of
from regard.predictors.trees import fit_forest

NEEDS_TIMES = "a time series: a column Time"
LEAST = 1e-6  # of the range of the table: nothing is taken as lower, for a logarithm


@predictor(
    "dyngenie3",
    "GENIE3 on time series: random forest for each target's rate of production, samples outside series as steady",
    "as genie3, of dx/dt + α x from x(t); α = ln(x_max / x_min) / |t_max − t_min|, the largest over series",
    "Huynh-Thu & Geurts 2018, Scientific Reports 8:3384",
    needs=NEEDS_TIMES,
    by_target=True,
)
def dyngenie3(
    expression: Expression,
    regulators: np.ndarray,
    *,
    seed: int = 0,
    threads: int = 1,
    scheduler: str | None = None,
    targets: Sequence[int] | None = None,
    kept=None,
    advance=lambda done: None,
) -> np.ndarray:
    check_times("dyngenie3", expression)
    x, rates = production(expression)
    x, rates = standard(x), standard(rates)
    scores = np.zeros((len(expression.genes), len(regulators)), dtype=np.float32)
    numbers = range(len(scores)) if targets is None else [int(target) for target in targets]

    def told(target: int) -> tuple[np.ndarray, int]:
        return np.ascontiguousarray(rates[:, target]), seed_of(seed, expression.genes[target])

    shared = np.ascontiguousarray(x[:, regulators])
    for target, importance in each_piece(grown, shared, numbers, told, kept=kept, threads=threads, scheduler=scheduler):
        scores[target] = importance
        advance(1)
    return scores


def check_times(name: str, expression: Expression) -> None:
    """Raise InputError where no sample of the table follows another in time."""
    if expression.time is not None and expression.series is not None:
        for one in np.unique(expression.series[expression.series >= 0]):
            if len(np.unique(expression.time[expression.series == one])) > 1:
                return
    raise InputError(
        f"method {name!r} needs a time series: a column `Time` in the table of expression, with two times or more"
    )


def grown(x: np.ndarray, y: np.ndarray, seed: int) -> np.ndarray:
    """Importances of all regulators, the target itself among them: its own level may steer its rate."""
    return fit_forest(x, y, seed) if y.any() else np.zeros(x.shape[1])


def production(expression: Expression) -> tuple[np.ndarray, np.ndarray]:
    """Expression x and, where it was measured, dx/dt + α x, each (rows, genes): of steady samples α x alone.

    A row is a time point that has a later one in its series, or a sample outside series.
    """
    values, time, series = expression.values, expression.time, expression.series
    assert time is not None and series is not None
    order = np.lexsort((time, series))
    order = order[series[order] >= 0]
    step = np.diff(time[order])
    follows = (np.diff(series[order]) == 0) & (step > 0)  # of replicates at one time none follows the other
    now, later = order[:-1][follows], order[1:][follows]
    alpha = decay(values, time, series)
    steady = series < 0
    x = np.concatenate([values[now], values[steady]])
    slope = (values[later] - values[now]) / step[follows][:, None]
    return x, np.concatenate([slope + alpha * values[now], alpha * values[steady]])


def decay(values: np.ndarray, time: np.ndarray, series: np.ndarray) -> np.ndarray:
    """Decay rate of every gene, shape (genes,): as if from its highest to its lowest value it only decayed.

    The lowest value of the table is the ground to which all decay.
    """
    least = values.min()
    level = np.log(np.maximum(values - least, LEAST * (values.max() - least)))
    genes, alpha = np.arange(values.shape[1]), np.zeros(values.shape[1])
    for number in np.unique(series[series >= 0]):
        rows = np.flatnonzero(series == number)
        high, low = rows[values[rows].argmax(axis=0)], rows[values[rows].argmin(axis=0)]
        apart = np.abs(time[high] - time[low])
        fall = level[high, genes] - level[low, genes]
        alpha = np.maximum(alpha, np.divide(fall, apart, out=np.zeros_like(alpha), where=apart > 0))
    return alpha


def standard(values: np.ndarray) -> np.ndarray:
    """Of mean 0 and variance 1; columns that never vary are 0."""
    values = values - values.mean(axis=0)
    spread = values.std(axis=0)
    return np.divide(values, spread, out=np.zeros_like(values), where=spread > 0)
