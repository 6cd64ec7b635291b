"""What is drawn of probabilities, read back from the axes."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

from regard.plot.reliability import FEWEST, reliability


def test_a_point_is_the_share_that_is_true_of_those_of_about_one_probability():
    few = FEWEST - 1
    said = np.concatenate([np.full(40, 0.15), np.full(30, 0.85), np.full(few, 0.5)])
    true = np.concatenate([np.arange(40) < 10, np.arange(30) < 27, np.ones(few, dtype=bool)])
    _, ax = plt.subplots()
    assert reliability(ax, {"model": (said, true)}) is ax
    line = next(line for line in ax.lines if line.get_label() == "model")
    assert line.get_xdata() == pytest.approx([0.15, 0.85]) and line.get_ydata() == pytest.approx([0.25, 0.9])
    assert list(ax.lines[0].get_xdata()) == list(ax.lines[0].get_ydata()) == [0, 1]
    plt.close()
