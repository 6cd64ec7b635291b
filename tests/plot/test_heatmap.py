import numpy as np
import pytest
from matplotlib import pyplot as plt

from regard.plot.heatmap import ranked, relative_to_uniform, side_by_side


def test_uniform_attention_is_one_and_what_is_later_is_not_there():
    found = relative_to_uniform(np.tril(np.ones((3, 3))) / np.array([[1], [2], [3]]))
    assert np.array_equal(found, [[1, np.nan, np.nan], [1, 1, np.nan], [1, 1, 1]], equal_nan=True)
    assert relative_to_uniform(np.array([[1, 0], [0.25, 0.75]])).tolist()[1] == [0.5, 1.5]
    assert relative_to_uniform(np.full((2, 2), 0.5), causal=False).tolist() == [[1, 1], [1, 1]]


def test_ranks_fill_the_scale_evenly_however_skewed_attention_is():
    rng = np.random.default_rng(0)
    columns = [np.exp(rng.normal(-20, 9, (2, 30, 30))) for _ in range(2)]
    columns[1][:, 0] = np.nan
    found = ranked(columns)
    cells = np.concatenate([one[0][~np.isnan(one[0])] for one in found])
    assert np.histogram(cells, bins=10, range=(0, 1))[0] == pytest.approx(len(cells) / 10, abs=1)
    assert np.isnan(found[1][:, 0]).all()
    # One order for both columns: the highest of all has rank 1, and larger never ranks lower.
    both = np.concatenate([columns[0][0].ravel(), columns[1][0, 1:].ravel()])
    ranks = np.concatenate([found[0][0].ravel(), found[1][0, 1:].ravel()])
    assert np.array_equal(np.argsort(both), np.argsort(ranks))


def test_columns_stand_beside_each_other_on_one_scale_and_the_tss_is_drawn_where_there_is_one():
    rng = np.random.default_rng(0)
    maps = rng.random((2, 4, 5, 5))
    figure = side_by_side([("a", maps[0], 3), ("b", maps[1], None)], list("1234"), "title")
    panels = [ax for ax in figure.axes if ax.images]
    assert np.array_equal([ax.images[0].get_array() for ax in panels], maps.reshape(8, 5, 5))
    assert [len(ax.lines) for ax in panels] == [2] * 4 + [0] * 4  # the TSS of a
    assert {ax.images[0].get_clim() for ax in panels} == {(0, 1)}
    assert [ax.get_title() for ax in panels] == list("12341234")
    plt.close("all")


def test_letters_are_at_least_seven_pixels_high_when_two_columns_are_shown_on_500():
    maps = np.zeros((4, 5, 5))
    figure = side_by_side([("a", maps, None), ("b", maps, None)], list("1234"), "title")
    figure.canvas.draw()
    sizes = [t.get_fontsize() for ax in figure.axes for t in (ax.title, ax.xaxis.label, *ax.get_xticklabels())]
    assert min(sizes) / 72 * 500 / figure.get_figwidth() >= 6.5
    plt.close("all")
