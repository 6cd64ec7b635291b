"""How far the network model's signs and probabilities can be trusted, in a line.

`python -m benchmarks probability` measures it on networks as in training and on simulators that no training uses;
training/network/choose.py writes what the page says to probability.tsv.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from regard.studies.network.consensus import CONSENSUS
from regard.studies.network.methods import NETWORK_MODEL

TABLE = Path(__file__).with_name("probability.tsv")
OWN = {one.name for one in NETWORK_MODEL}
HOME = "as in training: all"  # the case that is no stranger


def said(methods: Collection[str]) -> str:
    """Where probabilities and signs that these methods give with the shipped network model hold, and where not."""
    table = pd.read_csv(TABLE, sep="\t").set_index("case")
    home, others = table.loc[HOME], table.drop(index=HOME)
    signed = others.dropna(subset=["right"])
    least = signed.right.idxmin()
    elsewhere = f"the {len(others)} simulators that no training uses"
    lines = []
    if OWN & set(methods):
        lines.append(
            "A probability of the network model was fitted on simulations like those of its training: there it is off "
            f"by {home.error:.3f} on average, on {elsewhere} by {off(others.error)}"
        )
    if CONSENSUS.name in methods:
        lines.append(
            f"A probability of {CONSENSUS.name} was fitted on networks of {elsewhere}: on others of theirs it is off "
            f"by {off(others.consensus)}, on simulations like those of the model's training by {home.consensus:.3f}"
        )
    lines.append(
        f"The network model has {home.right:.0%} of signs of true edges right on such simulations (one sign for all: "
        f"{home.one:.0%}), on the others {signed.right.min():.0%} (on {least}) to {signed.right.max():.0%}; nobody "
        "knows how far any of this holds on your table"
    )
    return ". ".join(lines)


def off(error: pd.Series) -> str:
    """From least to most, and where the most is."""
    return f"{error.min():.3f} to {error.max():.3f} (most on {error.idxmax()})"
