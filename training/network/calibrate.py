"""Fit signs and probabilities to a trained network model: calibrate.py WEIGHTS; writes a JSON beside the weights.

Up to 300 tables as in training, of seeds that neither training nor its held-out sets use; four minutes of one core.
"""

import sys
from pathlib import Path

import torch

from regard.models.network.calibration import beside
from regard.train.network_calibration import calibrate, draw

SEED = 2**31 + 5
TABLES = 300

if __name__ == "__main__":
    torch.set_num_threads(1)
    weights = Path(sys.argv[1])
    found = calibrate(weights, draw(range(TABLES), SEED))
    found.write(weights)
    print(beside(weights).read_text())
