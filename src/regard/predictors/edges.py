"""Edges of a network from expression alone: every method's record, and the one door to all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from regard.core.edges import Edges
from regard.core.methods import Method
from regard.data.expression import Expression
from regard.errors import InputError, PluginError


@dataclass(frozen=True)
class Predictor:
    """A method's record and its function.

    The function takes expression of genes that all vary, sorted by name, its samples `by_content`, and the
    places of the regulators; it gives W, shape (genes, genes), row = target, column = regulator, with the
    sign in it where the record says so. It may use `seed`, `threads`, `kept` and `advance` (see `infer`).
    package : name and version of the package that brings it; "" for ours.
    """

    record: Method
    run: Callable[..., np.ndarray]
    package: str = ""


PREDICTORS: dict[str, Predictor] = {}


def predictor(name: str, summary: str, equation: str, reference: str, *, needs: str = "", signed: bool = False):
    """Register a function as the predictor of that name."""

    def register(run: Callable[..., np.ndarray]):
        PREDICTORS[name] = Predictor(Method(name, summary, equation, reference, needs, signed), run)
        return run

    return register


def infer(
    name: str,
    expression: Expression,
    *,
    regulators: list[int] | None = None,
    seed: int = 0,
    threads: int = 1,
    kept: Path | None = None,
    advance: Callable[[int], object] = lambda done: None,
) -> Edges:
    """Score every edge with one method; the same result whatever the order of genes and samples.

    Parameters
    ----------
    regulators : places of the genes that may regulate; all if left out.
    threads : processes to share the targets among; -1 for all processors.
    kept : a folder in which finished targets are kept and found again.
    advance : called with the number of targets that were finished.

    Returns
    -------
    Edges; a gene that never varies has score 0 both ways.
    """
    if name not in PREDICTORS:
        raise InputError(f"method {name!r} is unknown; there are {', '.join(PREDICTORS)}")
    method, size = PREDICTORS[name], len(expression.genes)
    allowed = np.zeros(size, dtype=bool)
    allowed[range(size) if regulators is None else regulators] = True
    varies = np.ptp(expression.values, axis=0) > 0
    used = np.array([i for i in np.argsort(expression.genes, kind="stable") if varies[i]], dtype=int)
    signed = np.zeros((size, size))
    if allowed[used].any() and len(used) > 1:
        run = partial(guarded, method) if method.package else method.run
        inside = run(
            expression.take(used).by_content(),
            np.flatnonzero(allowed[used]),
            seed=seed,
            threads=threads,
            kept=kept,
            advance=advance,
        )
        signed[np.ix_(used, used)] = inside
    scores = np.abs(signed) if method.record.signed else signed
    scores[:, ~allowed] = np.nan
    np.fill_diagonal(scores, np.nan)
    sign = np.where(np.isnan(scores), 0, np.sign(signed)) if method.record.signed else None
    return Edges(name, expression.genes, scores, sign)


def guarded(method: Predictor, expression: Expression, regulators: np.ndarray, **how) -> np.ndarray:
    """What the method of another package gives; PluginError, in one line, where that is no table of scores."""
    size = len(expression.genes)
    try:
        found = np.asarray(method.run(expression, regulators, **how), dtype=float)
        if found.shape != (size, size):
            raise ValueError(f"it gave shape {found.shape}; expected (target, regulator), {(size, size)}")
        scored = found[:, regulators][regulators != np.arange(size)[:, None]]
        if not np.isfinite(scored).all():
            raise ValueError("it gave scores that are missing or infinite")
    except Exception as error:
        what = " ".join(f"{type(error).__name__}: {error}".split())
        raise PluginError(f"method {method.record.name!r} of package {method.package}: {what}") from error
    return found
