"""Attention as the Enformer paper reads it, for proteins: one row of the average over all layers and heads."""

from __future__ import annotations

import numpy as np

from regard.core.scores import PositionScores
from regard.errors import InputError
from regard.models.protein.model import ProteinModel
from regard.models.protein.windows import mean_map


def extract_attention_enformer_style(
    model: ProteinModel, sequence: str, *, query: int | list[int], neighbours: int = 1, name: str = "protein"
) -> PositionScores:
    """How much a residue attends to every other, averaged over all layers, all heads and its neighbours.

    The reading of Avsec et al. 2021 (figure 2a), with an active site in the place of the transcription start
    site: they average the attention over layers and heads, and read the rows of the bins around the TSS.

    Parameters
    ----------
    query : 0-based position of the residue that looks, or several, such as all of an active site.
    neighbours : residues to each side of each query whose rows are averaged with it.

    Returns
    -------
    PositionScores, one sample: shape (length,), the share of attention that goes to each residue. The
    sum is below 1 by what special tokens get. NaN where no window holds query and residue together.

    Raises
    ------
    InputError
        A query is not a position of the protein.

    Examples
    --------
    >>> import regard
    >>> model = regard.load_protein("antiberty")
    >>> scores = regard.extract_attention_enformer_style(model, "QVQLVQSGAEVKKPGAS", query=3)
    >>> scores.values[0].shape, bool(0 < scores.values[0].sum() < 1)
    ((17,), True)
    """
    queries = [query] if isinstance(query, int | np.integer) else list(query)
    for q in queries:
        if not 0 <= q < len(sequence):
            raise InputError(f"query {q} is not a position, 0 to {len(sequence) - 1}, of this protein")
    rows = sorted({r for q in queries for r in range(q - neighbours, q + neighbours + 1) if 0 <= r < len(sequence)})
    row = mean_map(model, sequence)[rows].mean(axis=0).astype(float)
    return PositionScores([name], [row], f"attention of {len(queries)} queries, mean of all layers and heads")
