"""Rank elements by how much they matter to a gene, and judge it by CRISPRi (Avsec et al. 2021, figure 2b)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console

from regard.annotate.cells import read_mapping
from regard.annotate.crispr import read_pairs
from regard.annotate.prediction_options import Asked, parse_asked, with_config
from regard.judge.between import between
from regard.judge.pairs import compare_pairs
from regard.studies.enhancer.rank_report import last_words, write_report
from regard.studies.enhancer.rank_result import ABC_THRESHOLD, ALL, CONTACT, Result
from regard.studies.enhancer.rank_scores import joined_with, ranked, raw_scores, with_predictions
from regard.studies.frame import frame

EDGES = (10_000, 30_000, 100_000)
BINS = ("under 10 kb", "10 to 30 kb", "30 to 100 kb", "over 100 kb")


def rank(
    pairs: Path,
    predictions: Sequence[Path | str | Asked] = (),
    *,
    config: Path | None = None,
    cells: Path | None = None,
    draws: int = 999,
    seed: int = 0,
) -> Result:
    """Read pairs and predictions, and judge every method, over all distances and by bin.

    Pairs of genes that a table of predictions does not have at all are left out for every method: all rank the same.
    Where a fill value is given, or a file holds pairs from a threshold on only, they stay, and count as no call.

    Parameters
    ----------
    predictions : files, with options behind their names perhaps (`FILE::score=…,aggregate=…`).
    config : the benchmark's table `pred_config`. cells : which cell type of predictions is which of the pairs.

    Raises
    ------
    InputError
        For files that cannot be read, and where nothing is left to rank.
    """
    asked = [parse_asked(one) for one in predictions]
    asked = asked if config is None else with_config(asked, config)
    crispr, tables = with_predictions(read_pairs(pairs), asked, None if cells is None else read_mapping(cells))
    joined, remarks = joined_with(crispr, tables)
    regulated, genes = crispr.table.regulated.to_numpy(), crispr.table.gene.to_numpy(str)
    found, columns = raw_scores(crispr.table, joined, tables)
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
    if CONTACT not in scores:
        lacking = "neither the pairs (DHS.RPM, H3K27ac.RPM) nor the predictions (activity_base) give activity"
        remarks.append(f"no activity × contact: {lacking}")
    called = scores["ABC"] >= ABC_THRESHOLD if "ABC" in scores else None
    bins = bins_of(crispr.table.distance.to_numpy()) | bins_of_cells(crispr.table.cell.to_numpy(str))
    table = compare_pairs(
        scores, regulated, genes, bins, cells=crispr.table.cell.to_numpy(str), called=called, draws=draws, seed=seed
    )
    return Result(
        pairs=crispr,
        scores=scores,
        unscored=unscored,
        bins=bins,
        called=called,
        evidence=table,
        remarks=[*crispr.remarks, *remarks],
        between=between(scores, regulated, genes, bins, draws=draws, seed=seed),
        columns=columns,
        unread={table.source: table.left_out for table in tables},
    )


def bins_of(distance: np.ndarray) -> dict[str, np.ndarray]:
    """Which pairs are in which bin, bool, shape (pairs,) each; the first holds them all."""
    at = np.digitize(distance, EDGES)
    return {ALL: np.ones(len(distance), dtype=bool)} | {name: at == i for i, name in enumerate(BINS)}


def bins_of_cells(cells: np.ndarray) -> dict[str, np.ndarray]:
    """Which pairs are of which cell type, where there are several, bool, shape (pairs,) each."""
    names = sorted(set(cells))
    return {name or "no cell type": cells == name for name in names} if len(names) > 1 else {}


def run(
    pairs: Path,
    out: Path,
    *,
    predictions: Path | str | Sequence[Path | str] | None = None,
    config: Path | None = None,
    cells: Path | None = None,
    seed: int = 0,
    force: bool = False,
    console: Console | None = None,
) -> None:
    """Run the study on a table of CRISPRi pairs and write its folder; see `regard enhancer rank --help`."""
    given = [predictions] if isinstance(predictions, str | Path) else list(predictions or ())
    asked = [parse_asked(one) for one in given]
    inputs = [Path(pairs), *(one.path for one in asked), config, cells]
    with frame(out, force, console, seed=seed, inputs=inputs) as work:
        result = rank(pairs, asked, config=config, cells=cells, seed=seed)
        table = write_tables(result, work.folder)
        work.evidence(result.evidence)
        work.page(write_report, result)
        work.manifest(
            pairs=len(table),
            regulated=int(table.regulated.sum()),
            left_out=len(result.pairs.left_out),
            abc_threshold=ABC_THRESHOLD,
        )
        work.say(last_words(result))


def write_tables(result: Result, folder: Path) -> pd.DataFrame:
    """Write `pairs.tsv`, every pair with its bin and scores, which is given back, `comparisons.tsv` and `left_out.tsv`.

    The last has the rows of predictions that cannot be read, too, with the name of their file before the reason.
    """
    table = result.pairs.table.assign(bin=names_of(result.bins)).drop(columns="activity")
    table = table.drop(columns=[name for name in ("id", "cell") if (table[name] == "").all()])
    table = table.rename(columns={"id": "gene_id", "cell": "cell_type"})
    table = table.assign(**result.scores).assign(distance=result.pairs.table.distance)
    result.between.to_csv(folder / "comparisons.tsv", sep="\t", index=False, float_format="%.4g")
    table.to_csv(folder / "pairs.tsv", sep="\t", index=False, float_format="%.6g")
    unread = [rows.assign(reason=f"{name}: " + rows.reason) for name, rows in result.unread.items() if len(rows)]
    left_out = pd.concat([result.pairs.left_out, *unread], ignore_index=True) if unread else result.pairs.left_out
    left_out.to_csv(folder / "left_out.tsv", sep="\t", index=False)
    return table


def names_of(bins: dict[str, np.ndarray]) -> np.ndarray:
    """The bin of each pair."""
    return np.select([bins[name] for name in BINS], BINS, default="")
