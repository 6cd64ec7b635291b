import numpy as np
import pytest

from regard.judge.operating import POINTS, operating_points
from regard.judge.pairs import PRECISION, compare_pairs


def of(table, method, fixed):
    return table[(table.method == method) & (table.fixed == fixed)].set_index("at")


def test_cuts_of_a_ranking_known_by_hand():
    labels = np.array([1, 0, 1, 0, 0, 1, 0, 0], dtype=bool)
    scores = {"model": np.array([9, 8, 7, 6, 5, 4, 4, 1.0])}
    table = operating_points(scores, labels, {"all": np.ones(8, bool)}, {"model": 6.5})
    recall, precision = of(table, "model", "recall"), of(table, "model", "precision")
    assert recall.loc[0.3, ["score", "called", "precision"]].tolist() == [9, 1, 1]
    assert recall.loc[0.7, ["score", "called"]].tolist() == [4, 7]  # equal scores are called together
    assert recall.precision[0.7] == pytest.approx(3 / 7)
    assert precision.loc[0.5, ["score", "called"]].tolist() == [6, 4] and precision.recall[0.5] == pytest.approx(2 / 3)
    assert precision.loc[0.3, ["score", "recall"]].tolist() == [1, 1]
    (threshold,) = of(table, "model", "threshold").itertuples()
    assert (threshold.called, threshold.score) == (3, 7) and threshold.precision == pytest.approx(2 / 3)


def test_what_is_never_reached_is_no_number_and_empty_bins_have_no_rows():
    labels = np.array([0, 0, 0, 1], dtype=bool)
    bins = {"all": np.ones(4, bool), "none": ~labels}
    table = operating_points({"m": np.arange(4.0)[::-1]}, labels, bins, {"m": 99})
    assert set(table["item"]) == {"all"}
    assert of(table, "m", "precision").precision.isna().all() and (of(table, "m", "precision").recall == 0).all()
    assert of(table, "m", "threshold").called.tolist() == [0]


def test_precision_at_a_recall_is_that_of_the_evidence():
    rng = np.random.default_rng(0)
    labels, genes = rng.random(400) < 0.2, np.repeat([f"g{i}" for i in range(20)], 20)
    scores = {"distance": rng.integers(0, 50, 400).astype(float), "model": labels + rng.normal(size=400)}
    bins = {"all": np.ones(400, bool)}
    evidence = compare_pairs(scores, labels, genes, bins, draws=20)
    table = operating_points(scores, labels, bins)
    assert len(table) == 2 * 2 * len(POINTS)
    for method in scores:
        expected = evidence[(evidence.method == method) & (evidence.metric == PRECISION)].value.item()
        assert of(table, method, "recall").precision[0.7] == pytest.approx(expected)
