"""Conservation and coupling find what is planted in a family."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon

from regard.annotate.family import weights_of
from regard.core.family import Family
from regard.data.alignments import CODE
from regard.errors import InputError
from regard.predictors.family import BACKGROUND, conservation, coupling, shares
from tests.toys.families import FIXED, PAIRS, family


def planted(**how) -> Family:
    codes = np.stack([CODE[np.frombuffer(row.encode(), dtype=np.uint8)] for row in family(**how)])
    return Family(codes, weights_of(codes), "planted")


def test_residues_that_never_change_are_most_conserved():
    assert set(np.argsort(-conservation(planted()))[:2]) == set(FIXED)


def test_conservation_is_the_divergence_of_scipy():
    one = planted(rows=60)
    own = jensenshannon(shares(one, 1e-6), BACKGROUND[None], base=2, axis=1) ** 2
    expected = [(own[i] + np.mean(np.delete(own[max(i - 3, 0) : i + 4], min(i, 3)))) / 2 for i in range(len(own))]
    assert conservation(one) == pytest.approx(np.array(expected), abs=1e-6)


def test_pairs_that_change_together_are_coupled_most():
    found = coupling(planted())
    assert found == pytest.approx(found.T)
    i, j = np.triu_indices(len(found), 1)
    best = np.argsort(-found[i, j])[: len(PAIRS)]
    assert {(int(i[k]), int(j[k])) for k in best} == set(PAIRS)


def test_a_long_protein_is_refused():
    codes = np.zeros((3, 501), dtype=np.uint8)
    with pytest.raises(InputError, match="501 residues"):
        coupling(Family(codes, np.ones(3), "long"))
