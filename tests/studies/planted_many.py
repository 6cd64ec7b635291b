"""Scores of sixty sequences in which everything that a question can find was put by hand."""

import numpy as np
import pandas as pd

from regard.core.scores import PositionScores
from regard.data.sequences import decode
from regard.models.initiation.strength import Reading
from regard.studies.dna.answers import Many
from regard.studies.dna.evidence import MEAN_OF_HEADS, mean_of
from regard.studies.dna.initiation import CrossCheck
from regard.studies.tasks import task_of
from tests.models.initiation.test_model import small

LENGTH, EACH = 60, 30
HEADS = [f"block {b} head {h}" for b in range(1, 5) for h in range(1, 5)]


def planted_many(task="promoter", labelled=True, classes=None) -> Many:
    """Block 3 head 2 attends to bases 40 to 49 of the first class; block 1 is diffuse and near, block 4 focused and
    far; block 2 head 1 is more focused in the first class; the first class initiates, the last does not."""
    rng = np.random.default_rng(0)
    classes = classes or list(reversed(task_of(task).classes))
    groups = {c: [f"{c} {i}" for i in range(EACH)] for c in classes}
    ids = [i for of in groups.values() for i in of]
    first = np.array([i.startswith(classes[0]) for i in ids])
    received, entropy, distance = {}, {}, {}
    for head in HEADS:
        block = int(head[6])
        values = rng.normal(0, 0.3, (len(ids), LENGTH))
        values[first, 40:50] += 2 * (head == "block 3 head 2")
        received[head] = PositionScores(ids, list(values), head)
        level = {1: 0.9, 4: 0.3}.get(block, 0.6) + rng.normal(0, 0.02, len(ids))
        level[first] -= 0.1 * (head == "block 2 head 1")
        entropy[head] = PositionScores(ids, [np.full(LENGTH, v) for v in level], head)
        distance[head] = PositionScores(
            ids, [np.full(LENGTH, 10.0 * block + e) for e in rng.normal(size=len(ids))], head
        )
    for scores in (received, entropy, distance):
        scores[MEAN_OF_HEADS] = mean_of(list(scores.values()), MEAN_OF_HEADS)
    texts = [decode(rng.integers(0, 4, LENGTH).astype(np.uint8)) for _ in ids]
    rows = pd.DataFrame(
        {"sequence": texts, "tss": pd.array([45] * len(ids), dtype="Int64")}, index=pd.Index(ids, name="id")
    )
    level = {c: v for c, v in zip(classes, np.linspace(3, 1, len(classes)), strict=True)}
    readings = {
        i: Reading(
            np.zeros((1, LENGTH)), np.zeros((4, LENGTH)), "random", level[i.rsplit(" ", 1)[0]] + rng.normal(0, 0.3)
        )
        for i in ids
    }
    check = CrossCheck("a planted model", "words", small())
    twins = [untrained(ids, draw) for draw in range(9)]
    return Many(task_of(task), rows, groups, labelled, received, entropy, distance, check, readings, 0, twins=twins)


def untrained(ids: list[str], seed: int) -> list[dict[str, PositionScores]]:
    """Received attention, entropy and distance of a model whose heads know nothing, and do not differ by block."""
    rng, three = np.random.default_rng(seed + 100), []
    for level, spread in ((0, 0.3), (0.6, 0.02), (25, 1)):
        heads = {
            head: PositionScores(ids, list(level + rng.normal(0, spread, (len(ids), LENGTH))), head) for head in HEADS
        }
        three.append(heads | {MEAN_OF_HEADS: mean_of(list(heads.values()), MEAN_OF_HEADS)})
    return three
