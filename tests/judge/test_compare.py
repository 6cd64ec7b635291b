"""Verdicts on scores whose truth is planted."""

import numpy as np
import pytest

from regard.judge.compare import compare
from regard.judge.nulls import circular_shift, of_other_samples, p_value
from regard.core.evidence import COLUMNS, NOT_SUPPORTED, SUPPORTED, TOO_FEW
from regard.core.scores import Annotations, PositionScores
from regard.errors import InputError


def planted(signal: float, n=20, length=100, width=6, seed=0):
    rng = np.random.default_rng(seed)
    ids, labels, scores = [f"s{i}" for i in range(n)], [], []
    for _ in range(n):
        one = np.zeros(length, bool)
        at = rng.integers(0, length - width)
        one[at : at + width] = True
        labels.append(one)
        scores.append(rng.normal(size=length) + signal * one)
    return PositionScores(ids, scores, "planted"), Annotations(ids, labels, "known")


def noise(ids, length=100, seed=1, name="noise"):
    rng = np.random.default_rng(seed)
    return PositionScores(ids, [rng.normal(size=length) for _ in ids], name)


def test_planted_signal_is_supported_and_noise_is_not():
    scores, known = planted(3.0)
    other = noise(scores.ids)
    table = compare(
        [scores, other],
        known,
        random_weights={"planted": [noise(scores.ids, seed=5)]},
        baselines=[noise(scores.ids, seed=9)],
    )
    assert list(table.columns) == COLUMNS
    verdict = table.drop_duplicates("method").set_index("method").verdict
    assert verdict["planted"] == SUPPORTED
    assert verdict["noise"] == NOT_SUPPORTED
    assert set(table[table.method == "planted"].null) == {"circular shift", "other samples", "random weights"}
    assert np.allclose(table.prevalence, 0.06)


def test_a_baseline_as_good_as_the_method_takes_the_verdict_away():
    scores, known = planted(3.0)
    same = PositionScores(scores.ids, scores.values, "simple thing")
    table = compare(scores, known, baselines=[same])
    assert table.verdict[0] == NOT_SUPPORTED
    assert "simple thing" in table.reason[0]


def test_random_weights_as_good_as_the_method_take_the_verdict_away():
    scores, known = planted(3.0)
    table = compare(scores, known, random_weights={"planted": [scores]})
    assert set(table.verdict) == {NOT_SUPPORTED}
    assert "random weights" in table.reason[0]


def test_scores_that_know_a_place_and_not_what_is_there_are_not_supported():
    ids = [f"s{i}" for i in range(20)]
    rng = np.random.default_rng(0)
    same = [np.arange(100) // 10 == 7 for _ in ids]  # labels at one place in every sample
    place = PositionScores(ids, [rng.normal(size=100) + 5 * one for one in same], "place")
    table = compare(place, Annotations(ids, same, "known")).set_index("null")
    assert table.q_value["circular shift"] < 0.05
    assert table.p_value["other samples"] == 1.0
    assert set(table.verdict) == {NOT_SUPPORTED}
    assert "a place, not what is there" in table.reason.iloc[0]


def test_one_sample_has_no_other_samples():
    scores, known = planted(3.0, n=1)
    assert set(compare(scores, known).null) == {"circular shift"}


def test_few_labels_are_called_few():
    scores, known = planted(3.0, n=3)
    table = compare(scores, known)
    assert table.verdict[0] == TOO_FEW


def test_no_labels_at_all_do_not_break_it():
    scores, known = planted(3.0)
    nothing = Annotations(known.ids, [np.zeros(100, bool)] * 20, "nothing")
    assert compare(scores, nothing).verdict[0] == TOO_FEW


def test_positions_without_a_score_are_left_out():
    scores, known = planted(3.0)
    scores.values[0][:50] = np.nan
    assert compare(scores, known).n[0] == 20 * 100 - 50


def test_same_seed_same_table_and_p_is_uniform_enough_under_the_null():
    ps = []
    for seed in range(60):
        scores, known = planted(0.0, n=6, seed=seed)
        table = compare(scores, known, seed=seed, draws=39, resamples=2)
        ps.append(table.p_value[0])
    assert 0.35 < np.mean(ps) < 0.65
    assert min(ps) >= 1 / 40
    again = compare(scores, known, seed=seed, draws=39, resamples=2)
    assert again.equals(table)


def test_samples_that_do_not_match_are_refused_with_both_names():
    scores, known = planted(1.0)
    other = Annotations(known.ids[::-1], known.values, "known")
    with pytest.raises(InputError, match=r"planted.*known"):
        compare(scores, other)
    short = Annotations(known.ids, [v[:-1] for v in known.values], "known")
    with pytest.raises(InputError, match=r"shape \(100,\).*\(99,\)"):
        compare(scores, short)


def test_circular_shift_keeps_the_labels_together():
    rng = np.random.default_rng(0)
    label = np.zeros(50, bool)
    label[10:20] = True
    (turned,) = circular_shift([label], rng)
    assert turned.sum() == 10
    assert not np.array_equal(turned, label)
    assert np.abs(np.diff(np.append(turned, turned[0]).astype(int))).sum() == 2  # still one run


def test_labels_of_other_samples_stay_where_they_are_and_take_the_shape_of_the_sample():
    labels = [np.array([1, 0, 1], bool), np.array([0, 1, 0, 1, 1], bool)]
    seen = {tuple(map(tuple, of_other_samples(labels, np.random.default_rng(seed)))) for seed in range(20)}
    exchanged = ((False, True, False), (True, False, True, False, False))
    assert seen == {tuple(map(tuple, labels)), exchanged}
    pairs = [np.eye(2, dtype=bool), np.ones((3, 3), bool)]
    shapes = {one.shape for one in of_other_samples(pairs, np.random.default_rng(0))}
    assert shapes == {(2, 2), (3, 3)}


def test_p_value_counts_itself():
    assert p_value(1.0, np.zeros(99)) == 0.01
    assert p_value(0.0, np.zeros(99)) == 1.0
