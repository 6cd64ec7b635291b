"""Mutagenesis held against motifs, on a subset: every base of many sequences would take minutes."""

from __future__ import annotations

import pandas as pd
from rich.progress import Progress

from regard.core.evidence import evidence
from regard.core.scores import Annotations, PositionScores
from regard.judge.compare import compare
from regard.studies.dna.evidence import GRADIENT, Gradients, only
from regard.studies.dna.subject import Subject

SEQUENCES, EVERY = 10, 6
NAME = "mutagenesis, some bases"


def mutagenesis_evidence(
    subject: Subject,
    rows: pd.DataFrame,
    mean: PositionScores,
    gradients: Gradients,
    twins: list[dict[str, PositionScores]],
    motifs: list[Annotations],
    seed: int,
    progress: Progress,
) -> pd.DataFrame:
    """Do the bases whose change matters lie in motifs? Beside attention and gradients at the same bases.

    rows : sequences by id, of which the first are used; mean, gradients : of all of them. twins : received attention of
    each head of each random twin; mutating their bases as well would take too long.
    """
    if subject.changes is None or not gradients:
        return evidence([])
    ids = list(rows.index)[:SEQUENCES]
    sequences = rows.sequence.loc[ids].tolist()
    changes = [subject.changes(s, EVERY) for s in progress.track(sequences, description="mutating some bases")]
    by_gradient = PositionScores(ids, [gradients[i] for i in ids], GRADIENT)
    methods = [PositionScores(ids, changes, NAME), only(mean, ids), by_gradient]
    at = {name: i for i, name in enumerate(motifs[0].ids)}
    return compare(
        methods,
        [Annotations(ids, [known.values[at[i]] for i in ids], known.name) for known in motifs],
        sequences=sequences,
        twins=[[only(h, ids) for h in twin.values()] for twin in twins],
        study="dna",
        item=f"{len(ids)} sequences, every {EVERY}th base",
        seed=seed,
    )
