"""Fit how likely an edge of the consensus is: consensus.py; prints SLOPE and CONSTANT of studies/network/consensus.py.

On the first eight networks of each simulator that no training uses; the benchmark `probability` measures others. Beside
them the mean error of probabilities on each simulator where it was left out. Ten minutes of one core.
"""

import tempfile
import zlib
from pathlib import Path

import numpy as np
from benchmarks._simulators import SIMULATORS
from benchmarks.strangers import SEED, fewer_trees
from scipy.optimize import minimize
from scipy.special import expit, logit

from regard.judge.calibration import calibration_error
from regard.studies.network.consensus import CONSENSUS, candidates
from regard.studies.network.methods import run_methods

NETWORKS = range(8)


def read(table) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Logit of each candidate's score less the logarithm of a target's candidates; is it an edge; 1 / genes."""
    expression, gold, regulators, _ = table
    with tempfile.TemporaryDirectory() as kept:
        how = {"regulators": regulators, "model": None, "seed": 0, "threads": 1, "kept": Path(kept)}
        found = run_methods([CONSENSUS.name], expression, **how, begin=lambda _: lambda _: None)[CONSENSUS.name]
    there = ~np.isnan(found.values)
    columns = np.arange(len(gold)) if regulators is None else np.unique(regulators)
    score = logit(found.values[there].astype(float))
    share = np.full(len(score), 1 / len(gold))
    return score, np.full(len(score), np.log(candidates(found))), gold[:, columns][there], share


def fitted(tables: list) -> tuple[float, float]:
    """Slope and constant; the logarithm of the number of candidates is taken off as it is."""
    score, many, edge, share = (np.concatenate(part) for part in zip(*tables, strict=True))

    def loss(at: np.ndarray) -> float:
        return share @ binary_cross_entropy(edge, at[0] * score + at[1] - many)

    slope, constant = minimize(loss, [1.0, 0.0]).x
    return float(slope), float(constant)


def binary_cross_entropy(edge: np.ndarray, odds: np.ndarray) -> np.ndarray:
    """Of a logit for each candidate."""
    return np.logaddexp(0, np.where(edge, -odds, odds))


def error(tables: list, slope: float, constant: float) -> float:
    score, many, edge, _ = (np.concatenate(part) for part in zip(*tables, strict=True))
    return calibration_error(expit(slope * score + constant - many), edge)


if __name__ == "__main__":
    with fewer_trees():
        found = {
            name: [read(simulate([SEED, zlib.crc32(name.encode()), number])) for number in NETWORKS]
            for name, simulate in SIMULATORS.items()
        }
    for name, tables in found.items():
        others = [one for other, more in found.items() if other != name for one in more]
        print(f"{name}: off by {error(tables, *fitted(others)):.3f} where it was left out")
    slope, constant = fitted([one for tables in found.values() for one in tables])
    print(f"SLOPE, CONSTANT = {slope:.3f}, {constant:.3f}")
