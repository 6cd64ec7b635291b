"""Rank elements by how much they matter to a gene, and judge it by CRISPRi (Avsec et al. 2021, figure 2b)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from rich.console import Console

from regard.annotate.cells import read_mapping
from regard.annotate.crispr import CrisprPairs
from regard.annotate.data_sets import data_sets, read_data_sets
from regard.annotate.expressed import TPM
from regard.annotate.genes import read_genes
from regard.annotate.prediction_options import Asked, parse_asked, with_config
from regard.core.store import sha256
from regard.data.genome import open_genome
from regard.errors import InputError
from regard.judge.between import between
from regard.judge.data_sets import by_data_set
from regard.judge.pairs import compare_pairs
from regard.models.genomic import GenomicModel
from regard.studies.enhancer.contributions import Contributions, Wanted, contributions, elements_table
from regard.studies.enhancer.element_scores import SHORT, reading_of
from regard.studies.enhancer.model import open_model, twin_of, twins_of
from regard.studies.enhancer.rank_baselines import Places, baselines, only_expressed, read_places
from regard.studies.enhancer.rank_cells import CELL, by_cell, models_of_cells, read_cell_tracks
from regard.studies.enhancer.rank_report import page_of
from regard.studies.enhancer.rank_result import ABC_THRESHOLD, ALL, CONTACT, PLACES, Result
from regard.studies.enhancer.rank_scores import (
    check_both_kinds,
    joined_with,
    ranked,
    raw_scores,
    turned_round,
    with_predictions,
)
from regard.studies.enhancer.rank_tables import write_tables
from regard.studies.enhancer.rank_words import last_words
from regard.studies.frame import Work, frame

EDGES = (10_000, 30_000, 100_000)
TWINS = 9  # models with random weights


def names_of_bins(edges: Sequence[int]) -> tuple[str, ...]:
    """What the bins between distances, in bp, are called.

    Examples
    --------
    >>> names_of_bins([10_000, 30_000])
    ('under 10 kb', '10 to 30 kb', 'over 30 kb')
    """
    kb = [f"{edge / 1000:g}" for edge in edges]
    return (f"under {kb[0]} kb", *(f"{a} to {b} kb" for a, b in pairwise(kb)), f"over {kb[-1]} kb")


BINS = names_of_bins(EDGES)


def rank(
    pairs: Path | Sequence[Path],
    predictions: Sequence[Path | str | Asked] = (),
    *,
    config: Path | None = None,
    cells: Path | None = None,
    edges: Sequence[int] = EDGES,
    ask: Callable[[CrisprPairs], Contributions] | None = None,
    places: Places | None = None,
    draws: int = 999,
    seed: int = 0,
) -> Result:
    """Read pairs and predictions, and judge every method, over all distances and by bin.

    Pairs of genes that a table of predictions does not have at all are left out for every method: all rank the same.
    Where a fill value is given, or a file holds pairs from a threshold on only, they stay, and count as no call.

    Parameters
    ----------
    pairs : a table of pairs, or several, each a data set.
    predictions : files, with options behind their names perhaps (`FILE::score=…,aggregate=…`).
    config : the benchmark's table `pred_config`. cells : which cell type of predictions is which of the pairs.
    edges : distances in bp, rising, between the bins.
    ask : a model, asked of the pairs; they are ranked by what it says of them, too.
    places : of genes, and which are expressed; pairs are ranked by the nearest gene and the like, too.

    Raises
    ------
    InputError
        For files that cannot be read, and where nothing is left to rank.
    """
    asked = [parse_asked(one) for one in predictions]
    asked = asked if config is None else with_config(asked, config)
    mapping = None if cells is None else read_mapping(cells)
    crispr = read_data_sets([pairs] if isinstance(pairs, str | Path) else pairs)
    if places is not None and places.only and places.expressed is not None:
        crispr = only_expressed(crispr, places.expressed, mapping)
        check_both_kinds(crispr, f"expressed ({places.expressed.source})")
    crispr, tables = with_predictions(crispr, asked, mapping)
    own = None if ask is None else ask(crispr)
    crispr = crispr if own is None else own.pairs
    check_both_kinds(crispr)
    joined, remarks = joined_with(crispr, tables)
    regulated, genes = crispr.table.regulated.to_numpy(), crispr.table.gene.to_numpy(str)
    found, columns = raw_scores(crispr.table, joined, tables, None if own is None else own.scores)
    if places is not None:
        remarks += [] if places.expressed is None else [places.expressed.remark]
        if places.ranked:
            near, said = baselines(crispr, places, mapping)
            found = {"distance": found.pop("distance")} | near | found
            remarks += said
    unscored = {name: int(np.isnan(values).sum()) for name, values in found.items()}
    for name in [name for name, count in unscored.items() if count == len(regulated)]:
        remarks.append(f"{name} says nothing of any pair and is not judged")
        del found[name], unscored[name]
    remarks += [f"{name} says nothing of {count} pairs; they rank last" for name, count in unscored.items() if count]
    remarks += [
        f"{name} is infinite for {count} pairs; they rank first (Inf) or last of those with a score (-Inf), as equals"
        for name, count in ((name, int(np.isinf(values).sum())) for name, values in found.items())
        if count
    ]
    scores = {name: ranked(values) for name, values in found.items()}
    remarks += turned_round(scores, columns, regulated)
    if CONTACT not in scores:
        lacking = "neither the pairs (DHS.RPM, H3K27ac.RPM) nor the predictions (activity_base) give activity"
        remarks.append(f"no activity × contact: {lacking}")
    called = scores["ABC"] >= ABC_THRESHOLD if "ABC" in scores else None
    models = [] if own is None else [name for name in own.scores if name in scores]
    twins = [] if own is None else [twin_scores(own, values, models) for values in own.twins]
    weights = crispr.weights
    if weights is not None:
        remarks.append(f"AUPRC is told weighted, too, by `{crispr.weighted}` of each pair; all else is unweighted")
    names = data_sets(crispr.table)
    bins = bins_of(crispr.table.distance.to_numpy(), edges) | bins_of_cells(crispr.table.cell.to_numpy(str))
    table = compare_pairs(
        scores, regulated, genes, bins, cells=crispr.table.cell.to_numpy(str), called=called, weights=weights,
        models=models,
        apart_from=[name for name in PLACES if name in scores], twins=twins, draws=draws, seed=seed,
    )  # fmt: skip
    return Result(
        pairs=crispr,
        scores=scores,
        unscored=unscored,
        bins=bins,
        called=called,
        evidence=table,
        remarks=[*crispr.remarks, *remarks, *([] if own is None else own.remarks)],
        elements=None if own is None else elements_table(own),
        distance_bins=names_of_bins(edges),
        between=between(scores, regulated, genes, bins, draws=draws, seed=seed),
        columns=columns,
        unread={table.source: table.left_out for table in tables},
        datasets=by_data_set(
            scores, regulated, genes, crispr.table.dataset.to_numpy(str), names, weights=weights, seed=seed
        )
        if names
        else None,
    )


def twin_scores(own: Contributions, values: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """What a twin with random weights says by the methods that are judged, (pairs, methods), nothing ranked last."""
    columns = list(own.scores)
    return np.stack([ranked(values[:, columns.index(name)]) for name in names], axis=1)


def bins_of(distance: np.ndarray, edges: Sequence[int] = EDGES) -> dict[str, np.ndarray]:
    """Which pairs are in which bin, bool, shape (pairs,) each; the first holds them all."""
    at = np.digitize(distance, edges)
    return {ALL: np.ones(len(distance), dtype=bool)} | {name: at == i for i, name in enumerate(names_of_bins(edges))}


def bins_of_cells(cells: np.ndarray) -> dict[str, np.ndarray]:
    """Which pairs are of which cell type, where there are several, bool, shape (pairs,) each."""
    names = sorted(set(cells))
    return {name or "no cell type": cells == name for name in names} if len(names) > 1 else {}


def run(
    pairs: Path | Sequence[Path],
    out: Path,
    *,
    predictions: Path | str | Sequence[Path | str] | None = None,
    config: Path | None = None,
    cells: Path | None = None,
    edges: Sequence[int] = EDGES,
    model: str | GenomicModel | None = None,
    genome: Path | None = None,
    genes: Path | None = None,
    near: bool = False,
    expressed: Path | None = None,
    least: float = TPM,
    only: bool = False,
    tracks: list[int] | str | None = None,
    cell_tracks: Path | None = None,
    window: int | None = None,
    pipeline: str | None = None,
    shuffles: int = 3,
    twins: int | None = None,
    seed: int = 0,
    device: str = "cpu",
    force: bool = False,
    console: Console | None = None,
) -> None:
    """Run the study on a table of CRISPRi pairs and write its folder; see `regard enhancer rank --help`.

    Parameters
    ----------
    twins : models with random weights; TWINS if None, but none where windows are long.
    tracks : with ``{cell}`` in it, the tracks of each pair's cell type ("CAGE:{cell}"). cell_tracks : a table of them.
    near : whether pairs are ranked by the nearest gene and the like, too.
    expressed : file of expressed genes, by an amount of `least` or more; only : pairs of other genes are left out.
    """
    if list(edges) != sorted(set(edges)) or not edges or edges[0] <= 0:
        raise InputError(f"--bins {', '.join(map(str, edges))}: expected rising distances in bp, each above 0")
    given = [predictions] if isinstance(predictions, str | Path) else list(predictions or ())
    asked = [parse_asked(one) for one in given]
    tables = [Path(pairs)] if isinstance(pairs, str | Path) else [Path(one) for one in pairs]
    inputs = [*tables, *(one.path for one in asked), config, cells, expressed]
    places = read_places(genes, expressed, least=least, only=only, ranked=near) if near or expressed or only else None
    same, ask, about = None, None, {}
    apart = None if cell_tracks is None else read_cell_tracks(cell_tracks)
    if apart is None and isinstance(tracks, str) and CELL in tracks:
        apart = tracks
    if cell_tracks is not None and (tracks or model is None):
        raise InputError("--cell-tracks says which tracks a --model is asked of; it goes without --tracks")
    if model is not None:
        if genome is None:
            raise InputError("--model reads windows of a genome; add --genome FASTA")
        opened, files = model, []
        if isinstance(model, str):
            opened, files = open_model(model, device=device, tracks=None if apart else tracks, window=window,
                                       seed=seed)  # fmt: skip
        inputs += [genome, cell_tracks, *files]
        how = Wanted(reading_of(opened, pipeline), shuffles, seed)
        about = {
            "model": opened.name, "trained": opened.trained, "output": opened.asked, "pipeline": how.pipeline,
            "shuffles": shuffles,
        } | ({"output": "by cell type", "cell_tracks": apart} if apart else {})  # fmt: skip
        read = [sha256(path) for path in (*tables, genome, genes, *files) if path is not None]
        same = about | {"inputs": read, "length": opened.length, "seed": seed, "twins": twins, "only": only}
    elif genome is not None:
        raise InputError("--genome is what a model reads; add --model")
    inputs += [genes] if model is not None or near else []
    with frame(out, force, console, seed=seed, inputs=inputs, same=same) as work:
        if same is not None:
            ask = asker(opened, how, Path(genome), genes, twins, work, apart)
        result = rank(tables, asked, config=config, cells=cells, edges=edges, ask=ask, places=places, seed=seed)
        table = write_tables(result, work.folder)
        work.evidence(result.evidence)
        work.page(page_of, result)
        work.manifest(
            pairs=len(table),
            regulated=int(table.regulated.sum()),
            left_out=len(result.pairs.left_out),
            abc_threshold=ABC_THRESHOLD,
            **({"weights": result.pairs.weighted} if result.pairs.weights is not None else {}),
            **({} if places is None else {"near": near, "only_expressed": only, "least": least}),
            **about,
        )
        work.say(last_words(result))


def asker(
    model: GenomicModel,
    how: Wanted,
    genome: Path,
    genes: Path | None,
    twins: int | None,
    work: Work,
    apart: str | Mapping[str, str] | None = None,
) -> Callable[[CrisprPairs], Contributions]:
    """How a model, and its twins with random weights, are asked of pairs in this run; apart : tracks by cell type."""
    count, why = twins_of(model, TWINS if twins is None else twins, longest=SHORT if twins is None else model.length)
    reference, known = open_genome(genome), None if genes is None else read_genes(genes)

    def one(crispr: CrisprPairs, asked: GenomicModel, kept: Path) -> Contributions:
        random = [twin_of(asked, work.seed * TWINS + number) for number in range(count)]
        kept.mkdir(exist_ok=True)
        return contributions(crispr, reference, asked, how, kept, work.progress, genes=known, random=random)

    def ask(crispr: CrisprPairs) -> Contributions:
        kept = work.kept
        assert kept is not None
        if apart is None:
            found = one(crispr, model, kept)
        else:
            models = models_of_cells(model, crispr, apart)
            found = by_cell(crispr, models, lambda some, asked, number: one(some, asked, kept / f"cell{number}"))
        return replace(found, remarks=[*found.remarks, *why])

    return ask
