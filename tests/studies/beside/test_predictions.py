"""Predictions of two models on the same sequences: counted, tested exactly, or said why not."""

import pandas as pd
import pytest

from regard.studies.beside.predictions import predicted_by_both

NAMES = ("one", "two")


def folder(path, right, ids="abcdefghij", label="x"):
    path.mkdir()
    table = pd.DataFrame({"id": list(ids), "predicted": ["x" if one else "y" for one in right], "label": label})
    table.to_csv(path / "predictions.tsv", sep="\t", index=False)
    return path


def test_who_was_right_alone(tmp_path):
    one = folder(tmp_path / "one", [True] * 9 + [False])
    other = folder(tmp_path / "two", [True] * 2 + [False] * 7 + [True])
    (said,) = predicted_by_both(one, other, NAMES)
    assert "Of 10 sequences 2 are predicted right by both, 7 by one alone and 1 by two alone" in said
    assert "with p 0.07 " in said  # 2 × 9 of 256


def test_the_order_does_not_matter_and_no_label_does_not_count(tmp_path):
    one = folder(tmp_path / "one", [True, False, True], "abc", ["x", "x", ""])
    other = folder(tmp_path / "two", [True, False], "ba")
    (said,) = predicted_by_both(one, other, NAMES)
    assert "Of 2 sequences 0 are predicted right by both, 1 by one alone and 1 by two alone" in said
    assert "with p 1 " in said


@pytest.mark.parametrize(
    ("how", "why"),
    [({"ids": "abcdefghiz"}, "other sequences"), ({"label": "z"}, "other labels"), ({"ids": "aacdefghij"}, "once")],
)
def test_what_does_not_fit_is_said(tmp_path, how, why):
    one, other = folder(tmp_path / "one", [True] * 10), folder(tmp_path / "two", [True] * 10, **how)
    (said,) = predicted_by_both(one, other, NAMES)
    assert "not tested" in said and why in said


def test_nothing_is_said_of_runs_that_predict_nothing(tmp_path):
    assert predicted_by_both(tmp_path, tmp_path, NAMES) == []
