"""Core-promoter motifs as IUPAC words, found on either strand."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from regard.core.scores import Annotations
from regard.data.sequences import reverse_complement

LETTERS = {
    "A": "A", "C": "C", "G": "G", "T": "T", "R": "[AG]", "Y": "[CT]", "S": "[CG]", "W": "[AT]",
    "K": "[GT]", "M": "[AC]", "B": "[CGT]", "D": "[AGT]", "H": "[ACT]", "V": "[ACG]", "N": "[ACGT]",
}  # fmt: skip


@dataclass(frozen=True)
class Motif:
    """A word in IUPAC letters; `stranded` motifs are looked for on the given strand only."""

    name: str
    word: str
    stranded: bool
    reference: str


MOTIFS = [
    Motif("TATA box", "TATAWAW", True, "Carninci et al. 2006"),
    Motif("initiator", "BBCABW", True, "Vo ngoc et al. 2017"),
    Motif("GC box (SP/KLF)", "GGGCGG", False, "Dynan & Tjian 1983"),
    Motif("CCAAT box (NFY)", "CCAAT", False, "Mantovani 1998"),
    Motif("ETS", "CCGGAAG", False, "Wei et al. 2010"),
    Motif("CpG", "CG", True, "Gardiner-Garden & Frommer 1987"),
]


def find(word: str, sequence: str, *, stranded: bool) -> np.ndarray:
    """Which positions a word covers, bool, shape (length,); overlapping matches all count."""
    covered = np.zeros(len(sequence), dtype=bool)
    pattern = re.compile("(?=" + "".join(LETTERS[letter] for letter in word) + ")")
    for match in pattern.finditer(sequence):
        covered[match.start() : match.start() + len(word)] = True
    if not stranded:
        for match in pattern.finditer(reverse_complement(sequence)):
            end = len(sequence) - match.start()
            covered[end - len(word) : end] = True
    return covered


def annotate_motif(motif: Motif, ids: list[str], sequences: list[str]) -> Annotations:
    """Positions inside a motif, for each sequence."""
    return Annotations(ids, [find(motif.word, s, stranded=motif.stranded) for s in sequences], motif.name)
