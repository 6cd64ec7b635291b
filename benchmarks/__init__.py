"""Every figure in the README and the docs is a row of one of these: `python -m benchmarks` lists them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from regard.errors import InputError

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results"
SPLITS = ROOT / "training" / "dna" / "splits"
DNA_GPT = ROOT / "src" / "regard" / "models" / "weights" / "dna_gpt.safetensors"


class Row(NamedTuple):
    """One figure, its 95 % interval where there is one, and the seconds it took."""

    case: str
    method: str
    metric: str
    value: float
    low: float = np.nan
    high: float = np.nan
    seconds: float = np.nan


def data() -> Path:
    """The folder with dna/, network/ and so on, from $REGARD_DATA."""
    folder = os.environ.get("REGARD_DATA")
    if not folder:
        raise InputError("REGARD_DATA is not set: it names the folder that holds dna/human_chr22.fa.gz and so on")
    if not Path(folder).is_dir():
        raise InputError(f"REGARD_DATA is {folder!r}: no such folder")
    return Path(folder)


def chromosomes() -> Path | None:
    """What the promoter model learnt from besides chr22, as training/dna/chromosomes.py writes it: $REGARD_CHROMOSOMES.

    So that what it is held against learns from it, too; without it the others learn from less than the model did.
    """
    file = os.environ.get("REGARD_CHROMOSOMES")
    if file and not Path(file).is_file():
        raise InputError(f"REGARD_CHROMOSOMES is {file!r}: no such file")
    return Path(file) if file else None


def interval(
    statistic: Callable[[np.ndarray], float], cluster: np.ndarray, *, resamples: int = 500, seed: int = 0
) -> tuple[float, float]:
    """2.5 and 97.5 % of a statistic under a bootstrap of whole clusters.

    Parameters
    ----------
    statistic : of weights, shape (items,): how often each item was drawn.
    cluster : int, shape (items,); items of one number are drawn together.
    """
    _, cluster = np.unique(cluster, return_inverse=True)
    n, rng = cluster.max() + 1, np.random.default_rng(seed)
    draws = (np.bincount(rng.integers(0, n, n), minlength=n)[cluster] for _ in range(resamples))
    low, high = np.nanpercentile([statistic(weights) for weights in draws], [2.5, 97.5])
    return float(low), float(high)
