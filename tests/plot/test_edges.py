import os
import subprocess
import sys

DRAWING = """
import sys
import numpy as np
from regard.core.edges import Edges
from regard.plot.edges import drawing
from regard.plot.style import save
from pathlib import Path
scores = np.random.default_rng(0).random((9, 9))
np.fill_diagonal(scores, np.nan)
save(drawing(Edges("toy", [f"gene{i}" for i in range(9)], scores)), Path(sys.argv[1]), page=False)
"""


def test_a_network_is_drawn_alike_in_every_process(tmp_path):
    """Python orders sets of words differently from process to process."""
    drawn = set()
    for number in "123":
        env = os.environ | {"PYTHONHASHSEED": number}
        subprocess.run([sys.executable, "-c", DRAWING, tmp_path / "x.svg"], check=True, env=env, timeout=120)
        drawn.add((tmp_path / "x.svg").read_bytes())
    assert len(drawn) == 1
