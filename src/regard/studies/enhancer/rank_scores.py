"""From pairs and tables of predictions to one score a pair and method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from regard.annotate.cells import SameCells
from regard.annotate.crispr import CrisprPairs
from regard.annotate.overlaps import join
from regard.annotate.prediction_columns import ACTIVITY, Column
from regard.annotate.prediction_options import Asked
from regard.annotate.predictions import Predictions, read_predictions
from regard.errors import InputError
from regard.predictors.distance import activity_by_contact, nearness
from regard.studies.enhancer.rank_result import BASELINES, CONTACT, MEASURED

BACKWARDS = 0.4  # AUROC below which a score seems to be read the wrong way round
SHOWN = {"gradient_input": "gradient × input", "gradient_x_input": "gradient × input"}  # names that files can spell


def with_predictions(
    crispr: CrisprPairs, asked: Sequence[Asked], mapping: SameCells | None = None
) -> tuple[CrisprPairs, list[Predictions]]:
    """The pairs whose genes and cell types every table has, and the tables."""
    given = [one.path.resolve() for one in asked]
    if twice := [one for one in asked if given.count(one.path.resolve()) > 1 and not one.scores]:
        raise InputError(f"{twice[0].path}: is given twice as predictions; name each file once")
    names, cells = crispr.names, crispr.cells
    tables = parts_together(
        [read_predictions(one.path, names, asked=one, cells=cells, mapping=mapping) for one in asked]
    )
    for table in tables:
        there = set(table.table.cell) - {""}
        if there:
            crispr = crispr.without(
                ~crispr.table.cell.isin(there).to_numpy(), f"its cell type is not in {table.source}"
            )
        if not table.partial and all(np.isnan(one.fill) for one in table.columns):
            known = set(zip(table.table.gene, table.table.cell, strict=True))
            genes = zip(crispr.table.gene, crispr.table.cell if there else [""] * len(crispr.table), strict=True)
            anywhere = set(table.table.gene[table.table.cell == ""])
            absent = np.array([one not in known and one[0] not in anywhere for one in genes], dtype=bool)
            crispr = crispr.without(absent, f"its gene is not in {table.source}")
    if tables:
        check_both_kinds(crispr, ", ".join(table.source for table in tables))
    return crispr, tables


def check_both_kinds(crispr: CrisprPairs, names: str = "the genome") -> None:
    """Raise InputError where regulated pairs, or such as are not, are all left out for want of what names say."""
    if not crispr.table.regulated.any() or crispr.table.regulated.all():
        raise InputError(
            f"{crispr.source}: of genes in {names} it has no pairs of both kinds, regulated and not; nothing to rank"
        )


def parts_together(tables: Sequence[Predictions]) -> list[Predictions]:
    """Files with the same scores of other genes, or of other cell types, are one table in parts."""
    found: list[Predictions] = []
    for table in tables:
        key = set(zip(table.table.gene, table.table.cell, strict=True))
        for i, other in enumerate(found):
            theirs = set(zip(other.table.gene, other.table.cell, strict=True))
            if table.columns == other.columns and not key & theirs:
                found[i] = Predictions(
                    f"{other.source} and {table.source}" if table.source != other.source else table.source,
                    pd.concat([other.table, table.table], ignore_index=True), other.columns,
                    f"{other.remark}; {table.remark}", pd.concat([other.left_out, table.left_out], ignore_index=True),
                    other.partial or table.partial,
                )  # fmt: skip
                break
        else:
            found.append(table)
    return found


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


def raw_scores(
    table: pd.DataFrame,
    joined: Sequence[pd.DataFrame],
    tables: Sequence[Predictions],
    own: pd.DataFrame | None = None,
) -> tuple[dict[str, np.ndarray], dict[str, Column]]:
    """Scores by name, NaN where a method says nothing; and how each that comes from a file was read.

    A score that stands in two files has the file's name behind its own, and so has one that a model was asked for, too.
    own : what a model said of each pair's own element, a column a method.
    """
    distance, activity, given = table.distance.to_numpy(), table.activity.to_numpy(), False
    scores, columns = {"distance": nearness(distance)}, {}
    labels = [SHOWN.get(name, name) for one in tables for name in one.scores]
    modelled = {} if own is None else {str(name): own[name].to_numpy(float) for name in own}
    reserved = (*BASELINES, CONTACT, *modelled)
    for one, source in zip(joined, tables, strict=True):
        for column in source.columns:
            label, values = SHOWN.get(column.name, column.name), one[column.name].to_numpy()
            if label == ACTIVITY and column.column == "activity_base":
                if not given:  # of several files the first one's
                    activity, given = values, True
                continue
            if labels.count(label) > 1 or label in reserved:
                label = f"{label} ({source.source})"
            if label in scores:
                raise InputError(f"{label!r} is the name of two scores; give them others: FILE::score=COLUMN,name=NAME")
            scores[label], columns[label] = values, column
    scores |= modelled
    if not np.isnan(activity).all():
        scores[CONTACT] = activity_by_contact(activity, distance)
    order = [name for name in ("distance", *MEASURED) if name in scores]
    return {name: scores[name] for name in [*order, *(n for n in scores if n not in order)]}, columns


def turned_round(scores: Mapping[str, np.ndarray], columns: Mapping[str, Column], regulated: np.ndarray) -> list[str]:
    """A remark on each score of a file that is lower where a gene is regulated: perhaps less of it is better."""
    found = {name: float(roc_auc_score(regulated, scores[name])) for name, one in columns.items() if name in scores}
    return [
        f"{name} is lower for regulated pairs (AUROC {area:.2f}); if less of it is better, say so: FILE::inverse="
        f"{'no' if columns[name].inverse else 'yes'}"
        for name, area in found.items()
        if area < BACKWARDS
    ]


def ranked(values: np.ndarray) -> np.ndarray:
    """Finite scores in the same order, shape (pairs,): Inf above all, −Inf below all, NaN below these."""
    there = values[np.isfinite(values)]
    low, high = (there.min(), there.max()) if len(there) else (0.0, 0.0)
    step = max(1.0, 1e-6 * abs(low), 1e-6 * abs(high))  # at 1e20 one more is no more
    out = np.where(np.isposinf(values), high + step, values)
    out = np.where(np.isneginf(values), low - step, out)
    return np.where(np.isnan(values), np.nanmin(out) - step, out)
