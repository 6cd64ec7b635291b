"""The probability benchmark: its arithmetic on tables that are known."""

import numpy as np
import pytest
from benchmarks.probability import design, draw_figure, figures, joined, rows

from regard.train.plans import Plan
from tests.toys.networks import EDGES, GENES, gold, planted


def value(found, method, metric):
    return next(row.value for row in found if (row.method, row.metric) == (method, metric))


def signs() -> np.ndarray:
    sign = np.zeros((10, 10), dtype=np.int8)
    for (regulator, target), does in EDGES.items():
        sign[GENES.index(target), GENES.index(regulator)] = does
    return sign


def test_figures_are_of_candidates_and_signs_of_true_edges():
    one = figures(planted(60), gold(), [0, 1, 2, 3, 4, 5], signs())
    assert len(one["edge"]) == 9 * 6 and one["edge"].sum() == len(EDGES) == len(one["sign"])
    assert one["attention"].shape == one["consensus"].shape == one["edge"].shape
    assert (np.sign(one["pearson"]) == one["sign"]).all()
    assert ((one["activates"] > 0.5) == (one["sign"] > 0)).all()
    assert len(figures(planted(60), gold(), None, None)["sign"]) == 0


def test_rows_by_hand(tmp_path):
    one = {
        "edge": np.array([True, False, False, False]),
        "attention": np.array([0.9, 0.1, 0.1, 0.1]),
        "attention.layer": np.array([0.25] * 4),
        "consensus": np.array([0.7, 0.1, 0.1, 0.1]),
        "sign": np.array([1, 1, -1]),
        "activates": np.array([0.8, 0.4, 0.3]),
        "pearson": np.array([0.2, 0.1, 0.4]),
    }
    found = list(rows("case", joined([one]), 1))
    assert value(found, "base rate", "Brier") == pytest.approx(3 / 16)
    assert value(found, "attention", "Brier") == pytest.approx(0.01)
    assert value(found, "attention", "calibration error") == pytest.approx(0.1)
    assert value(found, "attention.layer", "calibration error") == pytest.approx(0)
    assert value(found, "consensus", "Brier") == pytest.approx(0.03)
    assert value(found, "one sign for all", "sign right") == pytest.approx(2 / 3)
    assert value(found, "pearson", "sign right") == value(found, "attention", "sign right") == pytest.approx(2 / 3)
    assert value(found, "attention", "mean probability that the sign is right") == pytest.approx((0.8 + 0.6 + 0.7) / 3)
    draw_figure(one, {"other": one}, tmp_path / "figure.svg")
    assert "probability of an edge" in (tmp_path / "figure.svg").read_text()


def test_designs():
    assert design(Plan(9, wild=1, knockouts=9), True, False) == "perturbations, told"
    assert design(Plan(9, multifactorial=9), False, False) == "multifactorial"
    assert design(Plan(9, cells=90, types=2, screened=5), True, False) == "a screen, told"
    assert design(Plan(9, multifactorial=9, series=2), False, True) == "all kinds of sample, told"
