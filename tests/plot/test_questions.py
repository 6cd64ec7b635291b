"""What the figures of the questions show, read back from their axes."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.collections import PathCollection

from regard.plot.questions import agreement, head_positions, intervals, strips


@pytest.fixture
def ax():
    yield plt.subplots()[1]
    plt.close("all")


def test_dots_stand_in_the_middle_of_their_bins_and_rings_where_less_is_attended(ax):
    marks = np.zeros((3, 5), dtype=int)
    marks[1, 4], marks[0, 2] = 1, -1
    head_positions(ax, np.zeros((3, 5)), ["a", "b", "c"], marks, 10, tss=33)
    dots, rings = ax.collections[:2]
    assert dots.get_offsets().tolist() == [[45, 1]]
    assert rings.get_offsets().tolist() == [[25, 0]]
    assert len(dots.get_facecolors()) == 1 and not len(rings.get_facecolors())
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "b", "c"]


def test_means_and_95_percent_intervals(ax):
    values = np.random.default_rng(0).normal(3, 1, (400, 2))
    intervals(ax, {"x": values}, ["one", "two"], "what")
    (bars,) = (c for c in ax.containers)
    assert bars.lines[0].get_ydata() == pytest.approx(values.mean(axis=0))
    (low, high) = bars.lines[2][0].get_segments()[0][:, 1]
    assert high - low == pytest.approx(2 * 1.96 * values[:, 0].std() / 20)


def test_one_dot_a_sequence_and_the_median(ax):
    strips(ax, {"a": np.array([1.0, 2.0, 9.0]), "b": np.array([5.0])}, "what")
    assert [len(c.get_offsets()) for c in ax.collections] == [3, 1]
    assert [line.get_ydata()[0] for line in ax.lines] == [2, 5]


def test_only_what_is_supported_is_filled(ax):
    row = {"annotation": "TATA", "prevalence": 0.1, "ci_low": 0.1, "ci_high": 0.3, "value": 0.2}
    table = pd.DataFrame(
        [row | {"method": "m", "verdict": "supported"}, row | {"method": "n", "verdict": "not supported"}]
    )
    agreement(ax, table, ["m", "n"])
    filled, open_ = (c for c in ax.collections if isinstance(c, PathCollection))
    assert filled.get_offsets()[0][0] == pytest.approx(2)
    assert open_.get_facecolors()[0].tolist() == [1, 1, 1, 1]
    assert filled.get_facecolors()[0].tolist() != [1, 1, 1, 1]
