"""The protein axis: every label in its place, none over another, at any length."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

from regard.annotate.uniprot import Feature
from regard.plot.residues import MOST_ROWS, along_residues, pack
from regard.plot.style import save
from regard.plot.trace import flattened, two_traces
from regard.plot.variants import head_changes


def draw(length, features, **more):
    rng = np.random.default_rng(length)
    return along_residues(
        {"attention": rng.random(length)}, {"gradient": rng.normal(size=length)}, features=features, **more
    )


def some_features(length, count=25):
    rng = np.random.default_rng(0)
    starts = np.sort(rng.integers(0, length - length // 8, count))
    return [
        Feature("domain" if k % 3 else "active site", int(s), int(s) + (length // 9 if k % 3 else 1), f"Feature {k}")
        for k, s in enumerate(starts)
    ]


@pytest.mark.parametrize("length", [50, 120, 450, 3000])
def test_no_label_lies_over_another_or_outside(length):
    figure = draw(length, some_features(length), secondary="-HHHHHEEEE" * (length // 10), sites={"site": np.arange(3)})
    figure.canvas.draw()
    (axis,) = [ax for ax in figure.axes if ax.get_ylabel().startswith("features")]
    frame = axis.get_window_extent()
    extents = [text.get_window_extent() for text in axis.texts]
    assert len(extents) == 25
    for k, one in enumerate(extents):
        assert frame.x0 - 3 <= one.x0 and one.x1 <= frame.x1 + 3, axis.texts[k].get_text()
        assert not any(one.overlaps(other) for other in extents[:k]), axis.texts[k].get_text()
    plt.close(figure)


def test_labels_do_not_lie_over_boxes_of_other_features():
    shown, left_out = pack(some_features(300), 300)
    assert left_out == 0
    for k, (row, feature, _, _) in enumerate(shown):
        for other_row, other, _, _ in shown[:k]:
            assert row != other_row or feature.end <= other.start or other.end <= feature.start


def test_what_finds_no_place_is_counted():
    crowd = [Feature("domain", 0, 100, f"D{k}") for k in range(MOST_ROWS + 5)]
    figure = draw(100, crowd)
    assert any("(5 more)" in ax.get_ylabel() for ax in figure.axes)
    plt.close(figure)


def test_tracks_sites_and_letters_stand_at_their_residues(tmp_path):
    values = np.zeros(40)
    values[9] = 1.0
    figure = along_residues(
        {"attention": values}, sites={"by mask": values > 0, "by number": np.array([9])}, sequence="A" * 40, marked=9
    )
    top, bottom = figure.axes
    line = next(one for one in top.lines if len(one.get_xdata()) == 40)
    assert line.get_xdata()[np.argmax(line.get_ydata())] == 10  # counted from 1
    ticks = [segment[0][0] for c in bottom.collections for segment in c.get_segments()]
    assert ticks == [10, 10]
    assert len(bottom.get_xticklabels(minor=True)) == 40
    png = save(figure, tmp_path / "x.svg")
    assert png.startswith(b"\x89PNG")
    assert "by number" in (tmp_path / "x.svg").read_text()


def test_labels_are_text_and_never_formulas(tmp_path):
    figure = draw(100, [Feature("domain", 10, 20, "$\\frac$ & <b>")], title="t")
    save(figure, tmp_path / "x.svg")
    assert "&lt;b&gt;" in (tmp_path / "x.svg").read_text()


def test_the_plane_keeps_what_is_longest_and_gaps_stay_gaps(tmp_path):
    at = np.array([[0, 0, 0], [9, 0, 0.1], [18, 1, 0], [27, 5, 0.2], [36, 0, 0]], float)
    at[2] = np.nan
    flat, depth = flattened(at)
    assert np.isnan(flat[2]).all() and np.isnan(depth[2])
    spread = np.nanmax(flat, axis=0) - np.nanmin(flat, axis=0)
    assert spread[0] > spread[1] > np.nanmax(depth) - np.nanmin(depth)
    assert np.hypot(*(flat[1] - flat[0])) == pytest.approx(9, abs=0.2)
    panels = {"to": np.arange(5.0), "by": np.arange(5.0)[::-1]}
    figure = two_traces(at, panels, site=1, marked=np.array([0, 0, 0, 1, 1], bool), title="t")
    assert save(figure, tmp_path / "x.svg").startswith(b"\x89PNG")


@pytest.mark.parametrize("seed", range(12))
def test_a_structure_is_turned_and_never_mirrored(seed):
    rng = np.random.default_rng(seed)
    at = np.cumsum(rng.normal(size=(12, 3)), axis=0)
    flat, depth = flattened(at)
    turned = np.column_stack([flat, depth])
    one, two = (np.diff(points[:4], axis=0) for points in (at, turned))
    assert np.linalg.det(two) == pytest.approx(np.linalg.det(one))  # the handedness of three bonds
    assert np.allclose(np.linalg.norm(two, axis=1), np.linalg.norm(one, axis=1))


def test_head_changes_are_on_one_symmetric_scale():
    figure = head_changes(np.random.default_rng(0).normal(size=(6, 30)), layers=3, position=4, title="t")
    image = figure.axes[0].images[0]
    low, high = image.get_clim()
    assert low == -high
    assert image.get_array().shape == (6, 30)
    plt.close(figure)
