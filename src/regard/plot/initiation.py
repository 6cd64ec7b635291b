"""Tracks of an initiation model under the attention, on one base-pair axis."""

from __future__ import annotations

from functools import partial

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from regard.plot.style import BLUE, GREY, ORANGE, styled
from regard.plot.tracks import rows_of, track


@styled
def initiation_figure(
    found: xr.Dataset,
    title: str,
    *,
    attention: list[tuple[str, np.ndarray]] = (),
    assays: xr.DataArray | None = None,
    unit: str = "ln(count + 1)",
    tss: int | None = None,
    motifs: int = 6,
    width: float = 9,
    scale: float = 1,
) -> Figure:
    """Attention (blue) above motif activations with effects, sums of effects, contributions, initiation (orange).

    Parameters
    ----------
    found : tracks of one sequence and one target, as `models.initiation_tracks` or
        `annotate.jaspar` makes them; rows that a dataset does not have are left out.
    attention : names and scores, each (length,).
    assays : predictions of every target, (target, position), drawn thin behind the one of `found`.
    unit : of the prediction.
    motifs : how many motifs to show, those whose effect varies most first; without effects, the largest activation.
    width : inches of the figure. scale : of the rows' heights.

    Effects are drawn as differences from their mean over the sequence; the legend gives the mean.
    """
    there = np.flatnonzero(found.activation.notnull().any("motif"))  # not at edges; the axis starts at 0 all the same
    found = found.isel(position=slice(len(attention[0][1]) if attention else there[-1] + 1))
    assays = None if assays is None else assays.isel(position=slice(found.sizes["position"]))
    if "effect" in found:  # a detector that is a little active everywhere adds the same everywhere
        found = found.assign(effect=found.effect - found.effect.mean("position"))
    names = strongest(found, motifs)
    sums = [name for name in ("motif_effect", "initiator_effect", "trinucleotide_effect") if name in found]
    last_rows = [("contribution", contributions), ("prediction", partial(initiation, assays=assays, unit=unit))]
    last_rows = [(name, draw) for name, draw in last_rows if name in found]
    heights = [1.0] * len(attention) + [0.5] * len(names) + [1.2] * bool(sums) + [1.0] * len(last_rows)
    heights = [scale * one for one in heights]
    figure, axes = rows_of(heights, title, found.sizes["position"], tss=tss, right=1.4 if sums else 0.15, width=width)
    rows = iter(axes)
    for name, values in attention:
        track(next(rows), values, colour=BLUE, label=name)
    for name in names:
        strands = [f"{name}{strand}" for strand in "+-"]
        row = both_strands(next(rows), *found.activation.sel(motif=strands).values, label=name)
        if "effect" in found:
            effect_line(row, found.effect.sel(motif=strands).sum("motif").values)
    if sums:
        summed(next(rows), found, sums)
    for _, draw in last_rows:
        draw(next(rows), found)
    return figure


def strongest(found: xr.Dataset, n: int) -> list[str]:
    """Names, without strand, of the motifs that matter most here."""
    size = (abs(found.effect) if "effect" in found else found.activation.clip(min=0)).max("position")
    order = found.motif.values[np.argsort(-size.values, kind="stable")]
    return list(dict.fromkeys(str(name)[:-1] for name in order))[:n]


def both_strands(ax: Axes, ahead: np.ndarray, back: np.ndarray, label: str) -> Axes:
    """Activation on the given strand upwards (orange), on the other downwards (grey), each row to its own scale.

    Negative log-odds are not shown.
    """
    for values, colour, sign in ((ahead, ORANGE, 1), (back, GREY, -1)):
        shown = sign * np.clip(np.nan_to_num(values), 0, None)
        ax.fill_between(np.arange(len(shown)), shown, color=colour, step="mid", linewidth=0.6, alpha=0.8)
    top = max(abs(np.array(ax.get_ylim())))
    ax.set_ylim(-top, top)
    ax.axhline(0, color="black", linewidth=0.4)
    ax.set_ylabel(label, rotation=0, ha="right", va="center")
    ax.set_yticks([])
    return ax


def effect_line(ax: Axes, effect: np.ndarray) -> Axes:
    """What a motif adds to the prediction, both strands together, in black, to its own scale."""
    ax.plot(effect * ax.get_ylim()[1] / max(np.abs(effect).max(), 1e-9), color="black", linewidth=0.6)
    return ax


def summed(ax: Axes, found: xr.Dataset, sums: list[str]) -> Axes:
    """What motifs, initiators and trinucleotides add, and their sum in black, each less its mean over the sequence."""
    for name, colour in zip([*sums, "total_effect"], [*(ORANGE, BLUE, "#a8a8a8")[: len(sums)], "black"], strict=True):
        mean = float(found[name].mean())
        label = name.removesuffix("_effect") + (f", mean {mean:+.1f}".replace("-", "−") if abs(mean) >= 0.05 else "")
        ax.plot(found[name].values - mean, color=colour, linewidth=0.7 if name == "total_effect" else 1.0, label=label)
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=7)
    ax.set_ylabel("effect,\nless its mean", rotation=0, ha="right", va="center")
    ax.locator_params(axis="y", nbins=3)
    return ax


def contributions(ax: Axes, found: xr.Dataset) -> Axes:
    """What each base gives to the initiation in the sequence, through motifs; upwards for more."""
    values = found.contribution.values
    for colour, side in ((ORANGE, np.maximum), (BLUE, np.minimum)):
        ax.fill_between(np.arange(len(values)), side(values, 0), color=colour, step="mid", linewidth=0)
    ax.axhline(0, color="black", linewidth=0.4)
    ax.set_ylabel("contribution\nof bases", rotation=0, ha="right", va="center")
    ax.set_yticks([])
    return ax


def initiation(ax: Axes, found: xr.Dataset, assays: xr.DataArray | None = None, unit: str = "ln(count + 1)") -> Axes:
    """Predicted initiation, in `unit`, and its standard deviation over random flanks.

    assays : thin lines of all targets, those of the other strand downwards.
    """
    values = found.prediction.values
    track(ax, values, colour=ORANGE, label=f"initiation\n{unit}")
    ax.yaxis.label.set_fontsize(8)
    if "prediction_sd" in found and not found.prediction_sd.isnull().all():
        spread = found.prediction_sd.values
        ax.fill_between(np.arange(len(values)), values - spread, values + spread, color="black", alpha=0.2, linewidth=0)
    top, lowest = float(values.max()), 0.0
    for name, curve in zip(assays.target.values, assays.values, strict=True) if assays is not None else ():
        back = str(name).endswith("-")
        ax.plot(-curve if back else curve, color=GREY if back else BLUE, linewidth=0.5)
        top, lowest = max(top, 0 if back else curve.max()), min(lowest, -curve.max() if back else 0)
    ax.set_ylim(1.05 * lowest, 1.1 * top)
    ax.set_yticks([0, values.max()], ["0", f"{values.max():.2g}"])
    return ax
