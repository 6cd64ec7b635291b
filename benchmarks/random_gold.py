"""Where an AUPRC of .75 comes from: a gold of two edges among 21, drawn without looking at the data."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from benchmarks import Row
from regard.compare.metrics import Ranking, average_precision
from regard.core.expression import Expression
from regard.predictors.edges import infer

# What a loader makes up when the files are not there: normal noise for 100 samples of ten genes, the
# first three as regulators of the other seven, and a gold that has nothing to do with the noise.
SAMPLES, GENES, REGULATORS, POSITIVES = 100, 10, 3, 2
EDGES = (GENES - REGULATORS) * REGULATORS
CLAIMED = {"attention diagonal": 0.75, "GENIE3": 0.11, "GRNBoost2": 0.14}
DRAWS = 2000


def run(draws: int = DRAWS) -> Iterator[Row]:
    every = np.array([places_auprc(p) for p in combinations(range(1, EDGES + 1), POSITIVES)])
    yield Row(f"{POSITIVES} of {EDGES}", "random ranking", "auprc", every.mean(), *np.quantile(every, [0.05, 0.95]))
    for name, value in CLAIMED.items():
        yield Row(f"{POSITIVES} of {EDGES}", f"random ranking ≥ {name}'s {value}", "share", share(every, value))
    for case, scores in {
        "both of one regulator": one_score_a_regulator,
        "both of one regulator, random data": pearson,
    }.items():
        found = np.array(
            [auprc_of_draw(scores, seed) for seed in range(draws if scores is not pearson else draws // 10)]
        )
        name = "one score a regulator" if scores is one_score_a_regulator else "pearson"
        yield Row(case, name, "auprc", found.mean(), *np.quantile(found, [0.05, 0.95]))
        yield Row(case, f"{name} ≥ 0.75", "share", share(found, 0.75))
        reached = np.flatnonzero(np.isclose(found, 0.75))
        if len(reached):
            yield Row(case, f"{name}, first seed that gives 0.75", "seed", reached[0])


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


def auprc_of_draw(scores, seed: int) -> float:
    rng = np.random.default_rng(seed)
    gold = random_gold(rng)
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
