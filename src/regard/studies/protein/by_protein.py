"""Each protein's own figure, of which a row of evidence is the mean: what a paired test of two runs takes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from regard.judge.measures import within
from regard.studies.protein.inputs import Protein

COLUMNS = ["annotation", "method", "metric", "id", "group", "n", "positives", "value"]


def figures_of(
    annotation: str,
    proteins: Sequence[Protein],
    labels: Sequence[np.ndarray],
    there: Sequence[np.ndarray],
    lengths: Sequence[int],
    scores: Sequence,
    metrics: Sequence[str],
) -> pd.DataFrame:
    """A row a protein, method and metric; no value where nothing is known of the protein.

    Parameters
    ----------
    labels, there : bool, a protein each, (L, L) or (L,): what is known, and which places count (of pairs i < j).
    lengths : L of "P@L". scores : methods, each with `name` and `values`, a protein each as `labels`.
    """
    rows = []
    for k, protein in enumerate(proteins):
        place = np.triu(there[k], 1) if there[k].ndim == 2 else there[k]
        known = labels[k][place]
        alone = [slice(0, len(known))], lengths[k : k + 1], np.zeros(1, dtype=int)
        rows += [
            (annotation, one.name, metric, protein.id, protein.group, len(known), int(known.sum()),
             within(metric, *alone).value(one.values[k][place], known))
            for one in scores for metric in metrics
        ]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)
