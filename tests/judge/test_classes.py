"""Whole sequences of two classes, and two numbers of one sequence."""

from itertools import product

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from regard.core.evidence import CANNOT_TELL, NOT_SUPPORTED, SUPPORTED, TOO_FEW
from regard.judge.classes import FEWEST_A_CLASS, class_evidence, of_sequences, paired_evidence, question_of_items
from regard.judge.nuisance import freed

TWINS = 9


def drawn(count, seed=0, gc=0.5, length=120):
    rng = np.random.default_rng(seed)
    share, n = np.broadcast_to(gc, count), np.broadcast_to(length, count)
    return [
        "".join(rng.choice(list("ACGT"), m, p=[(1 - g) / 2, g / 2, g / 2, (1 - g) / 2]))
        for g, m in zip(share, n, strict=True)
    ]


def classes(count=100, first=35, seed=0, values=4):
    rng = np.random.default_rng(seed)
    numbers = {f"head {k}": rng.normal(size=count) for k in range(values)}
    return drawn(count, seed), np.arange(count) < first, numbers, [rng.normal(size=(count, 4)) for _ in range(TWINS)]


def test_features_by_hand():
    found = of_sequences(["ACCA", "CC", "AAAAAAAA"])
    letters = [[0.5, 0.5], [0, 1], [1, 0]]
    pairs = [[0, 1, 1, 1], [0, 0, 0, 1], [7, 0, 0, 0]]  # AA AC CA CC
    length = np.array([4, 2, 8])
    expected = np.hstack([letters, np.array(pairs) / length[:, None], np.log(length)[:, None], length[:, None] / 8])
    assert found == pytest.approx(expected)


def test_residues_are_counted_alone():
    letters = "ACDEFGHIKLMNPQRSTVWY"
    assert of_sequences([letters, letters[::-1] * 2]).shape == (2, 20 + 2)
    assert of_sequences(["".join(p) for p in product("ACGT", repeat=2)]).shape == (16, 4 + 16 + 2)


def test_a_planted_number_is_found_either_way_and_noise_is_not():
    sequences, first, numbers, twins = classes()
    numbers["head 1"] = numbers["head 1"] + 2 * first
    numbers["head 2"] = numbers["head 2"] - 2 * first
    table = class_evidence(numbers, first, sequences, "promoter", twins=twins)
    assert table.verdict.tolist() == [NOT_SUPPORTED, SUPPORTED, SUPPORTED, NOT_SUPPORTED]
    expected = [roc_auc_score(first, values) for values in numbers.values()]
    assert table.value.tolist() == pytest.approx(expected)
    assert (table.metric == "auroc").all() and (table.annotation == "promoter").all()


def test_a_number_that_follows_composition_or_length_is_not_supported():
    first = np.arange(120) < 60
    length = np.where(first, 60, 120) + np.random.default_rng(0).integers(-10, 10, 120)
    sequences = drawn(120, 1, np.where(first, 0.55, 0.45), length)
    rng = np.random.default_rng(2)
    gc = np.array([(s.count("G") + s.count("C")) / len(s) for s in sequences])
    numbers = {
        "GC": gc + 0.01 * rng.normal(size=120),
        "length": np.array([len(s) for s in sequences]) + rng.normal(size=120),
    }
    twins = [rng.normal(size=(120, 2)) for _ in range(TWINS)]
    table = class_evidence(numbers, first, sequences, "promoter", twins=twins)
    assert SUPPORTED not in set(table.verdict)
    assert (np.abs(table.value - 0.5) > 0.2).all()


def test_few_of_a_class_are_few_and_copies_count_once():
    sequences, first, numbers, twins = classes(60, FEWEST_A_CLASS - 1)
    table = class_evidence(numbers, first, sequences, "promoter", twins=twins)
    assert set(table.verdict) == {TOO_FEW} and table.reason[0].startswith("9 positives")
    sequences, first, numbers, twins = classes(60, 30)
    copies = sequences[:2] * 15 + sequences[30:]
    assert set(class_evidence(numbers, first, copies, "promoter", twins=twins).verdict) == {TOO_FEW}
    groups = np.r_[np.arange(30) % 9, 9 + np.arange(30)]
    table = class_evidence(numbers, first, sequences, "p", twins=twins, groups=groups)
    assert set(table.verdict) == {TOO_FEW} and table.reason[0].startswith("9 positives in 9 sequences")


def test_more_features_are_taken_out_too():
    sequences, first, numbers, twins = classes()
    numbers = {"head": numbers["head 0"] + 2 * first}
    view = numbers["head"] + 0.05 * np.random.default_rng(5).normal(size=100)
    table = class_evidence(numbers, first, sequences, "promoter", twins=twins, more=view[:, None])
    assert table.verdict[0] in (NOT_SUPPORTED, CANNOT_TELL)
    assert class_evidence(numbers, first, sequences, "promoter", twins=twins).verdict[0] == SUPPORTED


def test_spread_alone_is_no_difference():
    found = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        first = np.arange(115) < 15
        values = {str(k): rng.normal(size=115) * np.where(first, 4, 1) for k in range(5)}
        table = class_evidence(values, first, drawn(115, seed, length=40), "promoter", model=False)
        found += (table.verdict == SUPPORTED).any()
    assert found <= 1


def test_linear_features_go_exactly_where_there_are_items_enough():
    features = np.random.default_rng(0).normal(size=(100, 4))
    number = features @ np.ones((4, 1))
    left = freed(number, question_of_items(features, np.arange(100)).nuisance)
    assert left - left.mean() == pytest.approx(0, abs=1e-3)
    assert question_of_items(features[:19], np.arange(19)).nuisance.exact is None


def pairs(shift, count=60, seed=0):
    rng = np.random.default_rng(seed)
    level = 5 * rng.normal(size=count)  # of the pair, far above the difference
    return {
        f"head {k}": (level + shift * (k == 1) + rng.normal(size=count), level + rng.normal(size=count))
        for k in range(3)
    }


def twin_pairs(count=60):
    rng = np.random.default_rng(9)
    return [rng.normal(size=(2 * count, 3)) for _ in range(TWINS)]


def test_a_difference_within_pairs_is_seen_above_their_level():
    numbers = pairs(1.5)
    table = paired_evidence(numbers, "true sites", twins=twin_pairs())
    assert table.verdict.tolist() == [NOT_SUPPORTED, SUPPORTED, NOT_SUPPORTED]
    first, second = numbers["head 1"]
    assert table.value[1] == pytest.approx((first - second).mean())
    assert table.ci_low[1] < table.value[1] < table.ci_high[1]
    assert (table.n == 60).all() and (table.positives == 60).all()  # pairs


def test_the_level_of_a_pair_is_nothing():
    level = np.tile(np.random.default_rng(0).normal(size=30), 2)[:, None]
    group = np.tile(np.arange(30), 2)
    apart = question_of_items(np.zeros((60, 1)), group, paired=True)
    assert freed(level, apart.nuisance) == pytest.approx(0, abs=1e-9)
    assert freed(level, question_of_items(np.zeros((60, 1)), group).nuisance).var() > 0.5


def test_what_differs_because_features_differ_is_not_supported():
    rng = np.random.default_rng(0)
    a, b = rng.normal(1, 1, (80, 1)), rng.normal(0, 1, (80, 1))
    number = {"head": (a[:, 0] + 0.2 * rng.normal(size=80), b[:, 0] + 0.2 * rng.normal(size=80))}
    twins = twin_pairs(80)
    assert paired_evidence(number, "sites", twins=twins).verdict[0] == SUPPORTED
    assert paired_evidence(number, "sites", twins=twins, features=(a, b)).verdict[0] != SUPPORTED


def test_one_side_is_asked_where_it_is_said():
    lower = {name: (b, a) for name, (a, b) in pairs(1.5).items()}
    assert paired_evidence(lower, "sites", twins=twin_pairs()).verdict[1] == SUPPORTED
    one = paired_evidence(lower, "sites", twins=twin_pairs(), two_sided=False)
    assert one.verdict[1] == NOT_SUPPORTED
    assert not len(paired_evidence({}, "sites"))


def test_few_pairs_are_few():
    few = paired_evidence(pairs(3, count=9), "sites", twins=twin_pairs(9))
    assert set(few.verdict) == {TOO_FEW}
