"""Every deletion of one residue: what the model makes of all L, and where one of them stands among them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from regard.data.proteins import AMINO_ACIDS
from regard.data.variants import Variant
from regard.models.protein.likelihood import copies, pseudo_log_likelihood, seen_log_likelihoods, seen_together
from regard.models.protein.model import ProteinModel
from regard.studies.protein.inputs import Protein
from regard.studies.protein.substitutions import alike

MEASURED = "log likelihood of what is left − that of the whole"


def every_deletion(
    model: ProteinModel, protein: Protein, advance: Callable[[int], object] = lambda done: None
) -> pd.DataFrame:
    """One row a residue that is one of the usual amino acids: a pass of what is left without it, nothing hidden.

    Columns: position (0-based, along the sequence that is read), wild, log_ratio (summed natural log likelihood of what
    is left minus that of the whole; Brandes et al. 2023). Within a run of one amino acid the same is left whichever is
    taken out, so that it is read once and the run shares one figure.
    """
    sequence = protein.sequence
    places = [i for i, c in enumerate(sequence) if c in AMINO_ACIDS]
    of_place = {i: sequence[:i] + sequence[i + 1 :] for i in places}
    left = list(dict.fromkeys(of_place.values()))
    whole = pseudo_log_likelihood(seen_log_likelihoods(model, sequence), sequence)
    found: dict[str, float] = {}
    step = copies(model, len(sequence) - 1)
    for first in range(0, len(left), step):
        some = left[first : first + step]
        for one, log_p in zip(some, seen_together(model, some), strict=True):
            found[one] = pseudo_log_likelihood(log_p, one) - whole
        advance(len(some))
    advance(len(sequence) - len(left))
    return pd.DataFrame({
        "position": places, "wild": [sequence[i] for i in places],
        "log_ratio": np.array([found[of_place[i]] for i in places], dtype=float),
    })  # fmt: skip


def deletion_ranks(table: pd.DataFrame, protein: Protein, variant: Variant) -> list[dict]:
    """Where a deletion stands, 1 the least likely: among all of the protein, and at residues like its own."""
    own = table.loc[table.position == variant.position, "log_ratio"].iloc[0]
    words, like = alike(protein, variant)
    rows = []
    for among, part in (
        ("all deletions of one residue of the protein", table),
        (f"those at all {int(like.sum())} {words}", table[like[table.position]]),
    ):
        below, equal = int((part.log_ratio < own).sum()), int((part.log_ratio == own).sum())
        rows.append({"among": among, "rank": below + 1, "tied": equal - 1, "of": len(part)})
    return rows


def times(ratio: float) -> str:
    """A natural log ratio of any size as `2.7 times more`."""
    size = abs(ratio) / np.log(10)
    return f"{f'{10**size:,.1f}' if size < 4 else f'10^{size:.0f}'} times {'less' if ratio < 0 else 'more'}"


def deletion_words(own: float, rows: list[dict]) -> list[str]:
    """What the likelihood says, and the ranks in a sentence, where there are any."""
    said = [
        f"Likelihood: what is left is {times(own)} likely to the model than the whole (summed over residues, "
        "nothing hidden). It has a term fewer, so that this is comparable with other deletions only."
    ]
    parts = [
        f"{row['rank']:,} of {row['of']:,} among {row['among']}"
        + (f" ({row['tied']} others equal)" if row["tied"] else "")
        for row in rows
    ]
    return [*said, f"Rank, 1 being the least likely for the model: {'; '.join(parts)}."] if parts else said
