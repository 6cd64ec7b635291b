"""Rank elements by how much they matter to a gene, and judge it by CRISPRi (Avsec et al. 2021, figure 2b)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console

from regard.annotate.crispr import CrisprPairs, read_pairs
from regard.annotate.predictions import Predictions, join, read_predictions
from regard.errors import InputError
from regard.judge.pairs import compare_pairs
from regard.predictors.distance import activity_by_contact, nearness
from regard.studies.enhancer.rank_report import last_words, write_report
from regard.studies.enhancer.rank_result import ABC_THRESHOLD, ALL, MEASURED, Result
from regard.studies.frame import frame

EDGES = (10_000, 30_000, 100_000)
BINS = ("under 10 kb", "10 to 30 kb", "30 to 100 kb", "over 100 kb")
SHOWN = {"gradient_input": "gradient × input", "gradient_x_input": "gradient × input"}  # names that files can spell


def rank(pairs: Path, predictions: Sequence[Path] = (), *, draws: int = 999, seed: int = 0) -> Result:
    """Read pairs and predictions, and judge every method, over all distances and by bin.

    Pairs of genes that a table of predictions does not have at all are left out for every method: all rank the same.

    Raises
    ------
    InputError
        For files that cannot be read, and where nothing is left to rank.
    """
    crispr, tables = with_predictions(read_pairs(pairs), predictions)
    joined, remarks = joined_with(crispr, tables)
    regulated, genes = crispr.table.regulated.to_numpy(), crispr.table.gene.to_numpy(str)
    found = raw_scores(crispr.table, joined)
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
    if "activity × contact" not in scores:
        lacking = "neither the pairs (DHS.RPM, H3K27ac.RPM) nor the predictions (activity_base) give activity"
        remarks.append(f"no activity × contact: {lacking}")
    called = scores["ABC"] >= ABC_THRESHOLD if "ABC" in scores else None
    bins = bins_of(crispr.table.distance.to_numpy())
    table = compare_pairs(scores, regulated, genes, bins, called=called, draws=draws, seed=seed)
    return Result(
        pairs=crispr,
        scores=scores,
        unscored=unscored,
        bins=bins,
        called=called,
        evidence=table,
        remarks=[*crispr.remarks, *remarks],
        unread={table.source: table.left_out for table in tables},
    )


def with_predictions(crispr: CrisprPairs, predictions: Sequence[Path]) -> tuple[CrisprPairs, list[Predictions]]:
    """The pairs whose genes every table has, and the tables."""
    tables = [read_predictions(path, set(crispr.table.gene)) for path in predictions]
    for table in tables:
        absent = ~crispr.table.gene.isin(table.table.gene).to_numpy()
        crispr = crispr.without(absent, f"its gene is not in {table.source}")
    if not crispr.table.regulated.any() or crispr.table.regulated.all():
        names = ", ".join(table.source for table in tables)
        raise InputError(
            f"{crispr.source}: of genes in {names} it has no pairs of both kinds, regulated and not; nothing to rank"
        )
    return crispr, tables


def joined_with(crispr: CrisprPairs, tables: Sequence[Predictions]) -> tuple[list[pd.DataFrame], list[str]]:
    """The scores of each table for the pairs, and remarks."""
    joined, remarks = [], []
    for table in tables:
        scores, overlapping = join(crispr.table, table)
        nothing = int((overlapping == 0).sum())
        if nothing == len(overlapping):
            raise InputError(
                f"{table.source}: none of its elements overlaps an element of {crispr.source} of the same gene; "
                "are both of the same genome build?"
            )
        joined.append(scores)
        remarks.append(f"{table.remark}; {nothing} of {len(overlapping)} pairs overlap none of its elements")
    return joined, remarks


def raw_scores(table: pd.DataFrame, joined: Sequence[pd.DataFrame]) -> dict[str, np.ndarray]:
    """Scores by name, NaN where a method says nothing."""
    distance, activity = table.distance.to_numpy(), table.activity.to_numpy()
    scores = {"distance": nearness(distance)}
    for one in joined:
        for name, values in one.items():
            label = SHOWN.get(str(name), str(name))
            if label in scores:
                raise InputError(f"{label!r} is in two of the tables of predictions; rename one of the columns")
            if label == "activity":
                activity = values.to_numpy()
            else:
                scores[label] = values.to_numpy()
    if not np.isnan(activity).all():
        scores["activity × contact"] = activity_by_contact(activity, distance)
    order = [name for name in ("distance", *MEASURED) if name in scores]
    return {name: scores[name] for name in [*order, *(n for n in scores if n not in order)]}


def ranked(values: np.ndarray) -> np.ndarray:
    """Finite scores in the same order, shape (pairs,): Inf above all, −Inf below all, NaN below these."""
    there = values[np.isfinite(values)]
    low, high = (there.min(), there.max()) if len(there) else (0.0, 0.0)
    step = max(1.0, 1e-6 * abs(low), 1e-6 * abs(high))  # at 1e20 one more is no more
    out = np.where(np.isposinf(values), high + step, values)
    out = np.where(np.isneginf(values), low - step, out)
    return np.where(np.isnan(values), np.nanmin(out) - step, out)


def bins_of(distance: np.ndarray) -> dict[str, np.ndarray]:
    """Which pairs are in which bin, bool, shape (pairs,) each; the first holds them all."""
    at = np.digitize(distance, EDGES)
    return {ALL: np.ones(len(distance), dtype=bool)} | {name: at == i for i, name in enumerate(BINS)}


def run(
    pairs: Path,
    out: Path,
    *,
    predictions: Path | Sequence[Path] | None = None,
    seed: int = 0,
    force: bool = False,
    console: Console | None = None,
) -> None:
    """Run the study on a table of CRISPRi pairs and write its folder; see `regard enhancer rank --help`."""
    files = [Path(predictions)] if isinstance(predictions, str | Path) else [Path(p) for p in predictions or ()]
    with frame(out, force, console, seed=seed, inputs=[Path(pairs), *files]) as work:
        result = rank(pairs, files, seed=seed)
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
    """Write `pairs.tsv`, every pair with its bin and scores, which is given back, and `left_out.tsv`.

    The latter has the rows of predictions that cannot be read, too, with the name of their file before the reason.
    """
    table = result.pairs.table.assign(bin=names_of(result.bins)).drop(columns="activity")
    table = table.assign(**result.scores).assign(distance=result.pairs.table.distance)
    table.to_csv(folder / "pairs.tsv", sep="\t", index=False, float_format="%.6g")
    unread = [rows.assign(reason=f"{name}: " + rows.reason) for name, rows in result.unread.items() if len(rows)]
    left_out = pd.concat([result.pairs.left_out, *unread], ignore_index=True) if unread else result.pairs.left_out
    left_out.to_csv(folder / "left_out.tsv", sep="\t", index=False)
    return table


def names_of(bins: dict[str, np.ndarray]) -> np.ndarray:
    """The bin of each pair."""
    return np.select([bins[name] for name in BINS], BINS, default="")
