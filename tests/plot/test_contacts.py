"""Contact maps show what was ranked and nothing else."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

from regard.plot.contacts import contact_map, precision_bars
from regard.plot.heads import amino_acid_pairs, head_tables
from regard.plot.style import BLUE, GREY, ORANGE


def test_the_best_l_known_pairs_are_drawn_blue_where_right_and_orange_where_wrong():
    size = 20
    known = np.triu(np.ones((size, size), bool), 6)
    contacts = np.zeros((size, size), bool)
    contacts[0, 10:18] = contacts[10:18, 0] = True
    scores = np.where(contacts, 5.0, 0.0)
    scores[2, 9:19], scores[1, 2] = 4.0, 99.0  # wrong ones; a near pair that may not be ranked
    figure, ax = plt.subplots()
    contact_map(ax, contacts, scores, known, seams=[10])
    drawn = {}
    for points in ax.collections:
        edge = points.get_edgecolors() if len(points.get_facecolors()) == 0 else points.get_facecolors()
        drawn[to_hex(edge[0])] = {tuple(p) for p in np.asarray(points.get_offsets()).astype(int) - 1}  # drawn from 1
    assert drawn[GREY] == {(j, 0) for j in range(10, 18)}  # above the diagonal: column, row
    assert drawn[BLUE] == {(0, j) for j in range(10, 18)}
    assert len(drawn[ORANGE]) == size - 8 and (1, 2) not in drawn[ORANGE]
    assert {(2, j) for j in range(9, 19)} <= drawn[ORANGE]
    plt.close(figure)


def test_bars_share_one_scale_and_tell_attention_by_hatching_too():
    rows = {
        "6 to 11": [("attention", 0.3, 0.2, 0.4, True), ("template", 0.6, np.nan, np.nan, False)],
        "24 and more": [("attention", 0.1, np.nan, np.nan, True), ("base rate", 0.05, np.nan, np.nan, False)],
    }
    figure = precision_bars(rows, "title")
    first, second = figure.axes
    assert first.get_xlim() == second.get_xlim() and first.get_xlim()[1] >= 0.6
    hatches = [bar.get_hatch() for bar in first.patches]
    assert hatches == ["", "///"] and [to_hex(b.get_facecolor()) for b in first.patches] == [BLUE, ORANGE]
    assert [line.get_xdata()[0] for line in second.lines if line.get_linestyle() == "--"] == [0.05]
    plt.close(figure)


def test_head_tables_and_amino_acids_have_labelled_axes():
    figure = head_tables([("precision", np.array([[0.1, np.nan], [0.4, 0.2]]), "share")], "t")
    assert (figure.axes[0].get_xlabel(), figure.axes[0].get_ylabel()) == ("head", "layer")
    assert len(figure.axes[0].texts) == 3  # nothing is written on what is missing
    plt.close(figure)
    ratio = np.full((20, 20), np.nan)
    ratio[1, 0] = 2.0  # C looks at A
    figure = amino_acid_pairs(ratio, "t")
    image = figure.axes[0].images[0].get_array()
    letters = [t.get_text() for t in figure.axes[0].get_xticklabels()]
    assert image[letters.index("C"), letters.index("A")] == 2.0
    assert "key" in figure.axes[0].get_xlabel() and "query" in figure.axes[0].get_ylabel()
    plt.close(figure)
