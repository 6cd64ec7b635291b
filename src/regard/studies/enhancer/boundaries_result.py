"""What a run on boundaries found."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from regard.data.regions import Region
from regard.models.genomic import GenomicModel
from regard.predictors.matched_loci import Pair


@dataclass
class Readings:
    """Scores of many windows, and their mean map.

    `scores` : "stripe", "block" and "dip", each (windows, layers, heads). `map` : mean attention relative to uniform,
    (layers, heads, query, key), bins pooled to SHOWN at most. `others` : the scores by other pipelines, mean of all
    heads and windows. `profile` : mean insulation along the diagonal, (layers, heads, offsets).
    """

    scores: dict[str, np.ndarray]
    map: np.ndarray
    others: dict[str, dict[str, float]] = field(default_factory=dict)
    profile: np.ndarray = field(default_factory=lambda: np.zeros((0, 0, 0)))


@dataclass
class Result:
    """Everything the report tells."""

    source: str
    model: GenomicModel
    pairs: list[Pair]
    left_out: list[tuple[Region, str]]
    not_used: int
    width: int
    away: int
    boundary: Readings
    control: Readings
    twins: list[tuple[dict[str, np.ndarray], dict[str, np.ndarray]]]  # of boundaries and matched loci, random weights
    evidence: pd.DataFrame
    remarks: list[str]
    pipeline: str = ""  # how each head was read
    genes: bool = False  # whether how many genes begin in a window was taken out
