"""A contact map and arcs above a locus, read back from the axes."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_rgb
from matplotlib.patches import Arc, Rectangle

from regard.data.regions import Region
from regard.plot.locus import Track, plot_locus
from regard.plot.style import GREY, ORANGE

REGION = Region("chr1", 1000, 21_000)


@pytest.fixture(scope="module")
def axes():
    edges = np.arange(1000.0, 21_001, 2000)
    place = np.arange(10)
    contacts = 1.0 / (1 + np.abs(place[:, None] - place))
    tested = pd.DataFrame(
        {"start": [3000, 15_000, 90_000], "end": [4000, 15_400, 91_000], "regulated": [True, False, True]}
    )
    over = ("black: B, other", edges, np.arange(10.0)[::-1])
    track = Track("gradient", edges, np.arange(10.0), over=over)
    figure = plot_locus(
        REGION, [track], elements=tested, validated=tested, tss=9_000, contacts=(edges, contacts, "counts")
    )
    figure.canvas.draw()
    yield figure.axes
    plt.close(figure)


def test_a_contact_stands_over_the_middle_of_its_two_places(axes):
    (mesh,) = axes[0].collections
    values = np.ma.filled(mesh.get_array(), np.nan).reshape(10, 10)
    assert values[2, 5] == 1 / 4 and np.isnan(values[5, 2])
    corners = mesh.get_coordinates()
    assert corners[2, 5].tolist() == [(1000 + 5 * 2000 + 1000 + 2 * 2000) / 2, 3 * 2000 / 2]
    assert axes[0].get_ylim() == (0, 10_000)


def test_arcs_go_from_what_was_tested_to_the_tss(axes):
    grey, orange = (one for one in axes[1].patches if isinstance(one, Arc))
    assert (orange.center[0], orange.width) == ((3500 + 9000) / 2, 5500)
    assert (grey.center[0], grey.width) == ((15_200 + 9000) / 2, 6200)
    assert orange.get_edgecolor()[:3] == to_rgb(ORANGE) and grey.get_edgecolor()[:3] == to_rgb(GREY)


def test_elements_are_stripes_through_the_track_and_another_run_is_a_line_of_its_own_scale(axes):
    stripes = [one for one in axes[2].patches if isinstance(one, Rectangle)]
    spans = {(one.get_x(), one.get_x() + one.get_width()): one.get_facecolor()[:3] for one in stripes}
    assert spans == {(3000, 4000): to_rgb(ORANGE), (15_000, 15_400): to_rgb(GREY)}
    assert len(stripes) == 3  # the regulating one in both colours
    other = axes[-1]
    assert other.patches[0].get_data().values.tolist() == list(range(9, -1, -1))
    assert other.texts[0].get_text() == "black: B, other" and list(other.get_yticks()) == []
