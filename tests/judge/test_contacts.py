"""What separation, residues and their own level say of pairs of residues."""

import numpy as np
import pytest

from regard.judge.contacts import CHARGE, HYDROPATHY, of_pairs, question_of_contacts
from regard.judge.engine import weigh
from regard.judge.nuisance import freed

LETTERS = list("ACDEFGHIKLMNPQRSTVWY")


def proteins(lengths, seed=0, least=6):
    rng = np.random.default_rng(seed)
    sequences = ["".join(rng.choice(LETTERS, n)) for n in lengths]
    there = [np.triu(np.ones((n, n), bool), least) for n in lengths]
    return sequences, there, [np.nonzero(t) for t in there]


def question(lengths, seed=0, **how):
    sequences, there, where = proteins(lengths, seed)
    return question_of_contacts(sequences, np.arange(len(lengths)), there, **how), sequences, where


def of_each(where, make):
    return np.concatenate([make(k, i, j) for k, (i, j) in enumerate(where)])[:, None]


def test_hydropathy_is_kyte_and_doolittles():
    assert (HYDROPATHY["I"], HYDROPATHY["R"], HYDROPATHY["G"], HYDROPATHY["W"]) == (4.5, -4.5, -0.4, -0.9)
    assert len(HYDROPATHY) == 20
    assert sum(CHARGE.values()) == 0


def test_features_of_pairs_by_hand():
    sequence = "IRKDGAVLE"
    smooth, added = of_pairs(sequence, np.array([0, 2]), np.array([3, 8]), 12)
    water = np.array([HYDROPATHY[c] for c in sequence])
    assert smooth[0, :3] == pytest.approx([4.5 - 3.5, 4.5 * -3.5, 8.0])
    five = water[0:5].mean(), water[6:9].mean()  # about places 2 and 8, cut at the end
    assert smooth[1, 3:6] == pytest.approx([sum(five), np.prod(five), abs(five[0] - five[1])])
    assert smooth[1, 9:14] == pytest.approx([2 / 9, 8 / 9, 1 / 9, 0, 9 / 12])
    assert smooth[:, -1] == pytest.approx([0, -1])  # charges: I with D, K with E
    assert smooth[:, -2] == pytest.approx(np.log1p([3, 6]) / 5)
    assert added[:, :14].sum(1) == pytest.approx(1)
    assert added[0, 14] == pytest.approx(4.5 * -3.5)  # single residues
    three = water[1:4].mean(), water[7:9].mean()
    assert added[1, 15] == pytest.approx((water[2] * three[1] + water[8] * three[0]) / 2)


def test_whatever_is_a_sum_over_two_residues_or_a_function_of_separation_or_types_goes():
    asked, sequences, where = question([50, 60, 55, 48])
    rng = np.random.default_rng(1)
    level = [rng.gamma(1, size=60) for _ in sequences]
    by_type = rng.normal(size=(20, 20))
    by_type += by_type.T
    code = [np.array([LETTERS.index(c) for c in s]) for s in sequences]
    apart = rng.normal(size=61)
    nuisances = [
        of_each(where, lambda k, i, j: level[k][i] + level[k][j]),
        of_each(where, lambda k, i, j: by_type[code[k][i], code[k][j]]),
        of_each(where, lambda k, i, j: apart[j - i]),
    ]
    values = np.hstack([*nuisances, sum(nuisances), rng.normal(size=nuisances[0].shape)])
    left = freed(values / values.std(0), asked.nuisance)
    assert (left[:, :4].var(0) < 0.02).all()
    assert left[:, 4].var() > 0.7


def test_types_are_of_both_residues_in_either_order():
    asked, _, where = question([30, 30])
    types = asked.nuisance.kinds[0]
    sequences = proteins([30, 30])[0]
    pairs = [
        frozenset((s[a], s[b])) for s, (i, j) in zip(sequences, where, strict=True) for a, b in zip(i, j, strict=True)
    ]
    assert len(set(zip(types, pairs, strict=True))) == len(set(types)) == len(set(pairs))


def test_levels_that_multiply_are_mostly_taken_out():
    asked, _, where = question([50, 60, 55, 48])
    rng = np.random.default_rng(1)
    level = [rng.gamma(4, size=60) for _ in range(4)]
    values = of_each(where, lambda k, i, j: level[k][i] * level[k][j])
    assert freed(values / values.std(), asked.nuisance).var() < 0.05


def test_labels_turn_along_their_own_diagonals_all_of_a_group_by_one_share():
    sequences, there, where = proteins([20, 25])
    asked = question_of_contacts(sequences, np.array([0, 1]), there)
    n = sum(len(i) for i, _ in where)
    one = np.zeros((n, 1))
    apart = np.concatenate([j - i for i, j in where])
    protein = np.repeat([0, 1], [len(i) for i, _ in where])
    ring = (protein == 1) & (apart == 9)
    one[np.flatnonzero(ring)[3]] = 1
    inside = ring.astype(float)[:, None] * np.random.default_rng(0).normal(size=(n, 1))
    outside = np.where(ring, 0, 1)[:, None] * np.random.default_rng(0).normal(size=(n, 1))
    assert asked.moves(one, inside, 50)[1].std() > 0.1
    assert asked.moves(one, outside, 50)[1] == pytest.approx(0, abs=1e-9)
    alike = question_of_contacts(sequences, np.array([0, 0]), there)
    both = np.random.default_rng(1).normal(size=(n, 1))
    assert alike.moves(both, both, 200)[1].std() != pytest.approx(asked.moves(both, both, 200)[1].std(), rel=1e-3)


def test_planted_contacts_are_found_and_separation_with_hydropathy_is_not():
    lengths = [60] * 10
    asked, sequences, where = question(lengths, seed=5)
    rng = np.random.default_rng(0)
    water = [np.array([HYDROPATHY[c] for c in s]) for s in sequences]
    chance = of_each(where, lambda k, i, j: 0.15 * np.exp(0.2 * (water[k][i] + water[k][j])) * 6 / (j - i))
    labels = rng.random(chance.shape) < np.minimum(chance, 0.9)
    known = -of_each(where, lambda k, i, j: np.log(j - i)) + 0.3 * of_each(
        where, lambda k, i, j: water[k][i] + water[k][j]
    )
    noise = rng.normal(size=(len(labels), 2))
    found = weigh(asked, np.hstack([known + 0.3 * noise[:, :1], noise[:, 1:] + 0.5 * labels]), labels)
    assert found.p[0, 0] > 0.05
    assert found.p[0, 1] == 0.001
    assert 0.02 < found.known[0] < 0.9


def test_other_scores_join_what_needs_no_model():
    sequences, there, where = proteins([30, 35])
    extra = np.random.default_rng(0).normal(size=(sum(len(i) for i, _ in where), 1))
    asked = question_of_contacts(sequences, np.array([0, 1]), there, extra=extra)
    assert freed(extra, asked.nuisance) == pytest.approx(0, abs=1e-3)
    assert np.array_equal(asked.nuisance.features(1)[0][:, -1:], extra[asked.blocks[1]])
