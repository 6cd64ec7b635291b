"""Do the scores at a gene fall on elements, and on the validated ones among them?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from regard.annotate.bed import inside
from regard.core.evidence import evidence
from regard.core.scores import Annotations, PositionScores
from regard.judge.compare import compare
from regard.models.genomic import GenomicModel

DISTANCE = "distance to the TSS"


def gather(
    loci: list, validated: pd.DataFrame | None, model: GenomicModel, random: list[list], seed: int
) -> pd.DataFrame:
    """Evidence of two kinds, each where its labels were given.

    Bins of the window against elements (validated ones where no others were given), and elements against the
    validated ones among them. The baseline is being near; `random` holds the same loci read with random weights.
    """
    tables, with_elements = [], [one for one in loci if one.elements is not None and len(one.elements) > 1]
    candidates = [one.elements for one in loci]
    if candidates[0] is not None or validated is not None:
        name = "elements" if candidates[0] is not None else "validated enhancers"
        labels = [
            covered(model, one.placed.region, validated if table is None else table)
            for one, table in zip(loci, candidates, strict=True)
        ]
        tables.append(of_bins(loci, Annotations([one.name for one in loci], labels, name), model, random, seed))
    if validated is not None and with_elements:
        tables.append(of_elements(with_elements, random, seed))
    return pd.concat(tables, ignore_index=True) if tables else evidence([])


def of_bins(loci: list, known: Annotations, model: GenomicModel, random: list[list], seed: int) -> pd.DataFrame:
    """Every bin of the model's window against what covers it."""

    def scores(of: list, method: str) -> PositionScores:
        return PositionScores(known.ids, [one.tracks[method] for one in of], method)

    methods = list(loci[0].tracks)
    starts = [one.placed.region.start + (np.arange(model.bins) + 0.5) * model.bin for one in loci]
    near = [-np.abs(s - one.placed.target.position) for s, one in zip(starts, loci, strict=True)]
    weights = {m: [scores(drawn, m) for drawn in random] for m in methods if random and m in random[0][0].tracks}
    return compare(
        [scores(loci, method) for method in methods],
        known,
        random_weights=weights,
        baselines=[PositionScores(known.ids, near, DISTANCE)],
        study="enhancer",
        item=f"bins of {model.bin} bp at {', '.join(known.ids[:3])}{' …' if len(known) > 3 else ''}",
        seed=seed,
    )


def of_elements(loci: list, random: list[list], seed: int) -> pd.DataFrame:
    """Every element of the model's window against whether it was validated."""
    ids = [one.name for one in loci]
    methods = [name for name in loci[0].tracks if name in loci[0].elements]
    methods += [name for name in ("shuffling",) if name in loci[0].elements and name not in methods]

    def scores(of: list, method: str) -> PositionScores:
        by_name = {one.name: one for one in of}
        return PositionScores(ids, [by_name[i].elements[method].to_numpy(float) for i in ids], method)

    known = Annotations(ids, [one.elements.validated.to_numpy(bool) for one in loci], "validated enhancers")
    near = [-one.elements.distance.to_numpy(float) for one in loci]
    weights = {m: [scores(drawn, m) for drawn in random] for m in methods if random and m in random[0][0].elements}
    return compare(
        [scores(loci, method) for method in methods],
        known,
        random_weights=weights,
        baselines=[PositionScores(ids, near, DISTANCE)],
        study="enhancer",
        item=f"elements at {', '.join(ids[:3])}{' …' if len(ids) > 3 else ''}",
        seed=seed,
    )


def covered(model: GenomicModel, region, table: pd.DataFrame) -> np.ndarray:
    """Which bins have their middle in an interval, bool, shape (bins,)."""
    middle, out = (np.arange(model.bins) + 0.5) * model.bin + region.start, np.zeros(model.bins, dtype=bool)
    for row in inside(table, region).itertuples():
        out |= (middle >= row.start) & (middle < row.end)
    return out
