"""Every method of the network study by name, and how each is run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from regard.core.edges import Edges
from regard.core.expression import Expression
from regard.core.methods import Method
from regard.errors import InputError
from regard.predictors.edges import PREDICTORS, infer
from regard.predictors.targets import keep
from regard.studies.network_model import UNLIKE, by_network_model, unlike
from regard.studies.network_tabpfn import by_tabpfn

DEFAULT_METHOD = "genie3"  # where no --method is given
FALLBACK = "genie3"  # the same, for data unlike all that the network model was trained on

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


def default_method(expression: Expression) -> tuple[str, list[str]]:
    """The method to use where none was asked for, and remarks.

    It is the one that wins on held-out simulations, unless it reads the network model and the table is
    unlike the tables that this was trained on.
    """
    if not METHODS[DEFAULT_METHOD].model or unlike(expression) <= UNLIKE:
        return DEFAULT_METHOD, []
    return FALLBACK, [f"{FALLBACK} was chosen in place of {DEFAULT_METHOD}"]


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


def packed(edges: Edges) -> np.ndarray:
    return np.stack([edges.scores] if edges.sign is None else [edges.scores, edges.sign])


def unpacked(name: str, expression: Expression, arrays: np.ndarray) -> Edges:
    return Edges(name, expression.genes, arrays[0], arrays[1] if len(arrays) > 1 else None)
