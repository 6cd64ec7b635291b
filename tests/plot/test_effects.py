"""Scores over measured effects, read back from the axes."""

import numpy as np
import pytest
from matplotlib import pyplot as plt
from scipy.stats import spearmanr

from regard.plot.effects import effect_sizes


def test_a_panel_a_method_with_ranks_or_classes_and_the_correlation_of_regulated_pairs():
    rng = np.random.default_rng(0)
    labels, effect = rng.random(200) < 0.2, rng.normal(0, 0.2, 200)
    effect[:5] = np.nan
    scores = {"good": -effect + rng.normal(0, 0.1, 200), "classes": (np.nan_to_num(effect) < 0).astype(float)}
    scores["good"][:5] = 0
    figure = effect_sizes(scores, effect, labels)
    good, classes = figure.axes
    assert good.get_title(loc="left") == "good" and classes.get_title(loc="left") == "classes"
    others, regulated = good.collections
    there = ~np.isnan(effect)
    assert len(others.get_offsets()) == (~labels & there).sum()
    x, y = np.asarray(regulated.get_offsets()).T
    assert x == pytest.approx(effect[labels & there]) and 0 < y.min() < y.max() < 1
    assert (np.argsort(y) == np.argsort(scores["good"][labels & there])).all()
    rho = spearmanr(scores["good"][labels & there], effect[labels & there]).statistic
    assert good.get_title(loc="right") == f"ρ {rho:.2f}"
    assert [label.get_text() for label in classes.get_yticklabels()] == ["not called", "called"]
    middles = [part.get_segments()[0][0, 0] for part in classes.collections if hasattr(part, "get_segments")]
    assert middles == pytest.approx([np.median(effect[there & (effect >= 0)]), np.median(effect[there & (effect < 0)])])
    plt.close(figure)
