import numpy as np

from regard.core.edges import Edges


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
