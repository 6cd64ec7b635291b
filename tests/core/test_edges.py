import numpy as np
import pandas as pd
import pytest

from regard.core import edges as core_edges
from regard.core.edges import Edges, with_candidates


def test_edges_are_listed_best_first_and_ties_by_name():
    scores = np.array([[np.nan, 1.0, 3.0], [2.0, np.nan, 2.0], [np.nan, np.nan, np.nan]])
    scores[2] = [0.0, np.nan, np.nan]
    table = Edges("m", ["b", "a", "c"], scores).table()
    # row = target, column = regulator
    assert table.values.tolist() == [
        ["c", "b", 3.0],
        ["b", "a", 2.0],
        ["c", "a", 2.0],
        ["a", "b", 1.0],
        ["b", "c", 0.0],
    ]
    assert list(table) == ["regulator", "target", "score"]
    assert Edges("m", ["b", "a", "c"], scores).table(2).score.tolist() == [3.0, 2.0]


def test_a_sign_is_a_column_of_its_own():
    scores = np.array([[np.nan, 1.0], [2.0, np.nan]])
    table = Edges("m", ["a", "b"], scores, np.array([[0, -1], [1, 0]])).table()
    assert table.values.tolist() == [["a", "b", 2.0, 1], ["b", "a", 1.0, -1]]


def test_probabilities_are_columns_after_the_sign():
    scores = np.array([[np.nan, 0.8], [0.2, np.nan]])
    nothing = np.full((2, 2), np.nan)
    activates = np.array([[np.nan, 0.25], [0.9, np.nan]])
    edges = Edges("m", ["a", "b"], scores, np.array([[0, -1], [1, 0]]), activates=activates, logistic=(2.0, 0.0))
    table = edges.table()
    assert list(table) == ["regulator", "target", "score", "sign", "sign_probability", "probability"]
    # odds of 4, and of 1 / 4, squared
    assert table.probability.tolist() == pytest.approx([16 / 17, 1 / 17], rel=1e-6)
    assert table.sign_probability.tolist() == pytest.approx([0.75, 0.9])
    unsaid = Edges("m", ["a", "b"], scores, np.zeros((2, 2)), activates=nothing).table()
    assert unsaid.sign_probability.isna().all()


def test_a_probability_stays_one_where_float32_says_1():
    edges = Edges("m", ["a", "b"], np.array([[np.nan, 1.0], [0.0, np.nan]]), logistic=(1.0, 0.0))
    assert edges.probabilities is not None
    assert edges.probabilities[0, 1] == pytest.approx(1, abs=1e-6) and edges.probabilities[1, 0] < 1e-8


def test_columns_of_regulators_alone_say_the_same_as_a_square(monkeypatch):
    """Rounded scores, so that many are equal; blocks of seven rows; the best so many of a table in the same order."""
    rng = np.random.default_rng(0)
    genes, may = [f"g{i * 7 % 11:02}" for i in range(11)], np.array([1, 4, 9])
    square = np.round(rng.normal(size=(11, 11)), 1)
    sign = rng.integers(-1, 2, (11, 11))
    np.fill_diagonal(square, np.nan)
    square[:, np.setdiff1d(range(11), may)] = np.nan
    full = Edges("m", genes, square, sign)
    few = Edges("m", genes, square[:, may], sign[:, may], may)
    assert few.values.shape == (11, 3) and few.values.dtype == np.float32 and few.effects.dtype == np.int8
    assert np.array_equal(few.scores, full.scores, equal_nan=True)
    assert few.table().equals(full.table()) and len(few.table()) == 30
    monkeypatch.setattr(core_edges, "BLOCK", 7)
    for most in (None, 0, 1, 12, 29, 30, 99):
        expected = full.table().head(30 if most is None else most)
        assert few.table(most).equals(expected)
        assert pd.concat(few.blocks(most), ignore_index=True).equals(expected)
    where = with_candidates("m", genes, square[:, may], [9, 1, 4])
    assert np.array_equal(where.scores, full.scores, equal_nan=True)
