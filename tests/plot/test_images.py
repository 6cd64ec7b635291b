"""Every kind of figure looks as it did: pictures under `baseline`, made anew by `make pictures` and looked at.

Fonts are matplotlib's own DejaVu Sans, the backend is Agg, and matplotlib's version is in `constraints.txt`, so that on
one machine a picture is the same to the pixel. The tolerance, a root mean square of 2 of 256 shades, allows for how
other processors round at the edges of lines; a curve that moves by its own width is 5 and more.
"""

import pytest
from matplotlib import pyplot as plt

from regard.plot.style import STYLE
from tests.plot.drawn import PICTURES

SAME = {
    "baseline_dir": "baseline",
    "tolerance": 2,
    "backend": "agg",
    "style": ["default", STYLE | {"font.family": ["DejaVu Sans"]}],
    "savefig_kwargs": {"dpi": 55, "metadata": {"Software": None}},
}


@pytest.mark.parametrize("kind", PICTURES)
@pytest.mark.mpl_image_compare(**SAME)
def test_looks_as_it_did(kind):
    plt.close("all")
    return PICTURES[kind]()
