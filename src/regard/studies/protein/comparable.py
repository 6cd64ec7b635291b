"""Substitutions that one may be compared with: those at residues of the same amino acid that are as predictable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from regard.data.proteins import AMINO_ACIDS
from regard.data.variants import Variant
from regard.models.protein.likelihood import seen_log_likelihoods
from regard.models.protein.model import ProteinModel
from regard.predictors.family import conservation
from regard.studies.protein.inputs import Protein

FEWEST = 2  # other residues that must be like it, 38 substitutions
MOST, DRAWN = 200, 50  # two passes each: all of them up to so many, and of a large model fewer


@dataclass(frozen=True)
class Comparable:
    """Substitutions to stand beside one; which residues they are at, in words; how many there are in all."""

    variants: list[Variant]
    words: str
    of: int

    @property
    def told(self) -> str:
        """How many of how many, of which residues."""
        some = f"all {self.of}" if len(self.variants) == self.of else f"{len(self.variants)} drawn of {self.of}"
        return f"{some} substitutions at {self.words}"


def entropies(model: ProteinModel, protein: Protein, every: pd.DataFrame | None) -> tuple[np.ndarray, str]:
    """How open the model leaves each residue, (L,), natural log; and what is meant by residues that are alike in it.

    Of the residue hidden, where every substitution was asked; else conservation in the alignment, with its sign turned;
    else of all residues in one pass with nothing hidden. NaN where none of the 20 amino acids stands.
    """
    if every is not None:
        ratio = np.full((len(protein), len(AMINO_ACIDS)), np.nan)
        ratio[every.position, [AMINO_ACIDS.index(c) for c in every.mutant]] = every.log_ratio
        own = [(i, AMINO_ACIDS.index(c)) for i, c in enumerate(protein.sequence) if c in AMINO_ACIDS]
        for i, letter in own:
            ratio[i, letter] = 0
        log_p = ratio - np.log(np.exp(ratio).sum(axis=1, keepdims=True))
        return -(np.exp(log_p) * log_p).sum(axis=1), "about as easy to predict"
    if protein.family is not None:
        return -conservation(protein.family), "about as conserved"
    log_p = seen_log_likelihoods(model, protein.sequence)
    return -(np.exp(log_p) * log_p).sum(axis=1), "about as easy to predict (nothing hidden)"


def comparable(
    protein: Protein,
    variant: Variant,
    openness: np.ndarray,
    alike: str,
    *,
    within: tuple[int, int],
    most: int | None = None,
    seed: int = 0,
) -> Comparable:
    """Substitutions at other residues of the same amino acid and the same third of openness; drawn where too many.

    Where fewer than two residues are both, those of the same amino acid; else those of the same third; else all.

    openness, alike : as `entropies` gives them. within : the stretch that is read, 0-based half-open. most : None for
    all.
    """
    letters = np.array(list(protein.sequence))
    at, place = variant.position, np.arange(len(letters))
    there = np.isin(letters, list(AMINO_ACIDS)) & (place >= within[0]) & (place < within[1])
    third = np.full(len(letters), -1)
    known = np.flatnonzero(there & ~np.isnan(openness))
    third[known] = np.argsort(np.argsort(openness[known], kind="stable"), kind="stable") * 3 // max(len(known), 1)
    others = there & (place != at)
    same, close = letters == variant.wild, (third == third[at]) & (third >= 0)
    rungs = [
        (f"residues that are {variant.wild} and {alike}", others & same & close),
        (f"residues that are {variant.wild}", others & same),
        (f"residues {alike}", others & close),
        ("all other residues", others),
    ]
    words, chosen = next((rung for rung in rungs if rung[1].sum() >= FEWEST), rungs[-1])
    every = [Variant(letters[i], int(i), a) for i in np.flatnonzero(chosen) for a in AMINO_ACIDS if a != letters[i]]
    kept = every
    if most is not None and len(every) > most:
        drawn = np.sort(np.random.default_rng(seed).choice(len(every), most, replace=False))
        kept = [every[k] for k in drawn]
    number = int(chosen.sum())
    words = words if words.startswith("all") else f"{number} other {words}"
    return Comparable(kept, words, len(every))
