"""Attention maps side by side, each map coloured by rank, so that structure shows at every level."""

from __future__ import annotations

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from scipy.stats import rankdata

from regard.plot.style import CONTRAST, styled

SCALE = (
    "Colour is a rank: of the cell among all visible cells of the same map in the sequences side by side, after "
    "division by uniform attention (dark orange the most, white the middle, dark blue the least, grey masked)"
)


def relative_to_uniform(attention: np.ndarray, *, causal: bool = True) -> np.ndarray:
    """Attention over uniform attention, (..., query, key); NaN above the diagonal of a causal map."""
    n = attention.shape[-1]
    if not causal:
        return attention * n
    rank = np.arange(n)
    return np.where(rank[:, None] >= rank, attention * (rank[:, None] + 1.0), np.nan)


def ranked(columns: list[np.ndarray]) -> list[np.ndarray]:
    """Ranks, 0 the least to 1 the most, of each map among its cells in all columns; NaN stays.

    Attention spans many powers of ten, and most of it is close to nothing: on a scale of heights most cells would have
    one colour. Columns share ranks, so that what is compared is the same head in several sequences.

    Parameters
    ----------
    columns : maps of each sequence, shape (maps, query, key).

    Examples
    --------
    >>> import numpy as np
    >>> ranked([np.array([[[1.0, 8.0]]]), np.array([[[2.0, 4.0]]])])[1].round(2).tolist()
    [[[0.33, 0.67]]]
    """
    out = [np.full(one.shape, np.nan, dtype=np.float32) for one in columns]
    for number in range(len(columns[0])):
        there = [~np.isnan(one[number]) for one in columns]
        cells = [one[number][seen] for one, seen in zip(columns, there, strict=True)]
        rank = (rankdata(np.concatenate(cells)) - 1) / max(sum(map(len, cells)) - 1, 1)
        parts = np.split(rank, np.cumsum([len(c) for c in cells])[:-1])
        for one, seen, part in zip(out, there, parts, strict=True):
            one[number][seen] = part
    return out


def heatmap(ax: Axes, values: np.ndarray, *, tss: int | None = None) -> Axes:
    """Draw one (query, key) map of ranks; base pairs on both axes, the TSS as a thin line."""
    ax.imshow(values, cmap=CONTRAST, vmin=0, vmax=1, interpolation="antialiased", aspect="equal")
    if tss is not None:
        ax.axvline(tss, color="black", linewidth=0.6, linestyle=":")
        ax.axhline(tss, color="black", linewidth=0.6, linestyle=":")
    ticks = np.arange(0, len(values), 100 if len(values) > 150 else 20)
    ax.set_xticks(ticks, ticks)
    ax.set_yticks(ticks, ticks)
    ax.tick_params(labelsize=8, pad=2)
    return ax


@styled
def side_by_side(
    columns: list[tuple[str, np.ndarray, int | None]], panel_names: list[str], title: str, *, unit: str = "bp"
) -> Figure:
    """A square grid of maps for each column, the columns beside each other; 7.2 inches wide with two.

    columns : (title, maps as `ranked` gives them, shape (maps, query, key), TSS or None).
    panel_names : names of the maps. unit : what positions count; a TSS is drawn where they are bases.
    """
    across = int(np.ceil(np.sqrt(len(panel_names))))
    down = -(-len(panel_names) // across)
    # Places in inches: searching for room, as layout engines do it, would take longer than drawing.
    width, height = 3.3 * len(columns) + 0.6, 3.2
    figure = plt.figure(figsize=(width, height))
    figure.suptitle(title, fontsize=10, y=1 - 0.02 / height, va="top")
    for i, (name, maps, tss) in enumerate(columns):
        left = 3.3 * i
        figure.text((left + 1.85) / width, 1 - 0.2 / height, name, fontsize=8, ha="center", va="top")
        grid = figure.add_gridspec(
            down, across, left=(left + 0.5) / width, right=(left + 3.2) / width, bottom=0.36 / height,
            top=1 - 0.63 / height, wspace=0.1, hspace=0.2,
        )  # fmt: skip
        axes = grid.subplots(sharex=True, sharey=True, squeeze=False)
        for ax, one, panel in zip(axes.flat, maps, panel_names, strict=False):
            heatmap(ax, one, tss=tss if unit == "bp" else None)
            ax.set_title(panel, pad=2, fontsize=8)
        for ax in axes.flat[len(panel_names) :]:
            ax.remove()
        for ax in axes[-1]:
            ax.set_xlabel(f"key ({unit})", fontsize=8, labelpad=1)
        for ax in axes[:, 0]:
            ax.set_ylabel(f"query ({unit})", fontsize=8, labelpad=1)
    scale = ScalarMappable(Normalize(0, 1), CONTRAST)
    bar = figure.colorbar(scale, cax=figure.add_axes((1 - 0.52 / width, 0.2, 0.12 / width, 0.56)))
    bar.set_ticks([0, 0.5, 1], labels=["least", "middle", "most"], fontsize=7, rotation=90)
    for label, side in zip(bar.ax.get_yticklabels(), ("bottom", "center", "top"), strict=True):
        label.set_va(side)
    bar.ax.set_title("rank", fontsize=8)
    bar.ax.tick_params(length=0, pad=2)
    return figure
