"""Mutagenesis held against motifs, on a subset: every base of many sequences would take minutes."""

from __future__ import annotations

import numpy as np
import pandas as pd
from rich.progress import Progress

from regard.core.scores import Annotations, PositionScores
from regard.judge.compare import compare
from regard.predictors.composition import at_content, gc_content, place
from regard.studies.dna.evidence import changes_of, gradient, only
from regard.studies.tasks import Task

SEQUENCES, EVERY = 10, 6
NAME = "mutagenesis, some bases"


def mutagenesis_evidence(
    model,
    task: Task,
    rows: pd.DataFrame,
    mean: PositionScores,
    motifs: list[Annotations],
    seed: int,
    progress: Progress,
) -> pd.DataFrame:
    """Do the bases whose change matters lie in motifs? Beside attention and gradients at the same bases.

    rows : sequences by id, of which the first are used; mean : attention of all of them.
    """
    ids = list(rows.index)[:SEQUENCES]
    sequences = rows.sequence.loc[ids].tolist()
    changes = [changes_of(model, task, s, EVERY) for s in progress.track(sequences, description="mutating some bases")]
    there = [~np.isnan(v) for v in changes]

    def at_these(scores: PositionScores) -> PositionScores:
        values = [np.where(use, v, np.nan) for use, v in zip(there, scores.values, strict=True)]
        return PositionScores(ids, values, scores.name)

    gradients = PositionScores(ids, [gradient(model, task, s) for s in sequences], "gradient × input")
    methods = [PositionScores(ids, changes, NAME), at_these(only(mean, ids)), at_these(gradients)]
    baselines = [at_these(make(ids, sequences)) for make in (gc_content, at_content, place)]
    item = f"{len(ids)} sequences, every {EVERY}th base"
    tables = []
    for known in motifs:
        at = {name: i for i, name in enumerate(known.ids)}
        few = Annotations(ids, [known.values[at[i]] for i in ids], known.name)
        tables.append(compare(methods, few, baselines=baselines, study="dna", item=item, seed=seed))
    return pd.concat(tables, ignore_index=True)
