"""Every method of the network study by name, and how each is run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from regard.core.edges import Edges
from regard.core.expression import Expression
from regard.core.methods import Method
from regard.errors import InputError, RegardError
from regard.predictors.edges import PREDICTORS, infer
from regard.predictors.targets import keep

DEFAULT_METHOD = "genie3"

NETWORK_MODEL = [
    Method(
        "attention",
        "read-out over the attention of all layers of a network model, trained to be the network",
        "logit of a small network over all layers' maps, A[target, regulator] and A[regulator, target]",
        "this package, models/network.py",
        needs="the shipped network model",
        model=True,
    ),
    Method(
        "attention.layer",
        "one attention map of the same model, nothing else",
        "A[target, regulator] of the supervised layer",
        "this package, models/network.py",
        needs="the shipped network model",
        model=True,
    ),
]

_OF_TABPFN = {
    "target": ("the target's attention to the regulator", "A[target, regulator]"),
    "diagonal": ("the regulator's attention to itself", "A[regulator, regulator]"),
    "column": ("attention that the regulator receives from every token", "mean_q A[q, regulator]"),
    "row": ("attention that the regulator gives to the other tokens", "mean_k A[regulator, k]"),
    "rollout": ("the target's share in the regulator's column after all layers", "Π (A + I) / 2, columns and rows"),
    "value": ("attention weighted by what it carries", "A[target, regulator] ‖v(regulator)‖"),
    "gradient": ("attention × its gradient of the target's log density", "max(0, A ∂ log p / ∂A)[target, regulator]"),
}
TABPFN = [
    Method(
        f"tabpfn.{name}",
        f"{summary}, in one frozen TabPFN regressor for each target; mean of layers and heads",
        equation,
        {"diagonal": "seed report 004", "value": "Kobayashi et al. 2020", "gradient": "Chefer et al. 2021"}.get(
            name, "Hollmann et al. 2025, Nature 637:319"
        ),
        needs="pip install 'regard[tabpfn]'",
        model=True,
    )
    for name, (summary, equation) in _OF_TABPFN.items()
]
METHODS = {m.name: m for m in [*NETWORK_MODEL, *TABPFN, *(p.record for p in PREDICTORS.values())]}
LAYERS = ("mean", "max", "last", "weighted")  # tabpfn.target.max and so on: how its layers are put together


def record_of(name: str) -> Method:
    """The record of a method; raises InputError where there is none of that name."""
    stem, _, layers = name.rpartition(".")
    if layers in LAYERS and stem.startswith("tabpfn."):
        name = stem
    if name not in METHODS:
        raise InputError(f"method {name!r} is unknown; there are {', '.join(METHODS)}")
    return METHODS[name]


def run_methods(
    names: list[str],
    expression: Expression,
    *,
    regulators: list[int] | None,
    model: str | Path | None,
    seed: int,
    threads: int,
    kept: Path,
    begin: Callable[[str], Callable[[int], object]],
) -> dict[str, Edges]:
    """Edges by each method, in the order of `names`.

    Parameters
    ----------
    model : a TabPFN checkpoint, "cache" or "small"; the small one that is shipped if left out.
    kept : folder for what is finished; methods found there are not run again.
    begin : called with the name of a method that begins; gives the function to call with the number of
        targets finished since.
    """
    found: dict[str, Edges] = {}
    waiting = []
    for name in names:
        file = kept / f"{name}.npy"
        if file.is_file():
            found[name] = unpacked(name, expression, np.load(file))
        else:
            waiting.append(name)
    for family in families(waiting):
        advance = begin(", ".join(family))
        if family[0] in PREDICTORS:
            folder = kept / family[0]
            folder.mkdir(exist_ok=True)
            how = {"seed": seed, "threads": threads, "kept": folder, "advance": advance}
            done = {family[0]: infer(family[0], expression, regulators=regulators, **how)}
        elif family[0].startswith("tabpfn."):
            done = by_tabpfn(family, expression, regulators, model, seed, kept / "+".join(family), advance)
        else:
            done = by_network_model(family, expression, regulators, seed, advance)
        advance(0)  # the clock stops, also for a method that takes all targets at once
        for name, edges in done.items():
            keep(kept / f"{name}.npy", packed(edges))
        found |= done
    return {name: found[name] for name in names}


def families(names: list[str]) -> list[list[str]]:
    """Methods that are read from one run of one model stand together; a predictor stands alone."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(name if name in PREDICTORS else name.partition(".")[0], []).append(name)
    return list(groups.values())


def by_tabpfn(names, expression, regulators, model, seed, kept: Path, advance) -> dict[str, Edges]:
    """Several readings of one TabPFN fit for each target."""
    try:
        from regard.attribute.tabpfn import edges
        from regard.models.tabpfn import find
    except ImportError:
        raise RegardError(f"{names[0]}: this version of Regard has no TabPFN in it") from None
    kept.mkdir(exist_ok=True)
    stored = {int(f.stem): np.load(f) for f in kept.glob("*.npy")}
    finished = {target: dict(zip(names, rows, strict=True)) for target, rows in stored.items()}
    found = edges(
        find(model or "small"),
        expression,
        regulators=regulators,
        scores=names,
        seed=seed,
        finished=finished,
        store=lambda target, one: keep(kept / f"{target}.npy", np.array([one.scores[n] for n in names])),
        advance=lambda: advance(1),
    )
    return {name: with_candidates(name, expression, found[name], regulators) for name in names}


def by_network_model(names, expression, regulators, seed, advance) -> dict[str, Edges]:
    """Both readings of one forward pass of the shipped network model."""
    try:
        from regard.models.network import load
        from regard.models.network_edges import edges
        from regard.models.shipped import NETWORK
    except ImportError:
        raise RegardError(f"{names[0]}: this version of Regard has no network model in it") from None
    found = edges(load(NETWORK), expression, regulators=regulators, seed=seed, advance=advance)
    return {name: with_candidates(name, expression, found[name], regulators) for name in names}


def with_candidates(name: str, expression: Expression, scores: np.ndarray, regulators: list[int] | None) -> Edges:
    """Edges of the same candidates as every method's; where a gene never varies nothing is said, the least score."""
    scores = np.array(scores, dtype=float)
    scores[np.isnan(scores)] = np.nanmin(scores) if np.isfinite(scores).any() else 0.0
    if regulators is not None:
        scores[:, np.setdiff1d(np.arange(len(scores)), regulators)] = np.nan
    np.fill_diagonal(scores, np.nan)
    return Edges(name, expression.genes, scores)


def packed(edges: Edges) -> np.ndarray:
    return np.stack([edges.scores] if edges.sign is None else [edges.scores, edges.sign])


def unpacked(name: str, expression: Expression, arrays: np.ndarray) -> Edges:
    return Edges(name, expression.genes, arrays[0], arrays[1] if len(arrays) > 1 else None)
