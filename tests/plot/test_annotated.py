import numpy as np
import pytest
from matplotlib import pyplot as plt

from regard import Annotations, PositionScores, plot_with_functional_annotations
from regard.annotate.uniprot import Feature
from regard.errors import InputError

LENGTH = 12


def scores(name="attention"):
    return PositionScores(["a", "b"], [np.arange(float(LENGTH)), np.arange(float(LENGTH))[::-1]], name)


def known(at):
    return Annotations(["b"], [np.isin(np.arange(LENGTH), at)], "known")


def test_a_protein_counts_residues_from_one_and_shows_the_sample_asked_for():
    figure = plot_with_functional_annotations(
        [scores(), scores("gradient")], known([2]), sequence="MKHE" * 3, sample="b", features=[Feature("domain", 1, 9)]
    )
    first, second, _, sites = figure.axes
    line = first.lines[0]
    assert (line.get_xdata()[0], line.get_ydata()[0]) == (1, LENGTH - 1)
    assert line.get_color() != second.lines[0].get_color()
    assert [segment[0][0] for c in sites.collections for segment in c.get_segments()] == [3]
    assert "residue" in sites.get_xlabel() and figure.get_suptitle() == "b"
    plt.close(figure)


def test_dna_counts_base_pairs_from_zero():
    figure = plot_with_functional_annotations(scores(), known([2, 3]), sequence="acgt" * 3, sample="b", marked=5)
    top, bottom = figure.axes
    assert (top.lines[1].get_xdata()[0], top.lines[1].get_ydata()[0]) == (0, LENGTH - 1)
    (box,) = bottom.collections[0].get_paths()
    assert (box.vertices[:, 0].min(), box.vertices[:, 0].max()) == (1.5, 3.5)
    assert bottom.get_xlabel() == "position (bp)" and top.texts[0].get_text() == "TSS"
    plt.close(figure)


def test_scores_alone_will_do():
    figure = plot_with_functional_annotations(scores(), sequence="ACGT" * 3)
    assert len(figure.axes) == 1
    plt.close(figure)


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"sequence": "MKH"}, "attention, 'a': 12 positions, but the sequence has 3"),
        ({"sequence": "MKHE" * 3, "sample": "c"}, "no sample 'c'; there are 'a', 'b'"),
        ({"sequence": "MKHE" * 3, "annotations": known([1])}, "known: no sample 'a'; there are 'b'"),
        ({"sequence": "ACGT" * 3, "secondary": "H" * 12}, "is DNA"),
    ],
)
def test_what_does_not_fit_is_said(how, says):
    with pytest.raises(InputError, match=says):
        plot_with_functional_annotations(scores(), **how)
