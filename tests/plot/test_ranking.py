"""What is drawn of a ranking, read back from the axes."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_rgba
from sklearn.metrics import roc_auc_score, roc_curve

from regard.judge.operating import operating_points
from regard.judge.pairs import LEAD
from regard.plot.ranking import by_distance, curves, look
from regard.plot.style import BLUE, GREY, ORANGE

KINDS = {"distance": "baseline", "ABC": "measured", "attention": "model", "gradient": "model"}


def test_kinds_have_a_colour_and_methods_of_a_kind_differ_without_it():
    styles = look(KINDS)
    assert [styles[name]["color"] for name in KINDS] == [GREY, ORANGE, BLUE, BLUE]
    assert len({style["marker"] for style in styles.values()}) == 4
    assert styles["attention"]["ls"] != styles["gradient"]["ls"]


def test_a_curve_is_precision_over_recall_as_steps():
    labels = np.array([True, False, True, False])
    scores = {"distance": np.array([4.0, 3, 2, 1]), "ABC": np.array([2.0, 1, 2, 1])}
    figure = curves(scores, labels, KINDS, called=np.array([True, True, True, False]))
    drawn = {line.get_label(): line for line in figure.axes[0].lines}
    best, second = drawn["ABC 1.000"], drawn["distance 0.833"]
    assert (best.get_xdata()[0], best.get_ydata()[0]) == (1, 1) and best.get_marker() == "s"  # of two classes
    assert second.get_ydata() == pytest.approx([1, 1, 1 / 2, 2 / 3, 1 / 2])
    assert second.get_xdata().tolist() == [0, 0.5, 0.5, 1, 1]
    dot = drawn["ABC's threshold"]
    assert (dot.get_xdata()[0], dot.get_ydata()[0]) == (1, pytest.approx(2 / 3))
    plt.close(figure)


def test_beside_it_is_the_roc_curve_of_scikit_learn_and_fixed_points_are_marked():
    rng = np.random.default_rng(0)
    labels = rng.random(300) < 0.3
    values = np.round(labels + rng.normal(0, 0.6, 300), 1)
    figure = curves({"gradient": values}, labels, KINDS)
    left, right = figure.axes
    false, recall, _ = roc_curve(labels, values, drop_intermediate=False)
    line = right.lines[0]
    assert line.get_xdata() == pytest.approx(false) and line.get_ydata() == pytest.approx(recall)
    assert line.get_label() == f"gradient {roc_auc_score(labels, values):.3f}"
    points = operating_points({"gradient": values}, labels, {"all": labels >= 0}).set_index(["fixed", "at"])
    full, opened = (one for one in left.lines if one.get_marker() == "o")
    for dot, fixed in ((full, "recall"), (opened, "precision")):
        expected = points.loc[(fixed, 0.7), ["recall", "precision"]].tolist()
        assert [dot.get_xdata()[0], dot.get_ydata()[0]] == pytest.approx(expected)
    assert opened.get_markerfacecolor() == "white"
    plt.close(figure)


def test_bins_show_value_interval_prevalence_and_verdict():
    rows = []
    for item, prevalence, verdict in (("near", 0.4, "not supported"), ("far", 0.1, "supported")):
        row = {"item": item, "n": 1000, "positives": 20, "prevalence": prevalence, "verdict": verdict}
        for name in ("distance", "attention"):
            rows.append(row | {"method": name, "metric": "auprc", "value": 0.5, "ci_low": 0.3, "ci_high": 0.8})
        rows.append(row | {"method": "attention", "metric": LEAD, "value": -0.1, "ci_low": -0.3, "ci_high": 0.2})
    kinds = {name: KINDS[name] for name in ("distance", "attention")}
    figure = by_distance(pd.DataFrame(rows), ["near", "far"], kinds)
    above, below = figure.axes
    dots = [line for line in above.lines if len(line.get_xdata())]
    filled = {(round(dot.get_xdata()[0]), dot.get_color()): dot.get_markerfacecolor() for dot in dots}
    assert filled == {(0, GREY): "white", (1, GREY): GREY, (0, BLUE): "white", (1, BLUE): BLUE}
    ends = [segment[:, 1].tolist() for part in above.collections for segment in part.get_segments()]
    assert ends.count([0.3, 0.8]) == 4 and [0.4, 0.4] in ends and [0.1, 0.1] in ends
    assert [label.get_text() for label in below.get_xticklabels()] == ["near\n20 of 1,000", "far\n20 of 1,000"]
    leads = [line for line in below.lines if len(line.get_xdata()) == 1]
    assert [line.get_ydata()[0] for line in leads] == [-0.1, -0.1]
    assert all(to_rgba(line.get_color()) == to_rgba(BLUE) for line in leads)
    plt.close(figure)
