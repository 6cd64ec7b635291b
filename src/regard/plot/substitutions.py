"""Every substitution of a protein as a heatmap."""

from __future__ import annotations

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from regard.data.proteins import AMINO_ACIDS
from regard.plot.style import CONTRAST, styled

ORDER = "GAVLIMFWYPCSTNQHKRDE"  # alike beside alike
ACROSS = 130  # residues in a row of panels
MOST_ROWS = 12  # of panels; a longer protein is drawn more densely


@styled
def substitution_map(ratio: np.ndarray, sequence: str, title: str, *, marked: tuple[int, str] | None = None) -> Figure:
    """Log ratio of every substitution: residues from left to right, amino acids from top to bottom.

    ratio : (L, 20) in the order of `AMINO_ACIDS`, natural log p(mutant) / p(wild type); NaN where nothing is changed.
    marked : residue (0-based) and mutant to put a frame around. Orange: likelier than what stands there; blue: less;
        dots: what stands there. Colours end at the 1st and the 99th percentile, the same distance from 0.
    """
    length = len(sequence)
    across = max(ACROSS, -(-length // MOST_ROWS))
    across = -(-length // -(-length // across))  # as many in each row
    parts = [slice(a, min(a + across, length)) for a in range(0, length, across)]
    limit = max(float(np.nanquantile(np.abs(ratio), 0.99)), 1e-9)
    figure, axes = plt.subplots(
        len(parts), 1, figsize=(10, 2.3 * len(parts) + 0.6), layout="constrained", squeeze=False
    )
    order = [AMINO_ACIDS.index(c) for c in ORDER]
    image = None
    for ax, part in zip(axes[:, 0], parts, strict=True):
        shown = ratio[part][:, order].T
        image = ax.imshow(
            shown, cmap=CONTRAST, vmin=-limit, vmax=limit, aspect="auto", interpolation="nearest",
            extent=(part.start + 0.5, part.stop + 0.5, len(ORDER) - 0.5, -0.5),
        )  # fmt: skip
        wild = [(i + 1, ORDER.index(c)) for i, c in enumerate(sequence[part], part.start) if c in ORDER]
        ax.plot(*zip(*wild, strict=True), ".", color="black", markersize=1.6)
        ax.set_yticks(range(len(ORDER)), list(ORDER), fontsize=5.5)
        ax.tick_params(axis="y", length=0)
        ax.set_xlim(part.start + 0.5, part.start + across + 0.5)
        if marked and part.start <= marked[0] < part.stop:
            x, y = marked[0] + 0.5, ORDER.index(marked[1]) - 0.5
            ax.add_patch(Rectangle((x, y), 1, 1, fill=False, edgecolor="black", linewidth=1.4))
    axes[-1, 0].set_xlabel("residue (1 = first of the sequence)")
    axes[0, 0].set_title(title)
    figure.colorbar(image, ax=axes[:, 0].tolist(), label="log p(mutant) − log p(wild type)", shrink=0.8)
    return figure
