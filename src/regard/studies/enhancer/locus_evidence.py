"""Do the scores at a gene fall on elements, and on the validated ones among them?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from regard.annotate.bed import inside
from regard.core.evidence import stacked
from regard.core.scores import Annotations, PositionScores
from regard.judge.compare import compare
from regard.judge.groups import overlapping
from regard.judge.nuisance import bumps, share
from regard.judge.rules import FEWEST_GROUPS, Words
from regard.models.genomic import GenomicModel
from regard.predictors.composition import gc_and_cpg
from regard.studies.enhancer.locus_result import Locus

BINS = Words("labels turned within their window", "distance to the TSS, GC and CpG", "loci")
ELEMENTS = Words("labels turned among the elements of a window", "distance to the TSS, length, GC and CpG", "loci")
AROUND = 2  # bins to each side whose composition is taken out as well
PLACES = 12  # splines of the distance to the TSS


def gather(loci: list[Locus], model: GenomicModel, random: list[list[Locus]], seed: int) -> pd.DataFrame:
    """Evidence of two kinds, each where its labels were given.

    Bins of the window against elements (validated ones where no others were given), and elements against the
    validated ones among them, beyond distance to the TSS, GC, CpG and the length of an element. `random` holds the
    same loci read with random weights; loci whose windows overlap count once.
    """
    tables = []
    if (known := bins_known(loci, model)) is not None:
        tables.append(of_bins(loci, known, model, random, seed))
    if some := with_validated(loci):
        tables.append(of_elements([loci[i] for i in some], [[drawn[i] for i in some] for drawn in random], seed))
    return stacked(tables)


def enough(loci: list[Locus], model: GenomicModel) -> bool:
    """Whether so many loci have labels that a verdict is possible, and random weights are worth reading."""
    known = bins_known(loci, model)
    of_bins = [] if known is None else [i for i, labels in enumerate(known.values) if labels.any()]
    of_elements = [i for i in with_validated(loci) if table_of(loci[i]).validated.any()]
    return any(len(set(apart(loci)[some])) >= FEWEST_GROUPS for some in (of_bins, of_elements) if some)


def apart(loci: list[Locus]) -> np.ndarray:
    """A number for each locus that loci whose windows overlap share."""
    return overlapping([[one.placed.region] for one in loci])


def bins_known(loci: list[Locus], model: GenomicModel) -> Annotations | None:
    """Which bins lie in elements, or in validated enhancers where no elements were given."""
    if loci[0].elements is None and loci[0].validated is None:
        return None
    tables = [one.validated if one.elements is None else one.elements for one in loci]
    name = "validated enhancers" if loci[0].elements is None else "elements"
    labels = [covered(model, one.placed.region, table) for one, table in zip(loci, tables, strict=True)]
    return Annotations([one.name for one in loci], labels, name)


def with_validated(loci: list[Locus]) -> list[int]:
    """Which loci have elements of which it is said whether they are validated."""
    tables = [one.elements for one in loci]
    return [i for i, table in enumerate(tables) if table is not None and "validated" in table and len(table) > 1]


def table_of(one: Locus) -> pd.DataFrame:
    """The elements of a locus that `with_validated` chose."""
    assert one.elements is not None
    return one.elements


def of_bins(
    loci: list[Locus], known: Annotations, model: GenomicModel, random: list[list[Locus]], seed: int
) -> pd.DataFrame:
    """Every bin of the model's window that has letters against what covers it."""
    methods, there = list(loci[0].tracks), [one.placed.read(model.bin) for one in loci]

    def scores(of: list[Locus]) -> list[PositionScores]:
        kept = list(zip(of, there, strict=True))
        return [PositionScores(known.ids, [one.tracks[m][read] for one, read in kept], m) for m in methods]

    return compare(
        scores(loci),
        Annotations(known.ids, [one[read] for one, read in zip(known.values, there, strict=True)], known.name),
        features=[features_of_bins(one, model)[read] for one, read in zip(loci, there, strict=True)],
        twins=[scores(drawn) for drawn in random],
        groups=apart(loci),
        words=BINS,
        study="enhancer",
        item=f"bins of {model.bin} bp at {', '.join(known.ids[:3])}{' …' if len(known) > 3 else ''}",
        seed=seed,
    )


def of_elements(loci: list[Locus], random: list[list[Locus]], seed: int) -> pd.DataFrame:
    """Every element of the model's window against whether it was validated."""
    ids = [one.name for one in loci]
    methods = [name for name in dict.fromkeys([*loci[0].tracks, "shuffling"]) if name in table_of(loci[0])]

    def scores(of: list[Locus]) -> list[PositionScores]:
        return [PositionScores(ids, [table_of(one)[m].to_numpy(float) for one in of], m) for m in methods]

    return compare(
        scores(loci),
        Annotations(ids, [table_of(one).validated.to_numpy(bool) for one in loci], "validated enhancers"),
        features=[features_of_elements(one) for one in loci],
        twins=[scores(drawn) for drawn in random],
        groups=apart(loci),
        words=ELEMENTS,
        study="enhancer",
        item=f"elements at {', '.join(ids[:3])}{' …' if len(ids) > 3 else ''}",
        seed=seed,
    )


def features_of_bins(one: Locus, model: GenomicModel) -> np.ndarray:
    """What needs no model of a bin: distance to the TSS along the gene, GC and CpG in it and about it."""
    middle = one.placed.region.start + (np.arange(model.bins) + 0.5) * model.bin
    away = sided(middle, one)
    top = np.log1p(model.length)
    inside_bin = letters(one).reshape(model.bins, model.bin, 2).mean(axis=1)
    place = bumps((away[:, 1] - away[:, 0] + top) / (2 * top), 1.0, PLACES)
    return np.hstack([away, place, inside_bin, share(inside_bin, AROUND, AROUND)])


def features_of_elements(one: Locus) -> np.ndarray:
    """What needs no model of an element: distance to the TSS along the gene, length, GC and CpG."""
    start, end = (table_of(one)[side].to_numpy(float) for side in ("start", "end"))
    hit, first = letters(one), one.placed.region.start
    spans = np.clip(np.stack([start, end], 1).astype(int) - first, 0, len(hit))
    made_of = np.array([hit[a:b].mean(axis=0) for a, b in spans])
    return np.hstack([sided((start + end) / 2, one), np.log(end - start)[:, None], made_of])


def letters(one: Locus) -> np.ndarray:
    """GC and CpG of each base of the window, in the order of the chromosome, (length, 2)."""
    return one.placed.along(gc_and_cpg(one.placed.codes).T).T


def sided(places: np.ndarray, one: Locus) -> np.ndarray:
    """Log distance upstream and downstream of the TSS, (places, 2); 0 on the other side."""
    away = (places - one.placed.target.position) * (-1 if one.placed.target.strand == "-" else 1)
    return np.log1p(np.stack([np.maximum(-away, 0), np.maximum(away, 0)], 1))


def covered(model: GenomicModel, region, table: pd.DataFrame) -> np.ndarray:
    """Which bins have their middle in an interval, bool, shape (bins,)."""
    middle, out = (np.arange(model.bins) + 0.5) * model.bin + region.start, np.zeros(model.bins, dtype=bool)
    for row in inside(table, region).itertuples():
        out |= (middle >= row.start) & (middle < row.end)
    return out
