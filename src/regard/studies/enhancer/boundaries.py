"""Does attention know of TAD boundaries? That about them minus that about matched loci (Avsec et al. 2021, fig. 2c)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import torch
from rich.console import Console
from rich.progress import Progress

from regard.annotate.bed import inside, read_bed
from regard.annotate.genes import read_genes, remarks_of
from regard.attribute.contributions import attention_in
from regard.core.evidence import JUDGED, SUPPORTED
from regard.data.genome import open_genome
from regard.data.regions import Region
from regard.data.sequences import encode
from regard.errors import InputError, PipelineError
from regard.judge.boundaries import SIDE, boundary_evidence, least_elsewhere
from regard.judge.groups import overlapping
from regard.models.genomic import GenomicModel
from regard.predictors.composition import dinucleotides, gc_and_cpg
from regard.predictors.matched_loci import TOLERANCE, matched_loci
from regard.reduce.inside import InHeads
from regard.reduce.insulation import dip, offsets_of, profile
from regard.reduce.stripes import stripe_and_block
from regard.studies.enhancer.boundaries_report import page_of
from regard.studies.enhancer.boundaries_result import Readings, Result
from regard.studies.enhancer.model import open_model, twin_of, twins_of
from regard.studies.frame import frame

SHOWN = 128  # bins of the maps that are kept, at most; scores are of all bins
LONG = 20_000  # bases of a window from which on passes with random weights are left out
TWINS = 9  # models with random weights


def run(
    source: Path,
    out: Path,
    *,
    genome: Path,
    model: str | GenomicModel = "enformer",
    most: int = 100,
    width: int = 1,
    away: int | None = None,
    genes: Path | None = None,
    pipeline: str | None = None,
    twins: int = TWINS,
    seed: int = 0,
    device: str = "cpu",
    force: bool = False,
    console: Console | None = None,
) -> pd.DataFrame:
    """Run the study on boundaries in BED and write its folder; see `regard enhancer boundaries --help`.

    Parameters
    ----------
    away : bases from a matched locus to the nearest boundary; half of the model's window where None. None of them has a
        boundary in its window, whatever is said here.
    genes : where given, matched loci have as many gene starts, and their number is taken out as well.
    twins : how many models with random weights read the same windows; without them nothing can be told.
    """
    if pipeline:
        steps_of(pipeline)  # before anything is read
    opened, files = open_model(model, device=device, seed=seed) if isinstance(model, str) else (model, [])
    attention_in(opened)  # or it is said at once that there is none
    with frame(out, force, console, seed=seed, inputs=[source, genome, genes, *files]) as work:
        result = study(
            source, genome, opened, work.progress, most=most, width=width, away=away, genes=genes, pipeline=pipeline,
            twins=twins, seed=seed,
        )  # fmt: skip
        write_tables(result, work.folder)
        work.evidence(result.evidence)
        work.page(page_of, result)
        work.manifest(
            model=opened.name,
            trained=opened.trained,
            most=most,
            width=width,
            away=result.away,
            pipeline=result.pipeline,
            twins=len(result.twins),
            gc_tolerance=TOLERANCE,
        )
        work.say(last_words(result))
    return result.evidence


def last_words(result: Result) -> list[str]:
    verdicts = result.evidence.verdict
    judged = verdicts.isin(JUDGED)
    return [
        f"{len(result.pairs)} boundaries with a matched locus, {len(result.left_out)} left out (left_out.tsv)",
        f"evidence: {(verdicts == SUPPORTED).sum()} of {judged.sum()} scores that could be judged are supported; "
        f"{(~judged).sum()} could not be judged",
    ]


def study(
    source: Path,
    genome: Path,
    model: GenomicModel,
    progress: Progress,
    *,
    most: int = 100,
    width: int = 1,
    away: int | None = None,
    genes: Path | None = None,
    pipeline: str | None = None,
    twins: int = TWINS,
    seed: int = 0,
) -> Result:
    """Pairs of windows, their scores, and the evidence; as `run` has them.

    pipeline : how each head's map is read; relative to what a uniform one gives if None.
    """
    steps = steps_of(pipeline or ("causal" if model.causal else "uniform"))
    loci = [Region(*row) for row in read_bed(source)[["chrom", "start", "end"]].itertuples(index=False)]
    reference = open_genome(genome)
    if not 1 <= width < model.bins // 4:
        raise InputError(f"--width {width}: a boundary of 1 to {model.bins // 4 - 1} bins on each side fits this model")
    away = model.length // 2 if away is None else away
    known = None if genes is None else read_genes(genes)
    used, left_out = matched_loci(
        reference, loci, model.length, away=away, most=most, tss=starts_of(known, reference), seed=seed
    )
    if not used:
        reasons = "; ".join(sorted({reason for _, reason in left_out})[:3])
        raise InputError(f"{source}: none of its {len(loci)} boundaries can be used ({reasons})")
    both = [[pair.locus for pair in used], [pair.control for pair in used]]
    boundary, control = (
        read(model, reference, regions, width, [steps, *other_steps(model, steps)], progress, what)
        for regions, what in zip(both, ("boundaries", "matched loci"), strict=True)
    )
    drawn, why = read_twins(model, reference, both, width, steps, twins, seed, progress)
    features = [np.stack([features_of(reference, r, width * model.bin, known) for r in regions]) for regions in both]
    table = boundary_evidence(
        boundary.scores, control.scores, features=(features[0], features[1]), twins=drawn,
        groups=overlapping(list(zip(*both, strict=True))), item=source.name, seed=seed,
    )  # fmt: skip
    offsets = offsets_of(model.bins)
    # A boundary is an interval: its middle is no better known than that, nor than the steps of the profile.
    interval = np.median([locus.end - locus.start for locus in loci]) / 2 / model.bin
    near = max(float(width), float(np.diff(offsets).max(initial=1)), interval)
    table = least_elsewhere(table, boundary.profile - control.profile, offsets, near)
    return Result(
        source=source.name,
        model=model,
        pairs=used,
        left_out=left_out,
        not_used=len(loci) - len(used) - len(left_out),
        width=width,
        away=away,
        boundary=boundary,
        control=control,
        twins=drawn,
        evidence=table,
        remarks=[*remarks_of(known), *model.remarks, *why],
        pipeline=steps.pipeline,
        genes=known is not None,
    )


def starts_of(genes: pd.DataFrame | None, genome) -> dict[str, np.ndarray] | None:
    """Where genes begin, sorted, by the genome's chromosomes; None without genes."""
    if genes is None:
        return None
    return {
        chrom: np.sort(inside(genes, Region(chrom, 0, end)).tss.to_numpy()) for chrom, end in genome.lengths.items()
    }


def steps_of(pipeline: str) -> InHeads:
    """A pipeline that leaves the map of each head; raises PipelineError for any other."""
    steps = InHeads(pipeline)
    if not steps.pairs:
        raise PipelineError(f"pipeline {pipeline!r} leaves one value a bin; stripes and blocks are seen in maps")
    return steps


def other_steps(model: GenomicModel, used: InHeads) -> list[InHeads]:
    """Other ways to read a head: logarithms, and without correction for the mask, or for keys that soak up all."""
    both_ways = ("uniform", "uniform | log", "remove_sinks | uniform")
    others = ("causal", "causal | log", "uniform") if model.causal else both_ways
    return [InHeads(one) for one in others if one != used.pipeline]


def read(
    model: GenomicModel,
    genome,
    regions: list[Region],
    width: int,
    pipelines: list[InHeads],
    progress: Progress,
    what: str,
) -> Readings:
    """Scores of each window and the mean map by the first pipeline, and mean scores by all, layer by layer."""
    total, along = np.zeros(()), np.zeros(())
    found: dict[str, list[np.ndarray]] = {name: [] for name in SIDE}
    used, *others = pipelines
    means: dict[str, list[list[float]]] = {one.pipeline: [] for one in others}
    how = {"width": width, "causal": model.causal}
    for region in progress.track(regions, description=what):
        tokens = torch.from_numpy(encode(genome.window(*region).sequence)).long()[None]
        layers: list[tuple[np.ndarray, ...]] = []

        def add(_layer: int, attention: torch.Tensor, layers=layers) -> None:
            one = attention[0].cpu().numpy()
            maps = used(one)
            # What a query cannot see is missing there; in the mean map it is 0, as its attention is.
            layers.append((*scores_of(maps, **how), pool(np.nan_to_num(maps), SHOWN)))
            for other in others:
                *three, _ = scores_of(other(one), **how)
                means[other.pipeline].append([float(score.mean()) for score in three])

        attention_in(model)(tokens, add)
        *three, profiles, maps = (np.stack(part) for part in zip(*layers, strict=True))
        for name, score in zip(SIDE, three, strict=True):
            found[name].append(score)
        total, along = total + maps, along + profiles
    by_others = {name: dict(zip(SIDE, np.mean(values, axis=0).tolist(), strict=True)) for name, values in means.items()}
    scores = {name: np.stack(windows) for name, windows in found.items()}
    return Readings(scores, total / len(regions), by_others, along / len(regions))


def scores_of(maps: np.ndarray, *, width: int, causal: bool) -> tuple[np.ndarray, ...]:
    """Stripe, block and dip of each head, (heads,), and the profile along the diagonal, (heads, offsets)."""
    along = profile(maps, width=width, causal=causal)
    return *stripe_and_block(maps, width=width, causal=causal), dip(along, offsets_of(maps.shape[-1])), along


def read_twins(model, genome, both, width: int, used: InHeads, twins: int, seed: int, progress: Progress):
    """Scores of boundaries and matched loci by models with random weights; and a remark where there are none."""
    count, why = twins_of(model, twins, longest=LONG)
    drawn = []
    for twin in range(count):
        random = twin_of(model, seed * twins + twin)
        what = f"random weights {twin + 1}/{count}"
        drawn.append(tuple(read(random, genome, regions, width, [used], progress, what).scores for regions in both))
    return drawn, why


def features_of(genome, region: Region, width: int, genes: pd.DataFrame | None) -> np.ndarray:
    """What needs no model of a window: its dinucleotides, GC and CpG of the `width` bases each side of its middle.

    With genes, also how many begin in it.
    """
    codes = encode(genome.window(*region).sequence)
    middle = slice(len(codes) // 2 - width, len(codes) // 2 + width)
    found = [*dinucleotides(codes), *gc_and_cpg(codes)[middle].mean(axis=0)]
    if genes is not None:
        here = inside(genes, region)
        found.append(np.log1p(((here.tss >= region.start) & (here.tss < region.end)).sum()))
    return np.array(found)


def pool(maps: np.ndarray, most: int) -> np.ndarray:
    """Means over squares of bins, so that no axis is longer than `most`; shape (..., query, key)."""
    n = maps.shape[-1]
    by = -(-n // most)
    n -= n % by
    squares = maps[..., :n, :n].reshape(*maps.shape[:-2], n // by, by, n // by, by)
    return squares.mean(axis=(-3, -1)).astype(np.float32)


def write_tables(result: Result, folder: Path) -> None:
    """Which loci were used and left out, the scores of every window, and the mean maps."""
    rows = [
        {"boundary": str(p.locus), "gc": p.gc, "matched": str(p.control), "matched_gc": p.control_gc}
        | ({"starts": p.starts, "matched_starts": p.control_starts} if result.genes else {})
        | {
            f"{name}{suffix}": readings.scores[name][i].mean()
            for name in SIDE
            for suffix, readings in (("", result.boundary), ("_matched", result.control))
        }
        for i, p in enumerate(result.pairs)
    ]
    pd.DataFrame(rows).to_csv(folder / "pairs.tsv", sep="\t", index=False, float_format="%.5g")
    left = pd.DataFrame(
        [(*region, reason) for region, reason in result.left_out], columns=["chrom", "start", "end", "reason"]
    )
    left.to_csv(folder / "left_out.tsv", sep="\t", index=False)
    np.savez_compressed(
        folder / "maps.npz",
        boundary=result.boundary.map,
        control=result.control.map,
        profile_boundary=result.boundary.profile,
        profile_control=result.control.profile,
        **{
            f"{name}_{of}": r.scores[name]
            for name in SIDE
            for of, r in (("boundary", result.boundary), ("control", result.control))
        },
    )
