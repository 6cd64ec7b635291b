"""The network benchmarks: the arithmetic of the page on .75, and the DREAM4 files where they are."""

import os

import numpy as np
import pytest
from benchmarks import _dream4
from benchmarks.network import auprc, mean_rows, untold
from benchmarks.network_many import genie3
from benchmarks.random_gold import auprc_of_draw, one_score_a_regulator, places_auprc, random_gold, run

from regard.data.expression import KINDS
from regard.predictors import trees
from regard.predictors.edges import infer
from tests.toys.networks import gold, planted

needs_data = pytest.mark.skipif(not os.environ.get("REGARD_DATA"), reason="REGARD_DATA is not set: no DREAM4 files")


def test_places_1_and_4_alone_give_three_quarters():
    places = [(a, b) for a in range(1, 22) for b in range(a + 1, 22) if np.isclose(places_auprc((a, b)), 0.75)]
    assert places == [(1, 4)]
    assert round(places_auprc((13, 14)), 2) == 0.11 and round(places_auprc((10, 11)), 2) == 0.14


def test_the_made_up_gold_has_two_edges_of_one_regulator():
    known = random_gold(np.random.default_rng(3))
    assert known.shape == (7, 3) and sorted(known.sum(axis=0)) == [0, 0, 2]


def test_a_score_for_each_regulator_reaches_three_quarters_by_luck():
    rows = {row.method: row.value for row in run(draws=300)}
    assert rows["random ranking"] == pytest.approx(0.2149, abs=1e-3)
    seed = rows["one score a regulator, first seed of .75"]
    assert auprc_of_draw(one_score_a_regulator, int(seed)) == pytest.approx(0.75)


def test_a_row_is_the_mean_of_its_networks():
    tables = [(planted(samples, samples), gold()) for samples in (4, 5, 6, 8, 60)]  # few samples: networks that differ
    row, other = mean_rows("toy", ["pearson", "spearman"], "", tables)
    assert (row.method, other.method) == ("pearson", "spearman") and row.seconds == other.seconds
    values = [auprc(infer("pearson", e).scores, g) for e, g in tables]
    assert row.value == pytest.approx(np.mean(values))
    assert row.low < row.value < row.high and row.seconds > 0


def test_a_few_targets_of_genie3_are_those_of_all(monkeypatch):
    monkeypatch.setattr(trees, "TREES", 5)
    expression = planted(30)
    np.testing.assert_allclose(genie3(expression, np.array([5, 8])), infer("genie3", expression).scores[[5, 8]])


@needs_data
def test_designs_hold_what_their_files_do():
    expression, known = _dream4.dream10("all", 1)
    assert expression.values.shape == (10 + 1 + 10 + 10 + 105, 10) and known.sum() == 15
    row = expression.samples.index("knockouts 3")
    assert np.flatnonzero(expression.perturbation[row]).tolist() == [2]
    assert KINDS[expression.perturbation[row, 2]] == "knockout" and expression.values[row, 2] == 0
    assert expression.series.max() == 4 and (expression.series >= 0).sum() == 105
    assert untold(expression).perturbation is None
    # Row = target: the gold's first line is G1 → G2.
    assert known[1, 0]


@needs_data
def test_the_two_designs_of_a_hundred_genes_have_golds_of_their_own():
    multifactorial, knockouts = _dream4.dream100("multifactorial", 1), _dream4.dream100("knock-outs", 1)
    assert multifactorial[0].values.shape == (100, 100) and knockouts[0].values.shape == (101, 100)
    assert multifactorial[1].sum() == knockouts[1].sum() == 176
    assert not np.array_equal(multifactorial[1], knockouts[1])
