"""Which method to use where none was asked for: the best on held-out simulations of the kind of table at hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from regard.data.expression import Expression

TABLE = Path(__file__).with_name("choice.tsv")  # written by training/network/choose.py
KINDS = {
    "perturbed": "tables that tell of a perturbation of at least half of the genes",
    "series": "time series",
    "counted": "tables with many zeros, as counted molecules have",
    "many samples": "tables with five samples or more for each gene",
    "few samples": "tables with fewer than five samples for each gene",
}
FEW_GENES = 15
SIZES = f"up to {FEW_GENES}", f"more than {FEW_GENES}"  # genes; measured apart
TIE = 0.02  # of AUPRC
ZEROS = 0.2  # share from which on a table counts as counted


def kind_of(expression: Expression) -> str:
    """The first of KINDS that a table is, by what can be seen of it."""
    samples, genes = expression.values.shape
    done = expression.perturbation
    if done is not None and (done > 0).any(axis=0).mean() >= 0.5:
        return "perturbed"
    if expression.series is not None and (expression.series >= 0).any():
        return "series"
    if (expression.values == 0).mean() > ZEROS:
        return "counted"
    return "many samples" if samples >= 5 * genes else "few samples"


def size_of(genes: int) -> str:
    return SIZES[genes > FEW_GENES]


def best_first(expression: Expression) -> list[str]:
    """Methods in the order of their mean AUPRC on held-out simulations of this kind and size.

    A few tables tell differences of `TIE` by luck: there GENIE3, long tried on real cells, goes first.
    """
    table = pd.read_csv(TABLE, sep="\t")
    rows = table[(table.kind == kind_of(expression)) & (table.genes == size_of(len(expression.genes)))]
    rows = rows.assign(auprc=rows.auprc + TIE * (rows.method == "genie3"))
    return rows.sort_values("auprc", ascending=False, kind="stable").method.tolist()
