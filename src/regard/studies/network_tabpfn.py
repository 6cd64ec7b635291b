"""Edges read from TabPFN: one frozen regressor for each target, several readings of each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from regard.core.edges import Edges, with_candidates
from regard.core.expression import Expression
from regard.predictors.targets import keep


def by_tabpfn(
    names: list[str],
    expression: Expression,
    regulators: list[int] | None,
    model: str | Path | None,
    seed: int,
    kept: Path,
    advance: Callable[[int], object],
) -> dict[str, Edges]:
    """Several readings of one TabPFN fit for each target.

    model : a checkpoint, "cache" or "small"; the small one that is shipped if left out.
    kept : folder for finished targets.
    """
    from regard.attribute.tabpfn import edges
    from regard.models.tabpfn import find

    kept.mkdir(exist_ok=True)
    finished = {int(file.stem): dict(zip(names, np.load(file), strict=True)) for file in kept.glob("*.npy")}
    found = edges(
        find(model or "small"),
        expression,
        regulators=regulators,
        scores=names,
        seed=seed,
        finished=finished,
        store=lambda target, one: keep(kept / f"{target}.npy", np.array([one.scores[name] for name in names])),
        advance=lambda: advance(1),
    )
    return {name: with_candidates(name, expression.genes, found[name], regulators) for name in names}
