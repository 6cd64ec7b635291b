"""Which method to use where none was asked for: by what is told of a table, and whether the network model is sure.

The rule was made on simulators that no training uses, and measured on other networks of theirs: `python -m benchmarks
strangers`; training/network/choose.py writes the figures that the page gives to choice.tsv.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from regard.data.expression import Expression

TABLE = Path(__file__).with_name("choice.tsv")
KINDS = {
    "perturbed": "tables that tell of a perturbation of at least a quarter of the genes",
    "series": "time series",
    "counted": "tables with many zeros, as counted molecules have",
    "many samples": "tables with five samples or more for each gene",
    "few samples": "tables with fewer than five samples for each gene",
}
HOLDS = ("perturbed", "series")  # kinds for which the network model is taken whatever it says
MAY_HOLD = "few samples"  # where it is taken if its two readings agree
AGREE = 0.72  # rank correlation of both readings of the network model from which on it is taken at its word
ANY = "any"  # in the place of a kind, of the warning
ZEROS = 0.2  # share from which on a table counts as counted
TOLD = 0.25  # share of the genes


def kind_of(expression: Expression) -> str:
    """The first of KINDS that a table is, by what can be seen of it."""
    samples, genes = expression.values.shape
    done = expression.perturbation
    if done is not None and (done > 0).any(axis=0).mean() >= TOLD:
        return "perturbed"
    if expression.series is not None and (expression.series >= 0).any():
        return "series"
    if (expression.values == 0).mean() > ZEROS:
        return "counted"
    return "many samples" if samples >= 5 * genes else "few samples"


def rows() -> pd.DataFrame:
    return pd.read_csv(TABLE, sep="\t").set_index(["kind", "method"])


def measured(kind: str, method: str) -> str:
    """In words, what a method reached on held-out tables of a kind; "" where none was measured."""
    if (kind, method) not in (table := rows()).index:
        return ""
    row = table.loc[(kind, method)]
    return (
        f"on {row.tables:.0f} tables of held-out simulators {row.value:.2f} times the AUPRC of extra trees "
        f"(worst {row.low:.2f}, best {row.high:.2f})"
    )


def warning(agree: float) -> str:
    """Whether the network model may do worse than trees here, as far as its two readings tell, and how far that is."""
    said = "disagree, so that it may do worse than trees here" if agree < AGREE else "agree"
    table = rows()
    right, never = (f"{table.value[ANY, name]:.0%}" for name in ("warning", "no warning"))
    return (
        f"The two readings of the network model {said} (rank correlation {agree:.2f}, {AGREE} is the limit; a weak "
        f"sign, right in {right} of tables of held-out simulators, where never to warn is right in {never})"
    )
