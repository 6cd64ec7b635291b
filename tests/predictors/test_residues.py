"""Baselines of proteins, by hand."""

import numpy as np
import pytest

from regard.data.proteins import AMINO_ACIDS
from regard.predictors.residues import (
    PSEUDO,
    by_distance,
    of_pairs,
    of_residues,
    pair_propensity,
    pair_template,
    site_propensity,
    site_template,
)


def test_distance_is_highest_for_neighbours():
    assert by_distance(4)[0].tolist() == [0, -1, -2, -3]


def test_values_reach_their_residues_and_unusual_letters_get_the_mean():
    value = np.arange(20.0)
    assert of_residues("CAX", value).tolist() == [1, 0, 9.5]
    table = np.arange(400.0).reshape(20, 20)
    assert of_pairs("AC", table).tolist() == [[0, 1], [20, 21]]


def test_propensities_by_hand():
    sites = [np.array([True, True, False, False])]
    found = site_propensity(["CCAA"], sites)
    assert found[AMINO_ACIDS.index("C")] == pytest.approx((2 + PSEUDO * 0.5) / (2 + PSEUDO) / 0.5)
    known = np.triu(np.ones((4, 4), bool), 1)
    contacts = np.zeros((4, 4), bool)
    contacts[0, 1] = contacts[1, 0] = True
    value = pair_propensity(["CCAA"], [contacts], [known])
    c, a = AMINO_ACIDS.index("C"), AMINO_ACIDS.index("A")
    assert np.array_equal(value, value.T) and value[c, c] > value[a, c] > -np.inf
    assert value[c, c] == pytest.approx(np.log((2 + PSEUDO / 6) / (2 + PSEUDO)))


def test_a_template_moves_with_the_alignment():
    contacts = np.zeros((5, 5), bool)
    contacts[1, 4] = contacts[4, 1] = True
    placed = np.array([1, 2, 4, -1])  # our residues 0 and 2 stand where 1 and 4 do
    template = pair_template(4, [placed, np.full(4, -1)], [contacts, contacts])
    assert template[0, 2] == pytest.approx(0.5, abs=1e-4) and template[0, 1] < 0
    sites = np.array([False, True, False, False, True])
    assert site_template(4, [placed], [sites]).tolist() == [1, 0, 1, 0]
