import io
import os
import pkgutil
import subprocess
import sys

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot as plt
from PIL import Image

import regard.plot
from regard.plot.style import CONTRAST, STYLE, in_few_colours, save
from regard.plot.variants import head_changes

MODULES = [f"regard.plot.{module.name}" for module in pkgutil.iter_modules(regard.plot.__path__)]
IMPORTING = """
import sys
from importlib import import_module
import matplotlib
from matplotlib import pyplot
matplotlib.rcParams["font.size"] = 13
def seen():
    return {name: value for name, value in matplotlib.rcParams.copy().items() if name != "backend"}
before, backend = seen(), matplotlib.get_backend(auto_select=False)
for name in sys.argv[1:]:
    import_module(name)
assert seen() == before, {name for name, value in seen().items() if value != before[name]}
assert matplotlib.get_backend(auto_select=False) == backend, (backend, matplotlib.get_backend(auto_select=False))
print(pyplot.subplots()[0].canvas.__class__.__name__)
"""


@pytest.mark.parametrize(("backend", "canvas"), [(None, "FigureCanvasAgg"), ("svg", "FigureCanvasSVG")])
def test_importing_us_leaves_matplotlib_as_it_was(backend, canvas):
    """And without a display pyplot finds a backend that needs none, by itself."""
    headless = {k: v for k, v in os.environ.items() if k not in ("MPLBACKEND", "DISPLAY", "WAYLAND_DISPLAY")}
    if backend:
        headless["MPLBACKEND"] = backend
    command = [sys.executable, "-c", IMPORTING, *MODULES]
    done = subprocess.run(command, capture_output=True, text=True, env=headless, timeout=120)
    assert done.returncode == 0, done.stderr
    if sys.platform == "linux":  # elsewhere there is always a display
        assert done.stdout.strip() == canvas


def test_our_figures_look_the_same_whatever_the_users_style(tmp_path):
    changes = np.random.default_rng(0).normal(size=(4, 12))

    def drawn(name):
        save(head_changes(changes, 2, 3, "title"), tmp_path / name)
        return (tmp_path / name).read_bytes()

    with plt.rc_context():
        plt.rcdefaults()
        plain = drawn("plain.svg")
    with plt.rc_context(
        {"font.size": 20, "axes.spines.top": True, "svg.fonttype": "path", "ytick.labelsize": "medium"}
    ):
        before = matplotlib.rcParams.copy()
        assert drawn("loud.svg") == plain
        assert matplotlib.rcParams == before


def test_the_style_is_not_what_matplotlib_has_anyway():
    assert all(matplotlib.rcParamsDefault[name] != value for name, value in STYLE.items() if name != "figure.dpi")


def test_a_picture_on_the_page_has_few_colours_and_looks_the_same(tmp_path):
    rng = np.random.default_rng(0)
    figure, ax = plt.subplots()
    ax.imshow(rng.normal(size=(40, 40)), cmap=CONTRAST)
    figure.canvas.draw()
    exact = np.asarray(figure.canvas.buffer_rgba())[..., :3]
    few = in_few_colours(exact)
    assert few.mode == "P"
    shown = np.asarray(few.convert("RGB"))
    assert (shown[0, 0] == 255).all()
    assert np.abs(shown.astype(int) - exact).max() <= 48
    assert np.abs(shown.astype(int) - exact).mean() < 3
    png = save(figure, tmp_path / "x.svg")
    assert Image.open(io.BytesIO(png)).mode == "P"


def test_a_picture_without_white_keeps_its_colours():
    pixels = np.zeros((4, 4, 3), dtype=np.uint8)
    pixels[2:] = (217, 115, 13)
    assert np.abs(np.asarray(in_few_colours(pixels).convert("RGB")).astype(int) - pixels).max() <= 8
