"""Edges read from TabPFN: one frozen regressor for each target, several readings of each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from regard.core import parts
from regard.core.edges import Edges, with_candidates
from regard.data.expression import Expression


def checkpoint_of(model: str | None):
    """A TabPFN checkpoint that can be read; raises InputError or MissingExtra else.

    model : a checkpoint, "cache" or "small"; the small one that is shipped if None.
    """
    from regard.models.tabpfn.regressor import describe, find

    return describe(find(model or "small"))


def by_tabpfn(
    names: list[str],
    expression: Expression,
    regulators: list[int] | None,
    model: str | None,
    seed: int,
    device: str,
    kept: Path,
    advance: Callable[[int], object],
) -> dict[str, Edges]:
    """Several readings of one TabPFN fit for each target; finished targets are in the folder `kept`."""
    from regard.attribute.tabpfn import edges

    read = {int(file.stem): parts.kept(file) for file in kept.glob("*.npy")}
    finished = {target: dict(zip(names, one, strict=True)) for target, one in read.items() if one is not None}
    found = edges(
        checkpoint_of(model).path,
        expression,
        regulators=regulators,
        scores=names,
        seed=seed,
        device=device,
        finished=finished,
        store=lambda target, one: parts.keep(kept / f"{target}.npy", np.array([one.scores[name] for name in names])),
        advance=lambda: advance(1),
    )
    return {name: with_candidates(name, expression.genes, found[name], regulators) for name in names}
