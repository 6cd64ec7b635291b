"""Are probabilities what they say? The share that is right over what was said."""

from __future__ import annotations

from itertools import cycle

import numpy as np
from matplotlib.axes import Axes

from regard.judge.calibration import bins_of
from regard.plot.curves import LINES
from regard.plot.style import GREY

FEWEST = 10  # of a bin that is drawn


def reliability(ax: Axes, said: dict[str, tuple[np.ndarray, np.ndarray]], *, least: float = 0.0) -> Axes:
    """A curve for each name, of probabilities and of what came true, both (n,); on the diagonal they are calibrated.

    least : the smallest probability that can be said. A point stands for at least ten of a tenth of the range.
    """
    ax.plot([least, 1], [least, 1], color=GREY, lw=0.8, ls=":")
    for (name, (probability, true)), (colour, dash) in zip(said.items(), cycle(LINES), strict=False):
        count, mean, share = bins_of(probability, true, least=least)
        drawn = count >= FEWEST
        ax.plot(mean[drawn], share[drawn], color=colour, ls=dash, lw=1.3, marker="o", ms=3, label=name)
    ax.set(xlim=(least, 1), ylim=(0, 1.02))
    ax.legend(fontsize=7, loc="lower right" if least else "upper left")  # where curves are not
    return ax
