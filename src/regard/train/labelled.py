"""The labelled sequences that a classifier learns from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from regard.data.inputs import LONGEST, read_sequences
from regard.errors import InputError


def read_labelled(
    source: Path, classes: list[str], *, longest: int | None = LONGEST
) -> tuple[pd.DataFrame, np.ndarray]:
    """Sequences as `read_sequences` gives them, and their labels as numbers.

    Raises InputError where there are no labels, or a class has no sequence.
    """
    table = read_sequences(source, classes, longest=longest)
    if "label" not in table:
        raise InputError(f"{source}: no labels; add a column 'label' or label=… in the FASTA headers")
    absent = sorted(set(classes) - set(table.label))
    if absent:
        raise InputError(f"{source}: no sequence is labelled {', '.join(absent)}")
    return table, table.label.map({name: i for i, name in enumerate(classes)}).to_numpy()
