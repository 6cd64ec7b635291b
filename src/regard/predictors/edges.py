"""Edges of a network from expression alone: every method's record, and the one door to all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from regard.core.edges import Edges, without_self
from regard.core.methods import Method
from regard.data.expression import Expression
from regard.errors import InputError, PluginError


@dataclass(frozen=True)
class Predictor:
    """A method's record and its function.

    The function takes expression of genes that all vary, sorted by name, its samples `by_content`, and the
    places of the regulators, rising; it gives W, shape (genes, regulators) or, where a method has no use for
    that, (genes, genes), row = target, column = regulator, with the sign in it where the record says so. It may
    use `seed`, `threads`, `scheduler`, `kept` and `advance` (see `infer`).
    package : name and version of the package that brings it; "" for ours.
    by_target : whether it fits one target after the other, so that targets can be shared out; it then takes
        `targets` too.
    """

    record: Method
    run: Callable[..., np.ndarray]
    package: str = ""
    by_target: bool = False


PREDICTORS: dict[str, Predictor] = {}


def predictor(
    name: str,
    summary: str,
    equation: str,
    reference: str,
    *,
    needs: str = "",
    signed: bool = False,
    by_target: bool = False,
):
    """Register a function as the predictor of that name."""

    def register(run: Callable[..., np.ndarray]):
        record = Method(name, summary, equation, reference, needs, signed)
        PREDICTORS[name] = Predictor(record, run, by_target=by_target)
        return run

    return register


def infer(
    name: str,
    expression: Expression,
    *,
    regulators: list[int] | None = None,
    seed: int = 0,
    threads: int = 1,
    scheduler: str | None = None,
    kept: Path | None = None,
    advance: Callable[[int], object] = lambda done: None,
) -> Edges:
    """Score every edge with one method; the same result whatever the order of genes and samples.

    Parameters
    ----------
    regulators : places of the genes that may regulate; all if left out.
    threads : processes to share the targets among; -1 for all processors.
    scheduler : address of a Dask scheduler whose workers share the targets instead, `tcp://…`.
    kept : a folder in which finished targets are kept and found again.
    advance : called with the number of targets that were finished.

    Returns
    -------
    Edges; a gene that never varies has score 0 both ways.
    """
    method, size = known_method(name), len(expression.genes)
    columns = np.arange(size) if regulators is None else np.unique(np.asarray(regulators, dtype=int))
    used, inside = varying(expression, columns)
    values = np.zeros((size, len(columns)), dtype=np.float32)
    if len(inside) and len(used) > 1:
        run = partial(guarded, method) if method.package else method.run
        how = {"seed": seed, "threads": threads, "scheduler": scheduler, "kept": kept, "advance": advance}
        found = np.asarray(run(expression.take(used).by_content(), inside, **how))
        if found.shape == (len(used), len(used)):
            found = found[:, inside]
        values[np.ix_(used, np.searchsorted(columns, used[inside]))] = found
    effects = np.sign(values).astype(np.int8) if method.record.signed else None
    if effects is not None:
        effects[columns, range(len(columns))] = 0
        np.abs(values, out=values)
    without_self(values, columns)
    return Edges(name, expression.genes, values, effects, None if regulators is None else columns)


def infer_targets(
    name: str,
    expression: Expression,
    targets: Sequence[int],
    *,
    regulators: list[int] | None,
    kept: Path,
    **how,
) -> None:
    """Fit these targets alone, and leave in `kept` what `infer` finds there; `how` : as of `infer`."""
    columns = np.arange(len(expression.genes)) if regulators is None else np.unique(np.asarray(regulators, dtype=int))
    used, inside = varying(expression, columns)
    wanted = np.flatnonzero(np.isin(used, targets))
    if len(inside) and len(used) > 1:
        known_method(name).run(expression.take(used).by_content(), inside, targets=wanted, kept=kept, **how)


def known_method(name: str) -> Predictor:
    if name not in PREDICTORS:
        raise InputError(f"method {name!r} is unknown; there are {', '.join(PREDICTORS)}")
    return PREDICTORS[name]


def varying(expression: Expression, regulators: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places of the genes that vary, in the order of their names; and which of these may regulate, rising."""
    varies = np.ptp(expression.values, axis=0) > 0
    used = np.array([i for i in np.argsort(expression.genes, kind="stable") if varies[i]], dtype=int)
    return used, np.flatnonzero(np.isin(used, regulators))


def guarded(method: Predictor, expression: Expression, regulators: np.ndarray, **how) -> np.ndarray:
    """What the method of another package gives; PluginError, in one line, where that is no table of scores."""
    size = len(expression.genes)
    try:
        found = np.asarray(method.run(expression, regulators, **how), dtype=float)
        if found.shape == (size, size):
            found = found[:, regulators]
        if found.shape != (size, len(regulators)):
            raise ValueError(f"it gave shape {found.shape}; expected (target, regulator), {(size, size)}")
        scored = found[regulators != np.arange(size)[:, None]]
        if not np.isfinite(scored).all():
            raise ValueError("it gave scores that are missing or infinite")
    except Exception as error:
        what = " ".join(f"{type(error).__name__}: {error}".split())
        raise PluginError(f"method {method.record.name!r} of package {method.package}: {what}") from error
    return found
