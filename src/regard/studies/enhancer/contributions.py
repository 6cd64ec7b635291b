"""What a model says of every pair of a table: its scores of the element, in the window about the gene's TSS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
from rich.progress import Progress

from regard.annotate.crispr import CrisprPairs
from regard.annotate.genes import find_gene
from regard.core import parts
from regard.data.genome import Genome
from regard.data.regions import same_chromosome
from regard.errors import InputError
from regard.models.genomic import GenomicModel
from regard.studies.enhancer.element_scores import (
    ATTENTION,
    GRADIENT,
    SHUFFLED,
    element_scores,
    together,
    tracks_of,
    without_attention,
)
from regard.studies.enhancer.targets import Target, TargetWindow, place_window

PLACE = ["chrom", "start", "end"]


@dataclass(frozen=True)
class Contributions:
    """Scores of every pair of `pairs`, (pairs,) each by method, NaN where the element is not in the window whole.

    pairs : those whose gene's window can be read; what cannot is in `left_out` of it.
    twins : the same scores by models with random weights, (pairs, methods) each.
    by_cell : whether each cell type was asked by tracks of its own, so that an element has scores in each.
    """

    pairs: CrisprPairs
    scores: pd.DataFrame
    remarks: list[str]
    twins: list[np.ndarray] = field(default_factory=list)
    by_cell: bool = False


@dataclass(frozen=True)
class Wanted:
    """How a model is asked: how attention is read ("": it has none), shuffles of each element, a seed."""

    pipeline: str
    shuffles: int
    seed: int

    @property
    def methods(self) -> list[str]:
        return [GRADIENT, *[ATTENTION] * bool(self.pipeline), *[SHUFFLED] * bool(self.shuffles)]


def contributions(
    crispr: CrisprPairs,
    genome: Genome,
    model: GenomicModel,
    asked: Wanted,
    kept: Path,
    progress: Progress,
    *,
    genes: pd.DataFrame | None = None,
    random: Sequence[GenomicModel] = (),
) -> Contributions:
    """Read the window about every TSS of the pairs once, and score their elements in it as `locus` does.

    Genes that share a TSS share a window; windows are read in batches, and a batch that is whole in `kept` is not
    read again. genes : for strand and TSS, where the pairs do not say and the model reads along the gene.
    random : twins with random weights, which read the same windows.

    Raises
    ------
    InputError
        Where no window can be read, or the model reads along the gene and no strand is known.
    """
    starts, crispr = transcription_starts(crispr, model, genes)
    windows, crispr = windows_of(starts, crispr, genome, model)
    table = crispr.table
    key = pd.Series(list(zip(table.gene, table.chrom, table.tss, strict=True)), index=table.index)
    at = key.map({name: i for i, (_, names) in enumerate(windows) for name in names}).to_numpy(int)
    placed = [one for one, _ in windows]
    elements = [
        table.loc[at == i, PLACE].drop_duplicates().sort_values(["start", "end"]).assign(name="")
        for i in range(len(windows))
    ]
    found = []
    for number, one in enumerate([model, *random]):
        folder = kept / f"model{number}"
        folder.mkdir(exist_ok=True)
        values = read_all(one, placed, elements, asked, folder, progress)
        scores = pd.DataFrame(np.nan, index=table.index, columns=asked.methods)
        for i, (some, of_some) in enumerate(zip(elements, values, strict=True)):
            mine = table.index[at == i]
            row = pd.MultiIndex.from_frame(some[PLACE]).get_indexer(pd.MultiIndex.from_frame(table.loc[mine, PLACE]))
            scores.loc[mine] = of_some[row]
        found.append(scores)
    lost = int(found[0][GRADIENT].isna().sum())
    said = [
        f"{model.name}: asked for the {model.asked}, at {len(placed)} transcription starts of "
        f"{table.gene.nunique()} genes; {lost} of {len(table)} elements do not lie whole in its window of "
        f"{model.length:,} bases",
        *without_attention(model),
        *model.remarks,
    ]
    return Contributions(crispr, found[0], said, [scores.to_numpy() for scores in found[1:]])


def transcription_starts(
    crispr: CrisprPairs, model: GenomicModel, genes: pd.DataFrame | None
) -> tuple[dict[tuple, Target], CrisprPairs]:
    """The TSS of each gene, chromosome and place in the pairs; pairs without one are left out."""
    if model.oriented and genes is None:
        raise InputError(f"{model.name} reads along the gene, and pairs do not say its strand; add --genes FILE")
    table, known = crispr.table, {}
    if genes is not None:
        for name in table.gene.unique():
            try:
                known[name] = find_gene(genes, name, "--genes")
            except InputError:
                continue
    tss = table.tss.fillna(table.gene.map({name: row.tss for name, row in known.items()}))
    crispr = replace(crispr, table=table.assign(tss=tss))
    crispr = crispr.without(tss.isna().to_numpy(), "no TSS is given to put the window at, nor is one in --genes")
    if model.oriented:
        absent = ~crispr.table.gene.isin(list(known)).to_numpy()
        crispr = crispr.without(absent, "its gene is not in --genes once, so that its strand is not known")
    targets = {}
    for gene, chrom, place in crispr.table[["gene", "chrom", "tss"]].drop_duplicates().itertuples(index=False):
        strand = known[gene].strand if gene in known else "+"
        targets[gene, chrom, place] = Target(gene, chrom, int(place), strand)
    return targets, crispr


def windows_of(
    targets: dict[tuple, Target], crispr: CrisprPairs, genome: Genome, model: GenomicModel
) -> tuple[list[tuple[TargetWindow, list[tuple]]], CrisprPairs]:
    """Windows, each with the genes and places whose TSS it stands at; pairs of genes without one are left out."""
    shared: dict[tuple, tuple[TargetWindow, list[tuple]]] = {}
    unread: dict[tuple, str] = {}
    for name, target in targets.items():
        try:
            chrom = same_chromosome(target.chrom, genome.pieces, genome.path)
            place = (chrom, target.position, model.oriented and target.strand == "-")
            if place not in shared:
                on = Target(target.name, chrom, target.position, target.strand)
                shared[place] = (place_window(model, genome, on), [])
            shared[place][1].append(name)
        except InputError as error:
            unread[name] = str(error)
    if not shared:
        raise InputError(next(iter(unread.values()), f"{crispr.source}: no pair has a TSS to put a window at"))
    if unread:
        table = crispr.table
        lost = [one in unread for one in zip(table.gene, table.chrom, table.tss, strict=True)]
        crispr = crispr.without(np.array(lost), f"{genome.path.name} has nothing of the window about its gene's TSS")
    return list(shared.values()), crispr


def read_all(
    model: GenomicModel,
    placed: Sequence[TargetWindow],
    elements: Sequence[pd.DataFrame],
    asked: Wanted,
    kept: Path,
    progress: Progress,
) -> list[np.ndarray]:
    """Scores of the elements of each window, (elements, methods) each; batches found in `kept` are not read again."""
    size, out = together(model), []
    bar = progress.add_task(model.name, total=len(placed))
    for first in range(0, len(placed), size):
        some = range(first, min(first + size, len(placed)))
        file = kept / f"{first:06d}.npy"
        values = parts.kept(file)
        if values is None:
            values = read_batch(model, [placed[i] for i in some], [elements[i] for i in some], asked)
            parts.keep(file, values)
        out += np.split(values, np.cumsum([len(elements[i]) for i in some])[:-1])
        progress.advance(bar, len(some))
    return out


def read_batch(
    model: GenomicModel, placed: Sequence[TargetWindow], elements: Sequence[pd.DataFrame], asked: Wanted
) -> np.ndarray:
    """Scores of the elements of some windows one below the other, shape (elements, methods)."""
    found = []
    for one, tracks, table in zip(placed, tracks_of(model, placed, asked.pipeline), elements, strict=True):
        here = table.assign(chrom=one.region.chrom)
        scored = element_scores(model, one, tracks, here, asked.shuffles, asked.seed, lambda done: None)
        row = pd.MultiIndex.from_frame(scored[["start", "end"]])
        values = np.full((len(table), len(asked.methods)), np.nan)
        at = pd.MultiIndex.from_frame(table[["start", "end"]]).get_indexer(row)
        values[at] = scored.reindex(columns=asked.methods).to_numpy(float)
        found.append(values)
    return np.concatenate(found)


def elements_table(found: Contributions) -> pd.DataFrame:
    """Every pair's element with its scores, laid out as `elements.tsv` of `regard enhancer locus`; NaN out of sight."""
    table = found.pairs.table
    middle = (table.start + table.end) // 2
    told = table[PLACE].assign(name="", distance=(middle - table.tss).abs().astype(int))
    told = told.join(found.scores).assign(id=table.gene)
    return told.assign(CellType=table.cell) if found.by_cell else told
