import numpy as np
import pandas as pd
import pytest

from regard.core.scores import Annotations, PairAnnotations, PairScores, PositionScores
from regard.errors import InputError


def test_table_of_positions():
    scores = PositionScores(["a", "b"], [np.array([0.5, np.nan]), np.array([2.0])], "distance")
    expected = pd.DataFrame(
        {
            "id": ["a", "a", "b"],
            "position": [0, 1, 0],
            "score": [0.5, np.nan, 2.0],
            "method": ["distance"] * 3,
        }
    )
    pd.testing.assert_frame_equal(scores.table(), expected)
    assert len(scores) == 2
    assert scores.notes == ()


@pytest.mark.parametrize(
    ("kind", "wrong", "axes"),
    [
        (PositionScores, np.zeros((2, 2)), "2 axes, expected 1"),
        (Annotations, np.zeros((2, 2), dtype=bool), "2 axes, expected 1"),
        (PairScores, np.zeros(2), "1 axes, expected 2"),
        (PairAnnotations, np.zeros(2, dtype=bool), "1 axes, expected 2"),
    ],
)
def test_axes_are_checked(kind, wrong, axes):
    with pytest.raises(InputError, match=f"somename, 'b'.*{axes}"):
        kind(["a", "b"], [np.zeros([2] * kind.ndim), wrong], "somename")


@pytest.mark.parametrize("ids", [["a"], ["a", "a"], ["a", "b", "c"]])
def test_one_distinct_id_for_each_sample(ids):
    with pytest.raises(InputError, match=rf"{len(ids)} ids \({len(set(ids))} distinct\) for 2 samples"):
        PositionScores(ids, [np.zeros(2)] * 2, "distance")


def test_scores_cannot_be_exchanged_later():
    with pytest.raises(AttributeError):
        PairScores(["a"], [np.zeros((2, 2))], "x").name = "y"  # type: ignore[misc]
