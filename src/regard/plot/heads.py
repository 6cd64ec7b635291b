"""What each head does: one value a head, amino acids by amino acids, and how far it looks."""

from __future__ import annotations

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from regard.data.proteins import AMINO_ACIDS
from regard.plot.style import CONTRAST, styled

BY_PROPERTY = "AVILMFWYCGPSTNQHDEKR"  # greasy to charged
MOST_NUMBERS = 16 * 16


@styled
def head_tables(panels: list[tuple[str, np.ndarray, str]], title: str) -> Figure:
    """A value for each head as a table, layer by head, side by side; panels are (title, (layers, heads), label)."""
    layers, heads = panels[0][1].shape
    width = np.clip(0.36 * heads + 1.6, 3.2, 8)
    height = np.clip(0.3 * layers + 1.5, 2.6, 9)
    figure, axes = plt.subplots(
        1, len(panels), figsize=(width * len(panels), height), layout="constrained", squeeze=False
    )
    figure.suptitle(title, fontsize=10)
    for ax, (name, values, label) in zip(axes[0], panels, strict=True):
        colours = plt.get_cmap("Blues").with_extremes(bad="#e4e4e4")
        top = np.nanmax(values) if np.isfinite(values).any() else 1.0
        image = ax.imshow(values, cmap=colours, vmin=0, vmax=max(top, 1e-9), aspect="auto")
        if values.size <= MOST_NUMBERS:
            for (row, column), value in np.ndenumerate(values):
                if np.isfinite(value):
                    text = f"{value:.0f}" if top >= 10 else f"{value:.2f}".lstrip("0")
                    ax.text(
                        column, row, text, ha="center", va="center", fontsize=6,
                        color="white" if value > 0.6 * top else "black", in_layout=False,
                    )  # fmt: skip
        step = max(1, heads // 10)
        ax.set_xticks(range(0, heads, step), range(1, heads + 1, step))
        step = max(1, layers // 12)
        ax.set_yticks(range(0, layers, step), range(1, layers + 1, step))
        ax.set_xlabel("head")
        ax.set_ylabel("layer")
        ax.set_title(name)
        figure.colorbar(image, ax=ax, label=label, shrink=0.9)
    return figure


@styled
def amino_acid_pairs(ratio: np.ndarray, title: str) -> Figure:
    """log2 of attention over average, (20, 20) in the order of AMINO_ACIDS; row = query, column = key."""
    order = [AMINO_ACIDS.index(letter) for letter in BY_PROPERTY]
    figure, ax = plt.subplots(figsize=(5.6, 4.9), layout="constrained")
    limit = min(3.0, max(0.5, float(np.nanmax(np.abs(ratio))))) if np.isfinite(ratio).any() else 1.0
    image = ax.imshow(ratio[np.ix_(order, order)], cmap=CONTRAST, vmin=-limit, vmax=limit)
    ax.set_xticks(range(20), BY_PROPERTY)
    ax.set_yticks(range(20), BY_PROPERTY)
    ax.set_xlabel("amino acid looked at (key)")
    ax.set_ylabel("amino acid that looks (query)")
    ax.set_title(title)
    figure.colorbar(image, ax=ax, label="attention over the average of all pairs (log2)", extend="both")
    return figure
