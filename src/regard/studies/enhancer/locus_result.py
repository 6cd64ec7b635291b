"""What a run on a locus found."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from regard.data.regions import Region
from regard.models.genomic import GenomicModel
from regard.studies.enhancer.locus_beside import Beside
from regard.studies.enhancer.targets import TargetWindow


@dataclass
class Locus:
    """One transcription start and what was found in the model's window about it.

    `tracks` : for each method one value a bin, (bins,), in the order of the chromosome. `prediction` : the same, with
    the base at which each value begins. `elements` : those in the window with a score of each method. `tested` : what
    an experiment says of this gene, as `read_validated` gives it; None where nothing was given.
    """

    placed: TargetWindow
    value: float
    tracks: dict[str, np.ndarray]
    prediction: tuple[np.ndarray, np.ndarray] | None
    elements: pd.DataFrame | None
    tested: pd.DataFrame | None = None

    @property
    def validated(self) -> pd.DataFrame | None:
        """The enhancers that regulate this gene."""
        return None if self.tested is None else self.tested[self.tested.regulated.to_numpy(bool)]

    @property
    def name(self) -> str:
        return self.placed.target.name

    def highest(self, values: np.ndarray, size: int) -> str:
        """Where values of bins, of `size` bases each in the order of the chromosome, are highest: as "at" the TSS."""
        away = self.placed.region.start + int(np.nanargmax(values)) * size + size // 2 - self.placed.target.position
        away = -away if self.placed.target.strand == "-" else away
        if abs(away) <= size // 2:
            return "at"
        return f"{abs(away):,} bp {'upstream' if away < 0 else 'downstream'} of"


@dataclass
class Result:
    """Everything the report tells."""

    where: str
    region: Region
    model: GenomicModel
    loci: list[Locus]
    signals: dict[str, np.ndarray]
    elements: pd.DataFrame | None
    genes: pd.DataFrame | None
    evidence: pd.DataFrame
    shuffles: int
    remarks: list[str]
    pipeline: str = ""  # how attention was read
    readings: list[dict] = field(default_factory=list)  # what it and other pipelines give, a row each
    twins: int = 0  # models with random weights that read the same loci
    contacts: tuple[np.ndarray, np.ndarray, str] | None = None  # as `read_contacts` gives them
    beside: Beside | None = None  # another run on the same place
