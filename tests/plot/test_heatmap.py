import numpy as np
from matplotlib import pyplot as plt

from regard.plot.heatmap import LIMIT, relative_to_uniform, side_by_side, with_other_maps


def test_uniform_attention_is_zero_and_what_is_later_is_not_there():
    found = relative_to_uniform(np.tril(np.ones((3, 3))) / np.array([[1], [2], [3]]))
    assert np.array_equal(found, [[0, np.nan, np.nan], [0, 0, np.nan], [0, 0, 0]], equal_nan=True)
    assert relative_to_uniform(np.array([[1, 0], [0.25, 0.75]])).tolist()[1] == [-1, np.log2(1.5)]


def test_other_maps_take_the_place_of_the_first_panel_by_panel():
    rng = np.random.default_rng(0)
    first, other = (rng.normal(size=(2, 4, 5, 5)) for _ in range(2))
    figure = side_by_side([("a", first[0], 3), ("b", first[1], None)], list("1234"), "before")
    panels = [ax for ax in figure.axes if ax.images]
    assert np.array_equal([ax.images[0].get_array() for ax in panels], first.reshape(8, 5, 5))
    assert [len(ax.lines) for ax in panels] == [2] * 4 + [0] * 4  # the TSS of a
    with_other_maps(figure, list(other), list("5678"), "after")
    assert np.array_equal([ax.images[0].get_array() for ax in panels], other.reshape(8, 5, 5))
    assert [ax.get_title() for ax in panels] == list("56785678")
    assert figure.get_suptitle() == "after"
    assert {ax.images[0].get_clim() for ax in panels} == {(-LIMIT, LIMIT)}
    plt.close("all")
