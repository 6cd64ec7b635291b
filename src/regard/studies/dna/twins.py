"""Random twins: the same architecture with random weights, read on the same sequences."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import torch
from rich.progress import Progress

from regard.core.scores import PositionScores
from regard.models.reader import Reader
from regard.studies.dna.evidence import head_scores

TWINS = 9  # as many as make the bound on one more less than a third wider than it need be

Twin = list[dict[str, PositionScores]]  # for each pipeline, the scores of every head and their mean


def read_twins(
    model: Reader, rows: pd.DataFrame, pipelines: list[str], count: int, seed: int, progress: Progress
) -> list[Twin]:
    """Scores of `count` random twins, as many at a time as torch has threads."""
    bar = progress.add_task("random weights", total=count)
    # Made before any thread is: torch's random numbers are drawn from one generator for all threads.
    models = [model.untrained(seed * count + draw) for draw in range(count)] if model.untrained else []

    def read(one: Reader) -> Twin:
        found = head_scores(one, rows, pipelines)
        progress.advance(bar)
        return found

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # a model a thread: several threads a model would only wait for each other
    try:
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(read, models))
    finally:
        torch.set_num_threads(threads)
