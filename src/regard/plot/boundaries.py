"""Attention about boundaries: the difference from matched loci, and two scores of every head."""

from __future__ import annotations

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import SymLogNorm
from matplotlib.figure import Figure

from regard.plot.style import BLUE, CONTRAST, GREY, ORANGE, styled

LABEL = "attention, boundaries − matched loci\n(times uniform)"


@styled
def difference(maps: list[tuple[str, np.ndarray]], span: int, title: str) -> Figure:
    """Maps of boundary − control side by side on one scale.

    maps : (title, shape (query, key), relative to uniform attention); span : bases that an axis covers.
    """
    unit, size = ("kb", 1000) if span >= 10_000 else ("bp", 1)
    half = span / 2 / size
    # A stripe of a few bins is far stronger than what lies beside it: linear about 0, logarithmic beyond.
    limit = max(max(np.abs(one).max() for _, one in maps), 1e-9)
    knee = max(np.quantile(np.abs(np.concatenate([one.ravel() for _, one in maps])), 0.9), limit / 1000)
    scale = SymLogNorm(linthresh=min(knee, limit), vmin=-limit, vmax=limit)
    figure, axes = plt.subplots(
        1, len(maps), figsize=(3.5 * len(maps) + 1.4, 3.9), sharey=True, squeeze=False, layout="constrained"
    )
    figure.suptitle(title, fontsize=10)
    picture = None
    for ax, (name, values) in zip(axes[0], maps, strict=True):
        picture = ax.imshow(values, cmap=CONTRAST, norm=scale, extent=(-half, half, half, -half))
        for line in (ax.axvline, ax.axhline):
            line(0, color="black", linewidth=0.5, linestyle=":")
        ax.set_title(name)
        ax.set_xlabel(f"key ({unit} from the boundary)")
    axes[0, 0].set_ylabel(f"query ({unit} from the boundary)")
    assert picture is not None
    powers = 10.0 ** np.arange(np.ceil(np.log10(scale.linthresh)), np.floor(np.log10(limit)) + 1)
    bar = figure.colorbar(picture, ax=axes[0].tolist(), label=LABEL, shrink=0.85, format="%g")
    bar.set_ticks([*-powers[::-1], 0, *powers], minor=False)
    bar.minorticks_off()
    return figure


@styled
def every_head(
    values: dict[str, np.ndarray], supported: dict[str, np.ndarray], units: dict[str, str], title: str
) -> Figure:
    """For each score a grid of layers and heads; a dot where the difference is supported.

    values, supported : shape (layers, heads).
    """
    layers, heads = next(iter(values.values())).shape
    figure, axes = plt.subplots(
        1, len(values), figsize=(2.6 * len(values) + 0.3 * heads * len(values) + 0.6, 1.7 + 0.26 * layers),
        squeeze=False, layout="constrained",
    )  # fmt: skip
    figure.suptitle(title, fontsize=10)
    for ax, (name, grid) in zip(axes[0], values.items(), strict=True):
        limit = max(np.abs(grid).max(), 1e-9)
        picture = ax.imshow(grid, cmap=CONTRAST, vmin=-limit, vmax=limit, aspect="auto")
        layer, head = np.nonzero(supported[name])
        ax.scatter(head, layer, marker="o", s=22, facecolor="white", edgecolor="black", linewidth=0.8)
        ax.set_xticks(range(heads), range(1, heads + 1))
        ax.set_yticks(range(layers), range(1, layers + 1))
        ax.set_title(name)
        ax.set_xlabel("head")
        ax.set_ylabel("layer")
        figure.colorbar(picture, ax=ax, label=f"boundaries − matched loci\n({units[name]})")
    return figure


@styled
def profiles(lines: list[tuple[str, np.ndarray, np.ndarray]], offsets: np.ndarray, title: str) -> Figure:
    """Share of attention that crosses each place about boundaries and about matched loci.

    lines : title, and the two profiles, shape (offsets,); offsets : bases from the boundary.
    """
    unit, size = ("kb", 1000) if offsets.max() >= 10_000 else ("bp", 1)
    figure, axes = plt.subplots(
        1, len(lines), figsize=(3.4 * len(lines) + 0.4, 3.2), sharey=True, squeeze=False, layout="constrained"
    )
    figure.suptitle(title, fontsize=10)
    for ax, (name, boundary, control) in zip(axes[0], lines, strict=True):
        ax.axhline(0.5, color="black", lw=0.6, ls=":")
        ax.axvline(0, color="black", lw=0.6, ls=":")
        ax.plot(offsets / size, control, color=GREY, lw=1.4, label="matched loci")
        ax.plot(offsets / size, boundary, color=BLUE, lw=1.4, label="boundaries")
        ax.set(title=name, xlabel=f"place ({unit} from the boundary)")
    axes[0, 0].set_ylabel("share of attention that crosses")
    axes[0, 0].legend(fontsize=8)
    return figure


def pairs(ax: Axes, boundary: np.ndarray, control: np.ndarray, label: str, unit: str) -> Axes:
    """One score of each boundary against its matched locus, the mean of heads; above the line = more."""
    low, high = min(boundary.min(), control.min()), max(boundary.max(), control.max())
    ax.plot([low, high], [low, high], color=GREY, linewidth=0.8, linestyle="--")
    ax.scatter(control, boundary, s=12, color=np.where(boundary > control, ORANGE, BLUE), alpha=0.8, linewidth=0)
    ax.set_xlabel(f"matched locus ({unit})")
    ax.set_ylabel(f"boundary ({unit})")
    ax.set_title(label)
    ax.set_aspect("equal", adjustable="datalim")
    return ax


@styled
def both_scores(
    boundary: dict[str, np.ndarray],
    control: dict[str, np.ndarray],
    says: dict[str, str],
    units: dict[str, str],
    title: str,
) -> Figure:
    """`pairs` of all scores, mean over layers and heads, each shape (pairs,)."""
    figure, axes = plt.subplots(1, len(says), figsize=(3.6 * len(says), 3.5), squeeze=False, layout="constrained")
    figure.suptitle(title, fontsize=10)
    for ax, (name, label) in zip(axes[0], says.items(), strict=True):
        pairs(ax, boundary[name], control[name], label, units[name])
    return figure
