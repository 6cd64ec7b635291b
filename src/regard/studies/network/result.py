"""What a run of the network study found."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from regard.core.edges import Edges, KnownEdges
from regard.data.expression import Expression


@dataclass
class Result:
    """Everything the report tells."""

    source: str
    expression: Expression
    regulators: list[int] | None
    edges: dict[str, Edges]
    gold: KnownEdges | None
    evidence: pd.DataFrame
    chance: pd.DataFrame | None  # what random rankings reach, a row a draw
    seconds: dict[str, float]
    seed: int
    remarks: list[str] = field(default_factory=list)
    maps: list[np.ndarray] = field(default_factory=list)  # of the network model, (heads, target, regulator) a layer
    twins: int = 0  # network models with random weights that read the same table
