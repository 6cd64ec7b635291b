"""Antibodies of known structure that come with Regard, to choose heads and make templates on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from regard.core.proteins import read_proteins
from regard.studies.protein.inputs import Protein, from_table, grouped, with_structures

EXAMPLES = Path(__file__).parents[2] / "examples"
SEQUENCES, STRUCTURE = EXAMPLES / "antibody.fasta", EXAMPLES / "antibody_7cth.bcif"


def references_for(proteins: list[Protein]) -> list[Protein]:
    """The shipped antibody, where the proteins are antibodies and none of them is the same one.

    Its group is one of its own, so that it may teach all of them.
    """
    if not proteins or not all(p.regions for p in proteins):
        return []
    found, _ = from_table(read_proteins(SEQUENCES))
    found, _ = with_structures(found, [STRUCTURE])  # variable domains already
    numbered = grouped([*proteins, *(replace(p, id=f"reference {p.id}", chain=f"reference {p.chain}") for p in found)])
    mine = {p.group for p in numbered[: len(proteins)]}
    return [p for p in numbered[len(proteins) :] if p.group not in mine]
