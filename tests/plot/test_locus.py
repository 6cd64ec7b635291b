"""What is drawn at a locus, read back from the axes."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from regard.data.regions import Region
from regard.plot.locus import Track, gene_lanes, plot_locus
from regard.plot.style import BLUE, ORANGE

REGION = Region("chr1", 1000, 21_000)
GENES = pd.DataFrame(
    [
        ("A", 2000, 8000, "+", 2000),
        ("B", 9000, 20_000, "-", 19_999),
        ("C", 9500, 9600, "+", 9500),
        ("away", 0, 10, "+", 0),
    ],
    columns=["gene", "start", "end", "strand", "tss"],
)
TESTED = pd.DataFrame(
    {"start": [3000, 15_000, 90_000], "end": [4000, 15_001, 91_000], "regulated": [True, False, True]}
)


@pytest.fixture(scope="module")
def axes():
    edges = np.arange(1000, 21_001, 2000)
    values = np.arange(10.0)
    values[3] = np.nan
    tracks = [Track("H3K27ac", edges, values, ORANGE, "reads"), Track("gradient × input", edges[:-1], -values, BLUE)]
    figure = plot_locus(
        REGION, tracks, elements=TESTED, validated=TESTED, genes=GENES, tss=2000, title="A", note="untrained"
    )
    figure.canvas.draw()
    yield figure.axes
    plt.close(figure)


def test_tracks_are_steps_on_one_axis_with_gaps_where_nothing_is_known(axes):
    assert len(axes) == 5 and all(ax.get_xlim() == (1000, 21_000) for ax in axes)
    for ax, sign in zip(axes[1:], (1, -1), strict=False):
        line = ax.patches[0].get_data()
        assert line.edges.tolist() == list(range(1000, 21_001, 2000))
        assert line.values[[0, 4, 9]].tolist() == [0, sign * 4, sign * 9] and np.isnan(line.values[3])
    assert axes[1].get_ylabel() == "H3K27ac\n(reads)" and axes[2].get_ylim()[0] < -9
    assert axes[0].get_title(loc="left") == "untrained"
    assert "TSS" in axes[0].texts[0].get_text() and axes[0].texts[0].xy[0] == 2000.5


def test_elements_that_regulate_are_filled(axes):
    elements, opened, filled = axes[3].collections
    assert len(elements.get_paths()) == 2 and len(opened.get_paths()) == len(filled.get_paths()) == 1
    box = filled.get_paths()[0].vertices[:, 0]
    assert (box.min(), box.max()) == (3000, 4000)
    assert np.ptp(opened.get_paths()[0].vertices[:, 0]) == pytest.approx(30)  # a base could not be seen
    assert opened.get_facecolor()[0].tolist() == [1, 1, 1, 1] and filled.get_facecolor()[0, 0] > 0.8


def test_arrows_go_where_transcription_goes_and_names_have_room(axes):
    ax = axes[4]
    names = [text.get_text() for text in ax.texts if text.get_text()]
    assert sorted(names) == ["A", "B", "C"]
    arrows = [text for text in ax.texts if getattr(text, "arrow_patch", None)]
    ahead = {text.xyann[0]: text.xy[0] - text.xyann[0] for text in arrows}
    assert ahead[2000] > 0 > ahead[19_999]
    lanes = gene_lanes(GENES.iloc[:3], REGION)
    assert [[gene.gene for gene in lane] for lane in lanes] == [["A", "B"], ["C"]]


def test_positions_count_as_in_a_browser(axes):
    ticks = {
        tick: label.get_text() for tick, label in zip(axes[4].get_xticks(), axes[4].get_xticklabels(), strict=True)
    }
    assert ticks[5000] == "5" and axes[4].get_xlabel() == "position on chr1 (kb)"
    near = plot_locus(Region("chr1", 999, 1500), [Track("x", np.array([999, 1500]), np.array([np.nan]))])
    assert near.axes[-1].get_xticks()[0] == 999 and near.axes[-1].get_xticklabels()[0].get_text() == "1,000"
    assert near.axes[-1].get_xlabel() == "position on chr1 (bp)"
    plt.close(near)
