"""What a substitution changes, head by head."""

from __future__ import annotations

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from regard.plot.style import CONTRAST, styled


@styled
def head_changes(received: np.ndarray, layers: int, position: int, title: str) -> Figure:
    """Change of attention received, heads as rows and residues as columns; the substitution is marked.

    received : (heads, L), mutant minus wild type, layer by layer. Colours end at the 99.5th percentile.
    """
    count, length = received.shape
    limit = max(float(np.quantile(np.abs(received), 0.995)), 1e-9)
    figure, ax = plt.subplots(figsize=(10, min(7.0, 1.4 + 0.045 * count)), layout="constrained")
    extent = (0.5, length + 0.5, count - 0.5, -0.5)
    image = ax.imshow(
        received, cmap=CONTRAST, vmin=-limit, vmax=limit, aspect="auto", extent=extent, interpolation="nearest"
    )
    each = count // layers
    for layer in range(1, layers):
        ax.axhline(layer * each - 0.5, color="black", linewidth=0.4)
    shown = range(0, layers, max(1, layers // 12))
    ax.set_yticks([(layer + 0.5) * each - 0.5 for layer in shown], [str(layer + 1) for layer in shown])
    ax.tick_params(axis="y", length=0)
    ax.axvline(position + 1, color="black", linewidth=0.8, linestyle=":")
    ax.set_ylabel("layer (a row a head)")
    ax.set_xlabel("residue (1 = first of the sequence)")
    ax.set_title(title)
    figure.colorbar(image, ax=ax, label="attention received,\nmutant − wild type")
    return figure
