"""The network study: score every edge by the methods asked for, and judge them by known edges."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from regard.core import parts
from regard.core.edges import Edges, KnownEdges
from regard.core.evidence import evidence
from regard.core.scores import PairScores
from regard.core.store import sha256
from regard.data.expression import Expression
from regard.judge.edges import chance, compare_edges
from regard.judge.signs import sign_remarks
from regard.predictors.correlation import correlated
from regard.predictors.edges import PREDICTORS
from regard.studies.frame import Work, frame
from regard.studies.network import probability
from regard.studies.network.asked import Asked
from regard.studies.network.choice import warning
from regard.studies.network.consensus import CONSENSUS, MEMBERS, consensus
from regard.studies.network.files import write_edges
from regard.studies.network.handover import check_tools, write_for
from regard.studies.network.inputs import Matrix, read
from regard.studies.network.methods import READS_NETWORK, check, check_table, default_method, record_of, unpacked
from regard.studies.network.model import agreement, head_maps, read_twins
from regard.studies.network.report import page_of
from regard.studies.network.result import Result
from regard.studies.network.shards import check_shared_out, parse_targets, take_shards, write_shard

TWINS = 9  # network models with random weights
COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(),
    MofNCompleteColumn(),
    TextColumn("targets"),
    TimeRemainingColumn(),
)


def run(
    source: Path,
    out: Path,
    *,
    methods: list[str] | None = None,
    regulators: Path | None = None,
    gold: Path | None = None,
    perturbations: Path | None = None,
    genes_in: str | None = None,
    matrix: Matrix = Matrix(),
    tools: Sequence[str] = (),
    model: str | None = None,
    weights: Path | None = None,
    twins: int = TWINS,
    targets: str | None = None,
    merge: Sequence[Path] = (),
    scheduler: str | None = None,
    seed: int = 0,
    device: str = "cpu",
    threads: int = 0,
    force: bool = False,
    console: Console | None = None,
) -> None:
    """Run the study on a table of expression and write its folder; see `regard network --help`.

    tools : names of TOOLS that get files of their own.
    twins : network models with random weights that read the same table, where its edges are judged.
    targets : fit these alone, and write nothing but parts for a run that has this folder in `merge`.
    """
    names = list(dict.fromkeys(methods or []))
    if device != "cpu":
        from regard.models.device import usable  # torch takes seconds to load, and not every method needs it

        usable(device)
    check_tools(tools)
    check(names, told=perturbations is not None, model=model, weights=weights)
    if targets:
        check_shared_out(names)
    expression, allowed, known, remarks = read(source, regulators, gold, perturbations, genes_in, matrix)
    check_table(names, expression)
    if not names:
        chosen, why = default_method(expression, weights)
        names, remarks = [chosen], [*remarks, why]
    inputs = [path for path in (source, regulators, gold, perturbations, weights) if path]
    same = {"seed": seed, "model": model, "inputs": [sha256(p) for p in inputs if p != gold]}
    same |= {"genes_in": genes_in} if genes_in else {}
    same |= {name: value for name, value in asdict(matrix).items() if value}
    if targets:
        wanted, how = (
            parse_targets(targets, expression.genes, expression.aliases),
            {"threads": threads or -1, "scheduler": scheduler},
        )
        with frame(
            out, force, console, seed=seed, inputs=inputs, same=same | {"targets": wanted}, columns=COLUMNS
        ) as work:
            assert work.kept is not None
            begin = beginner(work.progress, len(wanted), {})
            write_shard(
                names, expression, wanted, work.folder, work.kept, same, begin, regulators=allowed, seed=seed, **how
            )
            work.manifest(methods=names, samples=len(expression.samples), genes=len(expression.genes), targets=targets)
            work.say([f"{len(wanted)} of {len(expression.genes)} targets in {out}; put parts together with --merge"])
        return
    with frame(out, force, console, seed=seed, inputs=inputs, same=same, columns=COLUMNS) as work:
        if merge:
            assert work.kept is not None
            remarks = [*remarks, *take_shards(merge, [name for name in names if name in PREDICTORS], work.kept, same)]
        asked = Asked(names, allowed, model, weights, seed, device, threads or -1, scheduler)
        result = study(asked, expression, known, work, source=source.name, remarks=remarks, twins=twins)
        write_edges(result.edges, known, work.folder)
        write_for(tools, result.edges, expression, work.folder)
        work.evidence(result.evidence)
        work.page(page_of, result)
        work.manifest(
            methods=list(result.edges),
            model=model,
            twins=result.twins,
            samples=len(expression.samples),
            genes=len(expression.genes),
            seconds={name: round(value, 2) for name, value in result.seconds.items()},
        )
        work.say(last_words(result, out))


def study(
    asked: Asked,
    expression: Expression,
    known: KnownEdges | None,
    work: Work,
    *,
    source: str,
    remarks: list[str],
    twins: int,
) -> Result:
    """Edges by every method, those of random weights, and the evidence; finished parts are kept by `work`."""
    assert work.kept is not None
    seconds: dict[str, float] = {}
    edges, failed = asked.edges(expression, work.kept, beginner(work.progress, len(expression.genes), seconds))
    names, remarks = list(edges), [*remarks, *failed]
    allowed, weights, seed = asked.regulators, asked.weights, asked.seed
    drawn: dict[str, list[PairScores]] = {}
    if known is not None and twins > 1 and READS_NETWORK & set(names):
        advance = beginner(work.progress, twins * len(expression.genes), {})("random weights")
        how = {"threads": asked.threads, "scheduler": asked.scheduler, "advance": advance}
        drawn = read_twins(expression, allowed, weights, twins, seed, asked.device, work.kept, **how)
        if CONSENSUS.name in names:
            drawn[CONSENSUS.name] = consensus_of_twins(drawn[MEMBERS[0]], expression, allowed, work.kept)
    if known is not None:
        remarks += [*lacking(names, twins), *sign_remarks(edges.values(), known)]
    table, random = judge(edges, known, source, expression, drawn, seed)
    maps = []
    if READS_NETWORK & set(names):
        maps, agree = head_maps(expression, allowed, weights), agreement(expression, weights)
        remarks.append(warning(agree))
    if weights is None and any(one.activates is not None for one in edges.values()):
        remarks.append(probability.said(edges))
    return Result(
        source=source,
        expression=expression,
        regulators=allowed,
        edges=edges,
        gold=known,
        evidence=table,
        chance=random,
        seconds=seconds,
        seed=seed,
        remarks=remarks,
        maps=maps,
        twins=max((len(one) for one in drawn.values()), default=0),
    )


def consensus_of_twins(
    twins: list[PairScores], expression: Expression, allowed: list[int] | None, kept: Path
) -> list[PairScores]:
    """The consensus with each model of random weights in the place of the network model."""
    finished = {name: parts.kept(kept / f"{name}.npy") for name in MEMBERS[1:]}
    others = [unpacked(name, expression, allowed, array) for name, array in finished.items() if array is not None]
    columns = np.arange(len(expression.genes)) if allowed is None else np.unique(allowed)
    own = [Edges(MEMBERS[0], expression.genes, twin.values[0], regulators=columns) for twin in twins]
    return [consensus([one, *others]).pair_scores() for one in own]


def judge(
    edges: dict[str, Edges],
    known: KnownEdges | None,
    item: str,
    expression: Expression,
    twins: dict[str, list[PairScores]],
    seed: int,
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Evidence of all methods, and what random rankings of the same candidates reach; empty without known edges.

    twins : by method, its scores from models with random weights.
    """
    if known is None:
        return evidence([]), None
    models = [name for name in edges if record_of(name).model]
    columns = next(iter(edges.values())).regulators
    if columns is None:
        columns = np.arange(len(expression.genes))
    with np.errstate(invalid="ignore", divide="ignore"):  # of genes that never vary there is none
        correlation = np.nan_to_num(correlated(expression.values, columns))
    table = compare_edges(
        [e.pair_scores() for e in edges.values()], known.from_regulators(columns),
        models=models, correlation=correlation, regulators=columns,
        twins={name: twins[name] for name in models if name in twins}, item=item, seed=seed,
    )  # fmt: skip
    return table, chance(int(table.n.iloc[0]), int(table.positives.iloc[0]), seed=seed)


def lacking(names: list[str], twins: int) -> list[str]:
    """Which models have no random twins, and why."""
    said = []
    if READS_NETWORK & set(names) and twins < 2:
        said.append(f"--twins {twins}: without two network models with random weights or more its edges get no verdict")
    if any(name.startswith("tabpfn.") for name in names):
        said.append(
            "No TabPFN with random weights was read: each would take as long as TabPFN itself. Without them it "
            "cannot be told what of its edges is what it learned"
        )
    return said


def beginner(progress: Progress, targets: int, seconds: dict[str, float]) -> Callable[[str], Callable[[int], object]]:
    """A bar for each method that begins; `seconds` gets how long each took."""

    def begin(name: str) -> Callable[[int], object]:
        bar, started = progress.add_task(name, total=targets), time.monotonic()

        def advance(done: int) -> None:
            progress.advance(bar, done)
            seconds[name] = time.monotonic() - started

        return advance

    return begin


def last_words(result: Result, out: Path) -> list[str]:
    samples, genes = result.expression.values.shape
    lines = [f"{samples} samples × {genes} genes; edges by {next(iter(result.edges))} in {out / 'edges.tsv'}"]
    lines += [f"note: {remark}" for remark in result.remarks]
    if result.chance is not None:
        rows, chance = result.evidence[result.evidence.metric == "auprc"], result.chance.auprc
        lines += [f"{row.method}: AUPRC {row.value:.3f}, {row.verdict} ({row.reason})" for row in rows.itertuples()]
        lines.append(f"chance: AUPRC {rows.null_mean.iloc[0]:.3f}, 95th percentile {chance.quantile(0.95):.3f}")
    return lines
