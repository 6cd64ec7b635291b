import numpy as np
import pytest

from regard.audit.shortcuts import by_composition, by_one_number, close_lengths, dinucleotides, gc_share
from tests.audit.planted import random_dna
from tests.audit.test_sketch import corpus


def test_one_number_that_tells_all_part_or_nothing():
    rng = np.random.default_rng(1)  # with 0 the labels would be the halves
    labels = rng.random(4000) < 0.5
    assert by_one_number(np.where(labels, 200, 199), labels) == 1
    assert by_one_number(np.where(labels, 200, rng.choice([190, 210], 4000)), labels) == 1  # neither longer nor shorter
    assert by_one_number(rng.normal(size=4000), labels) == pytest.approx(0.5, abs=0.04)
    assert by_one_number(np.full(4000, 300), labels) == 0.5
    shifted = rng.normal(size=4000) + labels  # d' = 1: AUROC is Φ(1/√2) = .760
    assert by_one_number(shifted, labels) == pytest.approx(0.760, abs=0.03)
    assert np.isnan(by_one_number(np.arange(6), np.arange(6) < 3))


def test_composition_sees_neighbours_where_gc_sees_nothing():
    rng = np.random.default_rng(0)
    plain = [random_dna(rng, 100) for _ in range(300)]
    sorted_pairs = [
        "".join(s[i : i + 2] if s[i] < s[i + 1] else s[i + 1] + s[i] for i in range(0, 100, 2)) for s in plain
    ]
    data = corpus(plain + sorted_pairs)
    labels = np.arange(600) < 300
    assert by_one_number(gc_share(data), labels) < 0.6
    assert by_composition(dinucleotides(data, np.arange(600)), labels) > 0.95


def test_shares_by_hand():
    data = corpus(["GGCA", "NNAC", "AAAAN", "N"])
    assert gc_share(data).tolist() == [0.75, 0.5, 0, 0]
    shares = dinucleotides(data, np.arange(4))
    assert shares[0, [10, 9, 4]].tolist() == pytest.approx([1 / 3] * 3)  # GG, GC, CA
    assert shares[1, 1] == shares[2, 0] == 1
    assert shares[3].sum() == 0


def test_close_lengths():
    assert close_lengths(np.repeat([200, 199], [30, 70])) == (199, 200)
    assert close_lengths(np.repeat([200, 190], [30, 70])) is None
    assert close_lengths(np.arange(150, 400)) is None  # lengths as peaks have them
    assert close_lengths(np.full(100, 300)) is None
