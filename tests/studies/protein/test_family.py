"""The family that ships: read, laid beside its structure, and judged."""

from pathlib import Path

import numpy as np
import pytest

import regard
from regard.core.evidence import SUPPORTED
from regard.data.alignments import read_alignment
from regard.predictors.family import coupling
from regard.studies.protein.factored import FACTORED, family_evidence, train_all
from regard.studies.protein.families import with_families
from regard.studies.protein.inputs import Protein
from regard.studies.protein.structures import with_structures

EXAMPLES = Path(regard.__file__).parent / "examples"
FAMILY, STRUCTURE = EXAMPLES / "dhfr_family.fa.gz", EXAMPLES / "dhfr_3ql0.pdb.gz"


@pytest.fixture(scope="module")
def enzyme():
    alignment = read_alignment(FAMILY)
    protein = Protein("P0ABQ4.1", alignment.letters(0)[0])
    (protein,), _ = with_structures([protein], [STRUCTURE])
    (protein,), _ = with_families([protein], [FAMILY])
    return protein


def test_the_family_and_the_structure_are_of_one_protein(enzyme):
    """Known of the enzyme: Asp27 binds folate, Met1 starts; 158 residues, 2,500 relatives."""
    assert len(enzyme) == 158 and enzyme.sequence[26] == "D" and enzyme.sequence[0] == "M"
    codes = enzyme.family.codes
    assert codes.shape == (2501, 158) and 1000 < enzyme.family.effective < 2501
    assert len(np.unique(codes, axis=0)) == len(codes)
    assert enzyme.resolved.mean() > 0.98 and 250 < enzyme.contacts.sum() / 2 < 800


@pytest.mark.slow
def test_pairs_that_change_together_touch(enzyme):
    """Without any attention; by chance less than 1 in 20 would."""
    i, j = np.nonzero(np.triu(enzyme.known, 1))
    far = j - i >= 24
    best = np.argsort(-coupling(enzyme.family)[i[far], j[far]])[:79]
    touch = enzyme.contacts[i[far], j[far]]
    assert touch[best].mean() > 0.4 > 8 * touch.mean()


@pytest.mark.slow
def test_attention_of_a_family_is_contacts(enzyme):
    """Trained as a run does; beyond separation, residues and place, and an untrained layer."""
    found, remarks = train_all([enzyme], begin=lambda total: lambda done: None)
    assert not remarks
    table = family_evidence(found, twins=5).set_index("method")
    assert table.verdict[FACTORED] == SUPPORTED
