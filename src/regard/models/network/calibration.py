"""What was fitted to a finished network model: does an edge activate, and how likely is it there?

A JSON beside the weights, written by training/network/calibrate.py.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from regard.core.store import sha256
from regard.core.whole import write_whole
from regard.errors import InputError


@dataclass(frozen=True)
class Calibration:
    """Two readings of a model's output, both logistic.

    maps, bias, correlation : logit that an edge activates, if there is one: weights of what the model's read-out sees
        of the pair, (4 · maps,), a constant, and the weight of Pearson's correlation.
    edge : for each reading, slope and constant: logit that there is an edge, of the reading's own logit.
    weights : SHA-256 of the model's file.
    """

    maps: list[float]
    bias: float
    correlation: float
    edge: dict[str, tuple[float, float]]
    weights: str

    def activates(self, seen: np.ndarray, correlation: np.ndarray) -> np.ndarray:
        """Logit that each edge activates, (target, regulator), of what the read-out sees, (…, …, 4 · maps)."""
        return seen @ np.array(self.maps, dtype=seen.dtype) + self.bias + self.correlation * correlation

    def write(self, weights: Path) -> None:
        rounded = asdict(self) | {"maps": [float(f"{one:.5g}") for one in self.maps]}
        write_whole(beside(weights), json.dumps(rounded, indent=1) + "\n")


def beside(weights: Path) -> Path:
    return weights.with_suffix(".json")


def calibration_of(weights: Path) -> Calibration | None:
    """What was fitted to the model in this file; None where nothing was.

    Raises InputError where the JSON is none of ours, or was fitted to other weights.
    """
    path = beside(weights)
    if not path.is_file():
        return None
    try:
        found = Calibration(**json.loads(path.read_text(encoding="utf-8")))
    except (TypeError, ValueError) as error:
        raise InputError(f"{path}: training/network/calibrate.py writes no such file; remove it") from error
    if found.weights != sha256(weights):
        raise InputError(
            f"{path}: fitted to other weights than {weights.name}; run training/network/calibrate.py {weights}"
        )
    return found
