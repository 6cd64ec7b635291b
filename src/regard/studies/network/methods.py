"""Every method of the network study by name, and how each is run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from regard.attribute.tabpfn_methods import METHODS as TABPFN
from regard.attribute.tabpfn_methods import parse
from regard.core import parts
from regard.core.edges import Edges
from regard.core.methods import Method
from regard.data.expression import Expression
from regard.errors import InputError, PluginError
from regard.models.shelf import shipped
from regard.predictors.dynamic import NEEDS_TIMES, check_times
from regard.predictors.edges import PREDICTORS, infer
from regard.predictors.plugins import load_plugins
from regard.studies.network.choice import AGREE, HOLDS, KINDS, MAY_HOLD, kind_of, measured
from regard.studies.network.consensus import CONSENSUS, MEMBERS, calibrated, consensus
from regard.studies.network.model import agreement, by_network_model, calibration, loaded, weights_of, with_probability
from regard.studies.network.tabpfn import by_tabpfn, checkpoint_of

NETWORK_MODEL = [
    Method(
        "attention",
        "read-out over the attention of all layers of a network model, trained to be the network",
        "logit of a small network over all layers' maps, A[target, regulator] and A[regulator, target]",
        "this package, models/network/model.py",
        needs="the shipped network model",
        signed=True,
        model=True,
    ),
    Method(
        "attention.layer",
        "one attention map of the same model, nothing else",
        "q(target) · k(regulator) / √size of the supervised layer, before its softmax",
        "this package, models/network/model.py",
        needs="the shipped network model",
        signed=True,
        model=True,
    ),
]

WITHOUT = "extra-trees"  # the default of a copy without weights
READS_NETWORK = {one.name for one in (*NETWORK_MODEL, CONSENSUS)}
BROKEN = load_plugins()  # for each plug-in that cannot be loaded, why
METHODS = {m.name: m for m in [*NETWORK_MODEL, CONSENSUS, *TABPFN.values(), *(p.record for p in PREDICTORS.values())]}


def record_of(name: str) -> Method:
    """The record of a method; raises InputError where there is none of that name."""
    if name.startswith("tabpfn."):
        name, _ = parse(name)
    if name in BROKEN and name not in METHODS:
        raise InputError(BROKEN[name])
    if name not in METHODS:
        raise InputError(f"method {name!r} is unknown; there are {', '.join(METHODS)}")
    return METHODS[name]


def check(names: list[str], *, told: bool, model: str | None, weights: Path | None) -> None:
    """Raise before anything is run where a method cannot be: an unknown name, or weights that are not there.

    told : is it known what was done to each sample?
    """
    needs = {record_of(name).needs for name in names}
    if "--perturbations" in needs and not told:
        name = next(name for name in names if record_of(name).needs == "--perturbations")
        raise InputError(f"method {name!r} needs to know what was done to each sample: add --perturbations FILE")
    if weights is not None or READS_NETWORK & set(names):
        loaded(weights_of(weights))
        calibration(weights)
    if any(name.startswith("tabpfn.") for name in names):
        checkpoint_of(model)


def check_table(names: list[str], expression: Expression) -> None:
    """Raise before anything is run where a method needs what the table does not tell: a time series."""
    for name in names:
        if record_of(name).needs == NEEDS_TIMES:
            check_times(name, expression)


def default_method(expression: Expression, weights: Path | None = None) -> tuple[str, str]:
    """The method to use where none was asked for, and why.

    It is the network model where perturbations or times are told, and where there are few samples and its two readings
    agree; elsewhere, and without its weights, what holds on simulators that it was not trained on.
    """
    kind = kind_of(expression)
    if weights is None and not shipped.NETWORK.is_file():
        return WITHOUT, f"{WITHOUT} was chosen: this copy of Regard has no weights of the network model"
    name, why = CONSENSUS.name, KINDS[kind]
    if kind in HOLDS:
        name = "attention"
    elif kind == MAY_HOLD:
        agree = agreement(expression, weights)
        name = "attention" if agree >= AGREE else name
        why += f" on which the readings of the network model {'agree' if agree >= AGREE else 'disagree'} ({agree:.2f})"
    found = measured(kind, name)
    return name, f"{name} was chosen, as for all {why}{': ' * bool(found)}{found}"


def run_methods(
    names: list[str],
    expression: Expression,
    *,
    regulators: list[int] | None,
    model: str | None,
    weights: Path | None = None,
    seed: int,
    device: str = "cpu",
    threads: int,
    scheduler: str | None = None,
    kept: Path,
    begin: Callable[[str], Callable[[int], object]],
    failed: list[str] | None = None,
) -> dict[str, Edges]:
    """Edges by each method, in the order of `names`.

    Parameters
    ----------
    model : a TabPFN checkpoint, "cache" or "small"; the small one that is shipped if None.
    weights : of a network model; those that are shipped if left out.
    device : where TabPFN and the network model run.
    scheduler : address of a Dask scheduler whose workers share targets, and parts of tables of many genes.
    kept : folder for what is finished; methods found there are not run again.
    begin : called with the name of a method that begins; gives the function to call with the number of
        targets finished since.
    failed : gets a line for each method of another package that could not be run, and the others go on. Where it is
        None, or none is left, that is an error.
    """
    found: dict[str, Edges] = {}
    waiting = []
    for name in names:
        arrays = parts.kept(kept / f"{name}.npy")
        if arrays is not None:
            found[name] = unpacked(name, expression, regulators, arrays)
        else:
            waiting.append(name)
    for family in families([name for name in waiting if name != CONSENSUS.name]):
        advance = begin(", ".join(family))
        folder = kept / "+".join(family)
        folder.mkdir(exist_ok=True)
        how = {"threads": threads, "scheduler": scheduler, "kept": folder, "advance": advance}
        if family[0] in PREDICTORS:
            try:
                done = {family[0]: infer(family[0], expression, regulators=regulators, seed=seed, **how)}
            except PluginError as error:
                if failed is None or len(names) == len(failed) + 1:
                    raise
                failed.append(str(error))
                done = {}
        elif family[0].startswith("tabpfn."):
            done = by_tabpfn(family, expression, regulators, model, seed, device, folder, advance)
        else:
            done = by_network_model(family, expression, regulators, weights, seed, device, **how)
        advance(0)  # the clock stops, also for a method that takes all targets at once
        for name, edges in done.items():
            parts.keep(kept / f"{name}.npy", packed(edges))
        found |= done
    if CONSENSUS.name in waiting:
        how = {"regulators": regulators, "model": model, "weights": weights, "seed": seed, "device": device}
        shared = {"threads": threads, "scheduler": scheduler, "kept": kept}
        members = run_methods(list(MEMBERS), expression, **how, **shared, begin=begin)
        found[CONSENSUS.name] = consensus(list(members.values()))
        parts.keep(kept / f"{CONSENSUS.name}.npy", packed(found[CONSENSUS.name]))
    own = {one.name for one in NETWORK_MODEL}
    found |= {name: with_probability(found[name], weights) for name in own & found.keys()}
    if CONSENSUS.name in found and weights is None:
        found[CONSENSUS.name] = calibrated(found[CONSENSUS.name])
    return {name: found[name] for name in names if name in found}


def families(names: list[str]) -> list[list[str]]:
    """Methods that are read from one run of one model stand together; a predictor stands alone."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(name if name in PREDICTORS else name.partition(".")[0], []).append(name)
    return list(groups.values())


def packed(edges: Edges) -> np.ndarray:
    arrays = (edges.values, edges.effects, edges.activates)  # there is no third without a second
    return np.stack([one for one in arrays if one is not None])


def unpacked(name: str, expression: Expression, regulators: list[int] | None, arrays: np.ndarray) -> Edges:
    columns = None if regulators is None else np.unique(regulators)
    values, effects, activates = (*arrays, None, None)[:3]
    return Edges(name, expression.genes, values, effects, columns, activates)
