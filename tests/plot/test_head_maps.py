"""Maps of heads on one scale of colours."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot as plt

from regard.plot.head_maps import (
    BETWEEN,
    MISSING,
    STEPS,
    blocks_of,
    head_grid,
    heads_by_residue,
    highest_of,
    levels,
    read_map,
    write_map,
)


@given(st.lists(st.floats(2.0**-60, 1.0, width=32), min_size=1, max_size=20), st.integers(2, 2000))
def test_a_step_doubles(values, length):
    attention, even = np.array(values, dtype=np.float32), 1 / length
    exact = np.log2(attention.astype(float) / even)
    clear = np.abs(exact - np.floor(exact) - 0.5) > 1e-4  # not on the edge of a step
    wanted = np.clip(np.round(exact), -STEPS, STEPS) + STEPS
    assert (levels(attention, even)[clear] == wanted[clear]).all()


def test_nothing_is_the_lowest_step_and_what_is_missing_has_its_own():
    assert levels(np.array([0.0, np.nan, 1.0]), 1.0).tolist() == [0, MISSING, STEPS]


def test_a_map_is_read_as_it_was_written(tmp_path):
    steps = np.random.default_rng(0).integers(0, MISSING + 1, (37, 37), dtype=np.uint8)
    write_map(tmp_path / "a.png", steps)
    assert (read_map(tmp_path / "a.png") == steps).all()
    assert (tmp_path / "a.png").stat().st_size < 37 * 37  # half a byte a pair


def test_a_head_stands_in_the_row_of_its_layer():
    small = np.zeros((6, 4, 4))
    small[4] = 1.0  # layer 2, head 2 of 3
    figure = head_grid(small, 2, 1.0, "toy")
    shown = figure.axes[0].images[0].get_array()
    step = 4 + BETWEEN
    rows, columns = np.nonzero(np.ma.filled(shown, 0) == STEPS)
    assert set(rows) == set(range(step, step + 4)) == set(columns)
    plt.close(figure)


def test_layers_are_as_high_as_their_heads():
    figure = heads_by_residue([("a", np.ones((6, 9))), ("b", np.ones((6, 9)))], 2, 1 / 9, "toy", marked=[3])
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["1", "2"]
    assert figure.axes[0].images[0].get_array().shape == (6, 9)
    plt.close(figure)


@pytest.mark.parametrize(("length", "block"), [(6, 2), (7, 3), (5, 1), (4, 9)])
def test_a_pixel_is_the_strongest_of_its_pairs(length, block):
    """Against a loop; windows that are put together are the same before and after."""
    rng = np.random.default_rng(length)
    one, other = rng.integers(0, MISSING + 1, (2, length, length)).astype(np.uint8)
    found, side = blocks_of(one, block), -(-length // block)
    assert found.shape == (side, side) and found.dtype == np.uint8
    for i in range(side):
        for j in range(side):
            inside = [s for s in one[i * block : (i + 1) * block, j * block : (j + 1) * block].ravel() if s != MISSING]
            assert found[i, j] == max(inside, default=MISSING)
    together = highest_of(found, blocks_of(other, block))
    assert (together == blocks_of(highest_of(one, other), block)).all()
