"""What a run of the protein study found."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from regard.models.protein.model import ProteinModel
from regard.models.protein.reading import Reading
from regard.studies.protein.contacts import Contacts
from regard.studies.protein.factored import Factored
from regard.studies.protein.inputs import Protein
from regard.studies.protein.listed import ListFound
from regard.studies.protein.pipelines import DEFAULT, Pipelines


@dataclass
class Result:
    """Everything the report tells."""

    source: str
    model: ProteinModel
    proteins: list[Protein]
    readings: dict[str, Reading]
    seams: dict[str, list[int]]
    gradients: dict[str, np.ndarray]
    asked: dict[str, int]  # residues of each protein that gradient × input was asked of
    contacts: Contacts | None
    evidence: pd.DataFrame
    seed: int
    twins: int = 0  # models with random weights that it was held against
    pipelines: Pipelines = DEFAULT
    by_protein: pd.DataFrame | None = None  # the evidence's figures protein by protein
    factored: list[Factored] = field(default_factory=list)  # trained on alignments, a protein each
    between: Contacts | None = None  # of each two proteins that touch in one structure
    others: list[dict] = field(default_factory=list)  # what other readings give, a row each
    every: dict[str, pd.DataFrame] = field(default_factory=dict)  # every substitution, of proteins that were asked
    deletions: dict[str, pd.DataFrame] = field(default_factory=dict)  # every one of one residue, the same way
    listed: ListFound | None = None  # variants of a list
    remarks: list[str] = field(default_factory=list)
