"""A protein's backbone in space, one view a score: what a page shows where it cannot be turned."""

from __future__ import annotations

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from regard.plot.style import styled
from regard.plot.trace import trace


@styled
def in_space(positions: np.ndarray, scores: dict[str, np.ndarray], *, marked: np.ndarray | None, title: str) -> Figure:
    """The chain of Cα from one side, each residue coloured by its score, from its 2nd to its 98th percentile.

    positions : Å, (L, 3), NaN where not resolved. scores : (L,) each, NaN where there is none. marked : bool, (L,),
    residues with a ring.
    """
    figure, axes = plt.subplots(1, len(scores), figsize=(4.9 * len(scores), 4.0), layout="constrained", squeeze=False)
    figure.suptitle(title, fontsize=10)
    for ax, (name, values) in zip(axes[0], scores.items(), strict=True):
        low, high = limits_of(values)
        dots = trace(ax, positions, np.clip(values, low, high), least=low, limit=high, site=None, marked=marked)
        ax.set_title(name)
        figure.colorbar(dots, ax=ax, shrink=0.85)
    axes[0, 0].set_ylabel("Å")
    return figure


def limits_of(values: np.ndarray) -> tuple[float, float]:
    """Where the colours of a score begin and end: its 2nd and 98th percentile, so that no single residue sets them."""
    low, high = np.nanpercentile(values, [2, 98]) if np.isfinite(values).any() else (0.0, 1.0)
    return float(low), float(high) if high > low else float(low) + max(abs(low), 1.0) * 1e-6
