"""How far the network model's signs and probabilities can be trusted, in a line.

`python -m benchmarks probability` measures it on networks as in training and on simulators that no training uses;
training/network/choose.py writes what the page says to probability.tsv.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

TABLE = Path(__file__).with_name("probability.tsv")
HOME = "as in training: all"  # the case that is no stranger


def said() -> str:
    """Where probabilities and signs of the shipped network model hold, and where not."""
    table = pd.read_csv(TABLE, sep="\t").set_index("case")
    home, others = table.loc[HOME], table.drop(index=HOME)
    signed = others.dropna(subset=["right"])
    worst, least = others.error.idxmax(), signed.right.idxmin()
    return (
        f"A probability is the network model's, fitted on simulations like those of its training: there it is off by "
        f"{home.error:.3f} on average and {home.right:.0%} of signs of true edges are right (one sign for all: "
        f"{home.one:.0%}). On {len(others)} simulators that no training uses it is off by {others.error.min():.3f} to "
        f"{others.error.max():.3f} (most on {worst}), and {signed.right.min():.0%} (on {least}) to "
        f"{signed.right.max():.0%} of signs are right; nobody knows how far on your table"
    )
