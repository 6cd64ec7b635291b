import numpy as np
import pytest

from regard.judge.between import between, holm
from regard.judge.metrics import Ranking, average_precision


def planted(seed, gain):
    """40 genes of 20 pairs, three regulated each; of two scores one knows more by `gain` standard deviations."""
    rng = np.random.default_rng(seed)
    genes, regulated = np.repeat(np.arange(40).astype(str), 20), np.tile(np.arange(20) < 3, 40)
    one, other = (mean * regulated + rng.normal(size=800) for mean in (1 + gain, 1))
    return {"one": one, "other": other}, regulated, genes, {"all": np.ones(800, dtype=bool)}


def test_a_better_ranking_is_told_and_its_difference_is_that_of_the_figures():
    scores, regulated, genes, bins = planted(0, 1)
    row = between(scores, regulated, genes, bins, draws=199).iloc[0]
    expected = [average_precision(Ranking(scores[name]), regulated) for name in ("one", "other")]
    assert row.difference == pytest.approx(expected[0] - expected[1])
    assert 0 < row.ci_low < row.difference < row.ci_high and row.q_value == pytest.approx(0.01) and row.genes == 40


def test_rankings_that_know_as_much_differ_by_chance_alone():
    wrong = sum(between(*planted(seed, 0), draws=99).p_value[0] <= 0.05 for seed in range(40))
    assert wrong <= 6


def test_a_ranking_does_not_differ_from_itself():
    scores, regulated, genes, bins = planted(0, 0)
    table = between({"a": scores["one"], "b": scores["one"], "c": scores["other"]}, regulated, genes, bins, draws=99)
    assert table.difference[0] == 0 and table.p_value[0] == 1 and len(table) == 3


def test_each_bin_is_corrected_by_itself_and_draws_are_enough_for_many_methods():
    scores, regulated, genes, bins = planted(0, 2)
    scores |= {f"copy {i}": scores["other"] for i in range(5)}
    bins |= {"first half": np.arange(800) < 400}
    table = between(scores, regulated, genes, bins, draws=99)
    assert len(table) == 2 * 21
    best = table[(table.method == "one") | (table.other == "one")]
    assert (best.q_value <= 0.011).all() and (table.q_value >= table.p_value).all()
    alone = between(scores, regulated, genes, {"all": bins["all"]}, draws=99)
    assert alone.q_value.tolist() == table[table["item"] == "all"].q_value.tolist()


def test_holm_is_that_of_its_steps():
    np.testing.assert_allclose(holm(np.array([0.01, 0.04, 0.03])), [0.03, 0.06, 0.06])
    assert holm(np.array([])).shape == (0,)
