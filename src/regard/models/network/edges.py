"""Edges of an expression table, read off the network model: all at once, or part by part where there are many genes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from regard.core.edges import without_self
from regard.core.fanout import each_piece
from regard.data.expression import Expression
from regard.errors import InputError
from regard.models.network.calibration import Calibration
from regard.models.network.inputs import channels
from regard.models.network.model import NetworkModel

READINGS = ("attention", "attention.layer")
ACTIVATES = "activates"  # beside the readings, where a calibration is given
WHOLE = 200  # genes that are read in one pass
PART = WHOLE  # genes of a part
BESIDE, FEWEST = 5, 40  # 5 √regulators of them are read beside its targets, which are 40 at least
SAMPLES, DRAWS = 1000, 3  # samples of a pass; of more, so many random draws
PART_SAMPLES = 400  # of a part


def edges(
    model: NetworkModel,
    expression: Expression,
    *,
    regulators: list[int] | None = None,
    calibration: Calibration | None = None,
    seed: int = 0,
    threads: int = 1,
    scheduler: str | None = None,
    kept: Path | None = None,
    advance: Callable[[int], object] = lambda done: None,
) -> dict[str, np.ndarray]:
    """Score every edge by the attention of `model`, told what the table knows of its samples.

    Up to 200 genes are read in one pass. More are read in parts: targets that resemble each other and 5 √regulators
    genes that a screen (correlation, response to perturbation, next time point) finds best for them, in 400 samples
    drawn for each part. Pairs that were in no part come after all others, by the screen.

    Parameters
    ----------
    regulators : places of the genes that may regulate; all if left out.
    calibration : of this model, where signs are asked for.
    threads, scheduler, kept : who reads the parts, and where finished ones lie; see `core.fanout.each_piece`. A model
        on an accelerator reads them itself.
    advance : called with the number of targets that were finished.

    Returns
    -------
    "attention", the read-out over all layers, and "attention.layer", one map: each float32 (genes, regulators),
    [target, regulator], regulators rising, the probability of an edge in the simulations the model was trained on.
    NaN where target and regulator are the same gene, and for genes that never vary. With a calibration also
    "activates", the probability that the edge, if there is one, activates; NaN besides where no part had the pair.
    """
    genes, rng = len(expression.genes), np.random.default_rng(seed)
    if len(expression.samples) < 3:
        raise InputError(f"{len(expression.samples)} samples; a network needs at least 3, better 10")
    expression = expression.by_content()
    columns = np.arange(genes) if regulators is None else np.unique(np.asarray(regulators, dtype=int))
    varies = np.ptp(expression.values, axis=0) > 0
    used = np.array([i for i in np.argsort(expression.genes, kind="stable") if varies[i]], dtype=int)
    may = np.isin(used, columns)
    names = READINGS if calibration is None else (*READINGS, ACTIVATES)
    out = np.full((len(names), genes, len(columns)), np.nan, dtype=np.float32)
    if len(used) > 1 and may.any():
        table = Table(model, *known(expression, used), None if regulators is None else may, calibration)
        if len(used) <= WHOLE:
            logits = whole(table, rng, advance)
        else:
            logits = parts(table, rng, advance, threads=threads, scheduler=scheduler, kept=kept)
        np.negative(logits, out=logits)
        out[:, used[:, None], np.searchsorted(columns, used[may])] = 1 / (1 + np.exp(logits, out=logits))
    for one in out:
        without_self(one, columns)
    return dict(zip(names, out, strict=True))


@dataclass
class Table:
    """A model and what it is shown: `values` and `perturbation`, (samples, genes), `time` and `series`, (samples,)."""

    model: NetworkModel
    values: np.ndarray
    perturbation: np.ndarray | None
    time: np.ndarray | None
    series: np.ndarray | None
    may: np.ndarray | None
    calibration: Calibration | None = None

    def take(self, samples: np.ndarray, genes: np.ndarray) -> Table:
        return replace(
            self,
            values=self.values[np.ix_(samples, genes)],
            perturbation=None if self.perturbation is None else self.perturbation[np.ix_(samples, genes)],
            time=None if self.time is None else self.time[samples],
            series=None if self.series is None else self.series[samples],
            may=None if self.may is None else self.may[genes],
        )

    @property
    def columns(self) -> np.ndarray:
        """Places of the genes that may regulate."""
        return np.arange(self.values.shape[1]) if self.may is None else np.flatnonzero(self.may)

    def read(self) -> np.ndarray:
        """Logits of both readings and, with a calibration, that an edge activates, (2 or 3, genes, genes)."""
        logits, seen = self.seen()
        if self.calibration is None:
            return logits
        return np.concatenate([logits, self.calibration.activates(seen, self.correlation())[None]])

    @torch.inference_mode()
    def seen(self) -> tuple[np.ndarray, np.ndarray]:
        """Logits of both readings, (2, genes, genes), and what the read-out sees of pairs, (genes, genes, 4 · maps)."""
        told = {"perturbation": self.perturbation, "time": self.time, "series": self.series, "allowed": self.may}
        device = next(self.model.parameters()).device
        batch = {name: None if x is None else torch.as_tensor(x, device=device)[None] for name, x in told.items()}
        values = torch.as_tensor(self.values, dtype=torch.float32, device=device)[None]
        *logits, seen = (one[0].cpu().numpy() for one in self.model.seen(channels(values, **batch)))
        return np.stack(logits).astype(float), seen

    def correlation(self) -> np.ndarray:
        """Pearson's r of all genes, (genes, genes); 0 for those that do not vary among the samples drawn."""
        z = self.values - self.values.mean(axis=0)
        length = np.sqrt((z**2).sum(axis=0))
        z = np.divide(z, length, out=np.zeros_like(z), where=np.ptp(self.values, axis=0) > 0)  # not what rounding left
        return z.T @ z


def known(expression: Expression, genes: np.ndarray):
    """Values, perturbation, time and series of these genes, as the model takes them."""
    values = np.asarray(expression.values[:, genes], dtype=float)
    values = values / np.abs(values).max()  # units do not matter, and float32 has little room
    done = expression.perturbation
    time = None if expression.time is None else np.asarray(expression.time, dtype=np.float32)
    series = None if expression.series is None or time is None else np.asarray(expression.series, dtype=np.int64)
    return values, None if done is None else done[:, genes], time, series


def whole(table: Table, rng: np.random.Generator, advance) -> np.ndarray:
    """All genes in one pass; of very many samples, the mean over random draws of them."""
    samples, genes = table.values.shape
    every = np.arange(genes)
    if samples <= SAMPLES:
        logits = table.read()
    else:
        draws = min(DRAWS, -(-samples // SAMPLES))
        logits = np.mean([table.take(draw(table, every, SAMPLES, rng), every).read() for _ in range(draws)], axis=0)
    advance(genes)
    return logits[:, :, table.columns]


def draw(table: Table, genes: np.ndarray, number: int, rng: np.random.Generator) -> np.ndarray:
    """Samples to read, in order: first those in which one of these genes was perturbed, then any."""
    chance = rng.random(len(table.values))
    if table.perturbation is not None:
        chance -= (table.perturbation[:, genes] > 0).any(axis=1)
    return np.sort(np.argsort(chance)[:number])


def parts(
    table: Table, rng: np.random.Generator, advance, *, threads: int, scheduler: str | None, kept: Path | None
) -> np.ndarray:
    """Logits of many genes, read part by part, float32 (2 or 3, genes, regulators); see `edges`."""
    genes, columns, likely = table.values.shape[1], table.columns, screen(table)
    plan = planned(table, likely, rng)

    def told(number: int) -> tuple:
        targets, chosen, samples = plan[number]
        part = table.take(samples, chosen)
        seen = part.values, part.perturbation, part.time, part.series, part.may
        return seen, np.searchsorted(chosen, targets), np.flatnonzero(np.isin(chosen, columns))

    if next(table.model.parameters()).device.type != "cpu":
        threads, scheduler = 1, None
    how = {"threads": threads, "together": True, "scheduler": scheduler, "kept": kept}
    out = np.full((len(READINGS) + (table.calibration is not None), genes, len(columns)), np.nan, dtype=np.float32)
    with alone():
        for number, logits in each_piece(read_part, (table.model, table.calibration), range(len(plan)), told, **how):
            targets, chosen, _ = plan[number]
            out[:, targets[:, None], np.searchsorted(columns, chosen[np.isin(chosen, columns)])] = logits
            advance(len(targets))
    unseen = np.isnan(out[0])
    for reading in out[: len(READINGS)]:
        reading[unseen] = reading[~unseen].min() - 2 + likely[unseen].clip(-1, 1)
    return out


def planned(table: Table, likely: np.ndarray, rng: np.random.Generator) -> list[tuple[np.ndarray, ...]]:
    """Targets, genes and samples of each part, all rising; every gene is a target of one.

    likely : how likely each edge looks at first sight, (genes, regulators).
    """
    genes = len(likely)
    size = targets_of_part(genes, len(table.columns))
    plan, waiting = [], rng.permutation(genes)
    while len(waiting):
        alike = likely[waiting] @ likely[waiting[0]]  # targets of the same likely regulators go together
        alike[0] = np.inf
        order = np.argsort(-alike, kind="stable")
        targets, waiting = np.sort(waiting[order[:size]]), waiting[order[size:]]
        chosen = companions(likely[targets], table.columns, targets, genes)
        plan.append((targets, chosen, draw(table, chosen, PART_SAMPLES, rng)))
    return plan


@contextmanager
def alone() -> Iterator[None]:
    """What reads parts takes one thread of torch and of BLAS; afterwards they have those that they had."""
    before = torch.get_num_threads()
    try:
        with threadpool_limits(1, "blas"):
            yield
    finally:
        torch.set_num_threads(before)


def targets_of_part(genes: int, regulators: int) -> int:
    """How many targets a part has: of as few parts as there can be, all of one size."""
    most = max(FEWEST, PART - round(BESIDE * regulators**0.5))
    return -(-genes // -(-genes // most))


def read_part(
    shared: tuple[NetworkModel, Calibration | None], seen: tuple, targets: np.ndarray, regulators: np.ndarray
) -> np.ndarray:
    """Logits of these targets and regulators of a part, float32 (2 or 3, targets, regulators).

    seen : of `Table`, values to may.
    """
    model, calibration = shared
    torch.set_num_threads(1)  # else the number of threads decides how sums are rounded
    threadpool_limits(1, "blas")
    return Table(model, *seen, calibration).read()[:, targets][:, :, regulators].astype(np.float32)


def companions(likely: np.ndarray, columns: np.ndarray, targets: np.ndarray, genes: int) -> np.ndarray:
    """Genes of a part, rising: its targets, the best regulator of each, then the second of each, and so on.

    likely : of these targets, (targets, regulators); genes that may not regulate come after all that may.
    """
    full = np.full((len(targets), genes), -1.0)
    full[:, columns] = likely
    rank = np.argsort(np.argsort(-full, axis=1, kind="stable"), axis=1).min(axis=0).astype(float)
    rank[targets] = -1
    return np.sort(np.argsort(rank - 0.5 * full.max(axis=0).clip(0, 1), kind="stable")[:PART])


def screen(table: Table) -> np.ndarray:
    """How likely each edge looks at first sight, 0 to 1, float32 (genes, regulators): the largest of three measures.

    |Correlation|; with perturbations, the target's change, in units of its spread, squashed; with times, the
    |correlation| of the regulator with the target's change until the next time point.
    """
    x, columns = table.values, table.columns
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    found = np.abs(z.T @ z[:, columns] / len(z)).astype(np.float32)
    if table.perturbation is not None and (table.perturbation > 0).any():
        done = (table.perturbation[:, columns] > 0).astype(float)
        change = np.abs(z.T @ done) / np.maximum(done.sum(axis=0), 1)
        np.maximum(found, np.tanh(change / 4), out=found, casting="same_kind")
    if table.time is not None and table.series is not None and (table.series >= 0).any():
        order = np.lexsort((table.time, table.series))
        order = order[table.series[order] >= 0]
        inside = np.diff(table.series[order]) == 0
        before, step = z[order[:-1]][inside][:, columns], np.diff(z[order], axis=0)[inside]
        scale = np.outer(step.std(axis=0), before.std(axis=0)) * len(step)
        lagged = (step - step.mean(axis=0)).T @ (before - before.mean(axis=0)) / np.maximum(scale, 1e-12)
        np.maximum(found, np.abs(lagged), out=found, casting="same_kind")
    found[columns, range(len(columns))] = 0
    return found
