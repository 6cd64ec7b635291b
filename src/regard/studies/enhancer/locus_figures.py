"""The figures of a locus: one a transcription start."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from regard.data.regions import other_spelling
from regard.plot.locus import Track, plot_locus
from regard.plot.style import BLUE, ORANGE
from regard.report.kept import kept
from regard.report.page import Figure
from regard.studies.enhancer.locus_result import Locus, Result
from regard.studies.enhancer.locus_words import UNTRAINED

SHOWN_LOCI = 6


def tracks_of(result: Result, locus: Locus) -> list[Track]:
    """Signals in orange, what the model says in blue."""
    region, made = result.region, []
    for name, values in result.signals.items():
        edges = np.linspace(region.start, region.start + len(values) * max(1, region.length // 1000), len(values) + 1)
        made.append(Track(name, edges, values, colour=ORANGE, unit="signal"))
    start, size = locus.placed.region.start, result.model.bin
    edges = start + np.arange(result.model.bins + 1) * size
    if locus.prediction is not None:
        unit = "per bin" if result.model.profile else "window's log odds"
        made.append(Track("prediction", *locus.prediction, colour=BLUE, unit=unit))
    units = {"gradient × input": "absolute", "attention": "share", "shuffling": "fall of output"}
    for name, values in locus.tracks.items():
        over = None if result.beside is None else result.beside.along(name, locus.name)
        made.append(Track(name, edges, values, colour=BLUE, unit=units[name], over=over))
    return made


def figures(result: Result, folder: Path) -> list[Figure]:
    """One figure a transcription start."""
    made = []
    for number, locus in enumerate(result.loci[:SHOWN_LOCI], 1):
        target = locus.placed.target
        picture = plot_locus(
            result.region,
            tracks_of(result, locus),
            elements=result.elements,
            validated=locus.tested,
            genes=None if result.genes is None else of_chromosome(result.genes, result.region.chrom),
            tss=target.position,
            contacts=result.contacts,
            title=f"{locus.name} ({target.strand}), {result.model.name}",
            note="" if result.model.trained else UNTRAINED,
        )
        caption = (
            f"{locus.name}: measured signals in orange, what {result.model.name} says in blue; elements, validated "
            "enhancers (orange boxes) and genes below, pale stripes through all tracks. Scores are where the model's "
            "window lies."
        )
        if result.contacts is not None:
            caption += f" Above: measured contacts ({result.contacts[2]}), darker is more."
        if result.beside is not None:
            caption += " Black lines: the same in another run, on a scale of their own."
        made.append(kept(picture, folder, f"locus{number}", caption, result.evidence))
    return made


def of_chromosome(genes: pd.DataFrame, chrom: str) -> pd.DataFrame:
    return genes[genes.chrom.isin([chrom, other_spelling(chrom)])]
