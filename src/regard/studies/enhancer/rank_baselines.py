"""Baselines that know where genes begin, and which are expressed, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from regard.annotate.cells import SameCells, matched_cells
from regard.annotate.crispr import CrisprPairs
from regard.annotate.expressed import TPM, Expressed, read_expressed
from regard.annotate.genes import read_genes, remarks_of
from regard.data.regions import other_spelling
from regard.errors import InputError
from regard.predictors.nearest import nearest_gene, within_reach
from regard.studies.enhancer.rank_result import NEAREST, NEAREST_EXPRESSED, WITHIN

STARTS = ["gene", "chrom", "tss", "id"]


@dataclass(frozen=True)
class Places:
    """What is known of genes beside the pairs.

    genes : every gene with its TSS, as `read_genes` gives them, of the file `source`; None: those of the pairs alone.
    expressed : which are expressed. only : pairs of genes that are not are left out. ranked : whether pairs are ranked
        by the nearest gene and the like.
    """

    genes: pd.DataFrame | None = None
    source: str = ""
    expressed: Expressed | None = None
    only: bool = False
    ranked: bool = True


def read_places(
    genes: Path | None, expressed: Path | None, *, least: float = TPM, only: bool = False, ranked: bool = True
) -> Places:
    """Read what is known of genes; least : the amount from which on a gene is expressed."""
    if only and expressed is None:
        raise InputError("--only-expressed: which genes are expressed is not known; add --expressed FILE")
    table = None if genes is None or not ranked else read_genes(genes)
    found = None if expressed is None else read_expressed(expressed, least)
    return Places(table, "" if genes is None else Path(genes).name, found, only, ranked)


def baselines(
    crispr: CrisprPairs, places: Places, cells: SameCells | None = None
) -> tuple[dict[str, np.ndarray], list[str]]:
    """Scores of the nearest gene, of the nearest expressed one where that is known, and of any within 100 kb.

    cells : which cell type of the file of expressed genes is which of the pairs.

    Returns
    -------
    For each (pairs,): 1 or 0, NaN where nothing is known. And remarks.
    """
    table, expressed = crispr.table, places.expressed
    starts, said = starts_of(table, places.genes, places.source)
    found = {NEAREST: nearest_gene(table, starts)}
    if expressed is not None:
        by_cell, more = names_by_cell(crispr, expressed, cells)
        there = np.full(len(table), np.nan)
        for cell in table.cell.unique():
            here, names = (table.cell == cell).to_numpy(), by_cell.get(cell)
            if names is not None:
                some = starts[(starts.gene.isin(names) | starts.id.isin(names)).to_numpy()]
                # A gene that is not expressed is nearest to nothing.
                there[here] = np.nan_to_num(nearest_gene(table[here], some))
        there[np.isnan(found[NEAREST])] = np.nan
        found[NEAREST_EXPRESSED] = there
        said += more
    return found | {WITHIN: within_reach(table.distance.to_numpy())}, said


def starts_of(table: pd.DataFrame, genes: pd.DataFrame | None, source: str) -> tuple[pd.DataFrame, list[str]]:
    """Where every gene begins, on chromosomes as the pairs spell them and under the names that they use; and remarks.

    A gene of the pairs that `genes` has not stands where the pairs say.
    """
    own = table[STARTS].dropna(subset="tss").drop_duplicates()
    if genes is None:
        count = own.gene.nunique()
        return own, [f"nearest gene: of the {count} genes of the pairs alone; others are not known (--genes FILE)"]
    theirs = set(table.chrom)
    spelt = {name: name if name in theirs else other_spelling(str(name)) for name in genes.chrom.unique()}
    ids = genes.id.astype(str).str.removeprefix("gene:").str.partition(".")[0]
    of_id = dict(zip(table.id, table.gene, strict=True))
    of_id.pop("", None)
    known = set(table.gene)
    names = genes.gene.where(genes.gene.isin(known), ids.map(of_id)).fillna(genes.gene)
    every = pd.DataFrame({"gene": names, "chrom": genes.chrom.map(spelt), "tss": genes.tss, "id": ids})
    there = pd.MultiIndex.from_frame(every[["gene", "chrom"]])
    absent = own[~pd.MultiIndex.from_frame(own[["gene", "chrom"]]).isin(there)]
    said = [f"nearest gene: of the {len(every)} genes of {source}", *remarks_of(genes)]
    if len(absent):
        first = ", ".join(absent.gene.unique()[:3])
        said[0] += f"; {absent.gene.nunique()} of the pairs are not in it and stand at the pairs' own TSS ({first} …)"
    return pd.concat([every, absent], ignore_index=True), said


def names_by_cell(
    crispr: CrisprPairs, expressed: Expressed, cells: SameCells | None
) -> tuple[dict[str, frozenset[str]], list[str]]:
    """For each cell type of the pairs the genes that are expressed in it; and remarks."""
    theirs = [cell for cell in expressed.genes if cell]
    anywhere = expressed.genes.get("")
    mine = list(crispr.table.cell.unique())
    if not theirs:
        return {cell: anywhere or frozenset() for cell in mine}, []
    if not crispr.cells:
        if len(theirs) > 1 or anywhere:
            raise InputError(
                f"{expressed.source}: has {len(theirs)} cell types, and the pairs do not say of which they are"
            )
        return {"": expressed.genes[theirs[0]]}, []
    matched, said = matched_cells(theirs, crispr.cells, expressed.source, cells)
    found = {cell: expressed.genes[name] | (anywhere or frozenset()) for cell, name in matched.items()}
    return found, said


def only_expressed(crispr: CrisprPairs, expressed: Expressed, cells: SameCells | None) -> CrisprPairs:
    """The pairs whose gene is expressed in their cell type; the others are left out, and listed."""
    by_cell, _ = names_by_cell(crispr, expressed, cells)
    crispr = crispr.without(
        ~crispr.table.cell.isin(list(by_cell)).to_numpy(), f"its cell type is not in {expressed.source}"
    )
    rows = zip(crispr.table.gene, crispr.table.id, crispr.table.cell, strict=True)
    silent = [gene not in by_cell[cell] and (not one or one not in by_cell[cell]) for gene, one, cell in rows]
    return crispr.without(np.array(silent, dtype=bool), f"its gene is not expressed ({expressed.source})")
