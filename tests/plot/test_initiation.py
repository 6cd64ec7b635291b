"""What the initiation figure shows, read back from its axes."""

import numpy as np
import pytest
import xarray as xr
from matplotlib import pyplot as plt

from regard.plot.initiation import initiation_figure, strongest


@pytest.fixture
def found() -> xr.Dataset:
    """Motif B has the largest activation, A the largest effect; the prediction peaks at 30."""
    active, effect = np.zeros((4, 40)), np.zeros((4, 40))
    active[1, 10], active[2, 5], effect[2, 30] = 9.0, 2.0, -3.0
    prediction = np.exp(-0.5 * (np.arange(40) - 30.0) ** 2)
    along = {"motif_effect": prediction, "initiator_effect": 0 * prediction, "trinucleotide_effect": 0 * prediction}
    along |= {"total_effect": prediction, "prediction": prediction, "prediction_sd": 0.1 + 0 * prediction}
    return xr.Dataset(
        {"activation": (("motif", "position"), active), "effect": (("motif", "position"), effect)}
        | {name: ("position", values) for name, values in along.items()},
        coords={"motif": ["A+", "B+", "A-", "B-"], "position": np.arange(40)},
    )


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def labels(figure):
    return [ax.get_ylabel() for ax in figure.axes]


def test_rows_in_their_order(found):
    figure = initiation_figure(found, "one", attention=[("attention", np.arange(40.0))], tss=30)
    assert labels(figure) == ["attention", "A", "B", "effect,\nless its mean", "initiation\nln(count + 1)"]
    assert {ax.get_xlim() for ax in figure.axes} == {(-0.5, 39.5)}
    curve = figure.axes[-1].lines[1].get_ydata()  # after the line of the TSS
    assert curve.argmax() == 30
    assert len(figure.axes[-1].collections) == 2  # the track and its spread


def test_the_strongest_by_effect_and_without_effects_by_activation(found):
    assert strongest(found, 2) == ["A", "B"]
    assert strongest(found.drop_vars("effect"), 1) == ["B"]


def test_what_a_motif_adds_everywhere_is_taken_off_and_named(found):
    shifted = found.assign(effect=found.effect - xr.DataArray([0, 70.0, 0, 0], dims="motif"))
    along = {f"{what}_effect": found.prediction - 70 for what in ("motif", "total")}
    figure = initiation_figure(shifted.assign(along), "one", motifs=1)
    assert labels(figure)[0] == "A"  # not B, whose effect is large and everywhere the same
    row = figure.axes[1]
    assert [text.get_text() for text in row.get_legend().get_texts()] == [
        "motif, mean −69.9",
        "initiator",
        "trinucleotide",
        "total, mean −69.9",
    ]
    assert np.allclose(row.lines[-1].get_ydata(), found.prediction - found.prediction.mean())


def test_strands_go_up_and_down(found):
    row = initiation_figure(found, "one").axes[0]
    heights = [path.vertices[:, 1] for c in row.collections for path in c.get_paths()]
    assert max(h.max() for h in heights) == 0  # A on the given strand is silent
    assert min(h.min() for h in heights) == -2


def test_a_dataset_of_activations_only(found):
    figure = initiation_figure(found[["activation"]], "JASPAR", motifs=1)
    assert labels(figure) == ["B"]


def test_true_flanks_have_no_spread(found):
    figure = initiation_figure(found.assign(prediction_sd=found.prediction_sd * np.nan), "one")
    assert len(figure.axes[-1].collections) == 1
