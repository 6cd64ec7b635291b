"""The network model as the study uses it: edges, single maps, and whether its two readings agree."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from regard.core import parts
from regard.core.edges import Edges, with_candidates
from regard.core.scores import PairScores
from regard.data.expression import Expression
from regard.errors import InputError
from regard.models.shelf import shipped


def weights_of(given: Path | None) -> Path:
    """The file given, or the one that comes with Regard; raises InputError where there is none."""
    if given is not None and not given.is_file():
        raise InputError(f"{given}: no such file")
    if given is None and not shipped.NETWORK.is_file():
        raise InputError(
            "this copy of Regard comes without weights of the network model: give --weights FILE, as "
            "`regard train network` writes it, or choose another --method"
        )
    return given or shipped.NETWORK


@cache
def loaded(weights: Path):
    from regard.models.network.model import load

    return load(weights)


def calibration(weights: Path | None):
    """What was fitted to the network model for signs and probabilities; None where nothing was."""
    from regard.models.network.calibration import calibration_of

    return calibration_of(weights_of(weights))


def by_network_model(
    names: list[str],
    expression: Expression,
    regulators: list[int] | None,
    weights: Path | None,
    seed: int,
    device: str,
    **how,
) -> dict[str, Edges]:
    """Both readings of the model, with signs where the weights have a calibration beside them.

    how : `threads`, `scheduler`, `kept` and `advance` of `models.network.edges.edges`.
    """
    from regard.models.network.edges import ACTIVATES, edges

    model, fitted = loaded(weights_of(weights)).to(device), calibration(weights)
    found = edges(model, expression, regulators=regulators, calibration=fitted, seed=seed, **how)
    model.to("cpu")  # it is kept loaded, and what follows reads it there
    made = {name: with_candidates(name, expression.genes, found[name], regulators) for name in names}
    if fitted is None:
        return made
    activates = found[ACTIVATES]
    effects = np.nan_to_num(np.sign(activates - 0.5))
    return {name: replace(one, effects=effects, activates=activates) for name, one in made.items()}


def with_probability(edges: Edges, weights: Path | None) -> Edges:
    """The edges, and how their scores become probabilities, where the weights have a calibration beside them."""
    fitted = calibration(weights)
    return edges if fitted is None else replace(edges, logistic=tuple(fitted.edge[edges.method]))


def untrained(weights: Path, seed: int):
    """The architecture of a network model with random weights."""
    import torch

    from regard.models.network.model import NetworkModel

    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return NetworkModel(loaded(weights).config).eval()


def read_twins(
    expression: Expression,
    regulators: list[int] | None,
    weights: Path | None,
    twins: int,
    seed: int,
    device: str,
    kept: Path,
    **how,
) -> dict[str, list[PairScores]]:
    """Both readings of network models with random weights, by method; finished ones are in the folder `kept`.

    how : `threads`, `scheduler` and `advance` of `models.network.edges.edges`.
    """
    from regard.models.network.edges import READINGS, edges

    found: dict[str, list[PairScores]] = {name: [] for name in READINGS}
    for twin in range(twins):
        file = kept / f"twin{twin}.npy"
        arrays = parts.kept(file)
        if arrays is None:
            # Seeds do not depend on how many there are, so that a run with another number can go on.
            model = untrained(weights_of(weights), 1000 * seed + twin + 1).to(device)
            pieces = kept / f"twin{twin}"
            pieces.mkdir(exist_ok=True)
            read = edges(model, expression, regulators=regulators, seed=seed, kept=pieces, **how)
            arrays = np.stack([read[name] for name in READINGS])
            parts.keep(file, arrays)
        for name, scores in zip(READINGS, arrays, strict=True):
            found[name].append(with_candidates(name, expression.genes, scores, regulators).pair_scores())
    return found


def agreement(expression: Expression, weights: Path | None) -> float:
    """Rank correlation, over all edges, of the two readings of the network model, which are alike where it is at home.

    Of more genes than one pass reads half as many as it reads are drawn, of more samples as many as it reads.
    """
    from regard.models.network.edges import PART, READINGS, SAMPLES, WHOLE, edges

    rng, varies = np.random.default_rng(0), np.flatnonzero(np.ptp(expression.values, axis=0) > 0)
    if len(varies) > WHOLE:
        varies = np.sort(rng.choice(varies, PART // 2, replace=False))
    rows = np.arange(len(expression.samples))
    if len(rows) > SAMPLES:
        rows = np.sort(rng.choice(rows, SAMPLES, replace=False))
    genes, samples = ([names[i] for i in at] for names, at in ((expression.genes, varies), (expression.samples, rows)))
    done, time, series = expression.perturbation, expression.time, expression.series
    seen = Expression(
        expression.values[np.ix_(rows, varies)],
        genes,
        samples,
        perturbation=None if done is None else done[np.ix_(rows, varies)],
        time=None if time is None else time[rows],
        series=None if series is None else series[rows],
    )
    found = edges(loaded(weights_of(weights)), seen)
    off = ~np.eye(len(genes), dtype=bool)
    return float(spearmanr(*(found[name][off] for name in READINGS)).statistic)


def head_maps(expression: Expression, regulators: list[int] | None, weights: Path | None = None) -> list[np.ndarray]:
    """Attention of every head, for each layer shape (heads, target, regulator), where one pass reads the table.

    Each row sums to 1 over all genes that vary, the target itself among them; NaN on the diagonal and
    where `with_candidates` has none. Empty for tables that take several passes.
    """
    from regard.models.attention import attention
    from regard.models.network.edges import SAMPLES, WHOLE

    genes = len(expression.genes)
    may = np.arange(genes) if regulators is None else np.array(regulators)
    varies = np.flatnonzero(np.ptp(expression.values, axis=0) > 0)
    if not 2 <= len(varies) <= WHOLE or len(expression.samples) > SAMPLES or not np.isin(varies, may).any():
        return []
    order = varies[np.argsort(np.array(expression.genes)[varies], kind="stable")]  # as `edges` shows them
    named = None if regulators is None else [expression.genes[i] for i in regulators]
    seen = list(attention(loaded(weights_of(weights)), [expression.take(order)], regulators=named)[0])
    seen[-1] = seen[-1][:1]  # its one head stands there once for each of the others
    outside, maps = np.setdiff1d(np.arange(genes), may), []
    for layer in seen:
        full = np.zeros((len(layer), genes, genes))
        full[:, order[:, None], order] = layer
        full[:, range(genes), range(genes)] = np.nan
        full[:, :, outside] = np.nan
        maps.append(full)
    return maps
