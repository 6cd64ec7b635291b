"""Where an AUPRC of .75 comes from: a gold of two edges among 21, drawn without looking at the data."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from benchmarks import Row
from regard.data.expression import Expression
from regard.judge.metrics import Ranking, average_precision
from regard.predictors.edges import infer

# What a loader makes up when the files are not there: normal noise for 100 samples of ten genes, the
# first three as regulators of the other seven, and a gold that has nothing to do with the noise.
SAMPLES, GENES, REGULATORS, POSITIVES = 100, 10, 3, 2
EDGES = (GENES - REGULATORS) * REGULATORS
CLAIMED = {"the diagonal": 0.75, "GENIE3": 0.11, "GRNBoost2": 0.14}
DRAWS, TRIES = 2000, 12  # as many tries as TabPFN has layers


def run(draws: int = DRAWS) -> Iterator[Row]:
    case = f"{POSITIVES} of {EDGES} edges"
    every = np.array([places_auprc(p) for p in combinations(range(1, EDGES + 1), POSITIVES)])
    yield Row(case, "random ranking", "auprc", every.mean(), *np.quantile(every, [0.05, 0.95]))
    for name, value in CLAIMED.items():
        yield Row(case, f"random ranking, at least {name}'s", "share", share(every, value))
    for name, scores in {"pearson on noise": pearson, "one score a regulator": one_score_a_regulator}.items():
        found = np.array([auprc_of_draw(scores, seed) for seed in range(draws)])
        yield Row(case, name, "auprc", found.mean(), *np.quantile(found, [0.05, 0.95]))
        yield Row(case, f"{name}, at least .75", "share", share(found, 0.75))
        reached = np.flatnonzero(np.isclose(found, 0.75))
        if len(reached):
            yield Row(case, f"{name}, first seed of .75", "seed", reached[0])
    best = [
        max(auprc_of_draw(one_score_a_regulator, seed, turn) for turn in range(TRIES)) for seed in range(draws // 4)
    ]
    yield Row(case, f"one score a regulator, best of {TRIES} tries at least .75", "share", share(np.array(best), 0.75))


def places_auprc(places: tuple[int, ...]) -> float:
    """Average precision when the positives stand at these places of the ranking: 1 and 4 give .75."""
    return float(np.mean([hit / place for hit, place in enumerate(places, 1)]))


def share(values: np.ndarray, limit: float) -> float:
    return float((np.round(values, 2) >= limit).mean())


def random_gold(rng: np.random.Generator) -> np.ndarray:
    """Two edges of one regulator, bool, shape (targets, regulators)."""
    gold = np.zeros((GENES - REGULATORS, REGULATORS), dtype=bool)
    gold[rng.choice(GENES - REGULATORS, POSITIVES, replace=False), rng.integers(REGULATORS)] = True
    return gold


def auprc_of_draw(scores, seed: int, turn: int = 0) -> float:
    """AUPRC of scores against a gold of this seed; another turn is another try on the same gold."""
    gold, rng = random_gold(np.random.default_rng(seed)), np.random.default_rng([seed, turn, 1])
    return average_precision(Ranking(scores(rng).ravel()), gold.ravel())


def one_score_a_regulator(rng: np.random.Generator) -> np.ndarray:
    """Like a diagonal that hardly depends on the target: a level for each regulator, and a little noise."""
    level = rng.uniform(0.1, 0.6, REGULATORS)
    return level + rng.normal(0, 0.005, (GENES - REGULATORS, REGULATORS))


def pearson(rng: np.random.Generator) -> np.ndarray:
    """Correlation in noise: a real method on data that hold nothing."""
    genes = [f"G_{i:03d}" for i in range(GENES)]
    expression = Expression(rng.normal(size=(SAMPLES, GENES)), genes, [str(i) for i in range(SAMPLES)])
    return infer("pearson", expression, regulators=list(range(REGULATORS))).scores[REGULATORS:, :REGULATORS]
