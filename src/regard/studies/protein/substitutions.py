"""Every substitution of a protein: what the model makes of all 19 × L, and where one of them stands among them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from regard.data.proteins import AMINO_ACIDS
from regard.data.variants import Variant
from regard.models.protein.likelihood import masked_log_likelihoods
from regard.models.protein.model import ProteinModel
from regard.predictors.family import shares
from regard.studies.protein.inputs import Protein

WORK = 3e12  # weights × residues × passes, on a processor: about a minute of two cores


def affordable(model: ProteinModel, protein: Protein) -> bool:
    """Whether a pass for each residue is little beside the rest of the study."""
    weights = sum(p.numel() for p in model.network.parameters())
    return model.device.type != "cpu" or weights * len(protein) ** 2 <= WORK


def every_substitution(
    model: ProteinModel, protein: Protein, advance: Callable[[int], object] = lambda done: None
) -> pd.DataFrame:
    """One row a substitution of a usual amino acid, 19 × L in all: a masked pass for each residue.

    Columns: position (0-based, along the sequence that is read), wild, mutant, log_ratio (natural log of p(mutant) /
    p(wild type) of the hidden residue, Meier et al. 2021), conserved (the same of shares in the alignment, if any).
    """
    log_p = masked_log_likelihoods(model, protein.sequence, advance=advance)
    position, mutant = np.nonzero(substitutable(protein.sequence))
    wild = np.array([AMINO_ACIDS.find(c) for c in protein.sequence])[position]
    letters = np.array(list(AMINO_ACIDS))
    table = pd.DataFrame({
        "position": position, "wild": letters[wild], "mutant": letters[mutant],
        "log_ratio": log_p[position, mutant] - log_p[position, wild],
    })  # fmt: skip
    if protein.family is not None:
        share = np.log(shares(protein.family))
        table["conserved"] = share[position, mutant] - share[position, wild]
    return table


def substitutable(sequence: str) -> np.ndarray:
    """Bool, (L, 20): another usual amino acid in place of a usual one."""
    code = np.array([AMINO_ACIDS.find(c) for c in sequence])
    return (code[:, None] >= 0) & (code[:, None] != np.arange(len(AMINO_ACIDS)))


def alike(protein: Protein, variant: Variant) -> tuple[str, np.ndarray]:
    """Residues that a variant's is like, and what they are called: in a disulfide as well, else the same amino acid."""
    same = np.array([c == variant.wild for c in protein.sequence])
    bonded = np.zeros(len(protein), dtype=bool)
    bonded[[end for bond in protein.disulfides for end in bond]] = True
    if bonded[variant.position] and (same & bonded).sum() > 1:
        return "cysteines in a disulfide", same & bonded
    return f"residues that are {variant.wild}", same


def ranked(table: pd.DataFrame, protein: Protein, variant: Variant, column: str = "log_ratio") -> list[dict]:
    """Where the variant stands by `column`, 1 the least likely: in the protein, at its residue, at residues like it."""
    own = table[(table.position == variant.position) & (table.mutant == variant.mutant)][column].iloc[0]
    words, like = alike(protein, variant)
    rows = []
    for among, part in (
        ("all substitutions of the protein", table),
        ("the 19 at its residue", table[table.position == variant.position]),
        (f"those at all {int(like.sum())} {words}", table[like[table.position]]),
    ):
        below, equal = int((part[column] < own).sum()), int((part[column] == own).sum())
        rows.append({"among": among, "rank": below + 1, "tied": equal - 1, "of": len(part)})
    return rows


def rank_words(rows: list[dict]) -> str:
    """The ranks in a sentence."""
    parts = [f"{row['rank']:,} of {row['of']:,} among {row['among']}" for row in rows]
    return f"Rank, 1 being the least likely for the model: {'; '.join(parts)}."


def conserved_words(rows: list[dict], table: pd.DataFrame, variant: Variant) -> str:
    """The same by the alignment alone, without a model."""
    own = table[(table.position == variant.position) & (table.mutant == variant.mutant)].conserved.iloc[0]
    times = np.exp(abs(own))
    told = f"{times:,.1f}" if times < 1000 else "more than 1,000"  # where one of them next to never stands
    side = "rarer" if own < 0 else "more frequent"
    parts = [f"{row['rank']:,} of {row['of']:,} among {row['among']}" for row in rows]
    return (
        f"The alignment alone, without any model: {variant.mutant} is {told} times {side} there than "
        f"{variant.wild}; rank {'; '.join(parts)}."
    )
