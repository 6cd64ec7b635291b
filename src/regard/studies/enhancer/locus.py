"""What counts at a gene: gradient × input, attention and shuffled elements beside signals and known enhancers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from rich.console import Console
from rich.progress import Progress

from regard.annotate.bed import inside, read_bed
from regard.annotate.contact_map import read_contacts
from regard.annotate.genes import remarks_of
from regard.annotate.signal import read_signal
from regard.annotate.validated import of_gene, read_validated
from regard.attribute.contributions import rows, shuffled_elements
from regard.data.genome import open_genome
from regard.data.regions import Region
from regard.errors import InputError
from regard.models.genomic import GenomicModel
from regard.reduce.parse import parse
from regard.studies.enhancer.element_scores import (
    SHORT,
    SHUFFLED,
    element_scores,
    reading_of,
    together,
    tokens_of,
    tracks_of,
)
from regard.studies.enhancer.locus_beside import read_beside
from regard.studies.enhancer.locus_evidence import bins_known, enough, gather
from regard.studies.enhancer.locus_readings import other_readings
from regard.studies.enhancer.locus_report import page_of
from regard.studies.enhancer.locus_result import Locus, Result
from regard.studies.enhancer.locus_tables import write_tables
from regard.studies.enhancer.locus_words import noticed
from regard.studies.enhancer.model import open_model, twin_of, twins_of
from regard.studies.enhancer.targets import TargetWindow, find_targets, names_at, place_window
from regard.studies.frame import frame

STRETCHES, PLACES = 30, 48  # stretches of a short window; places at which a model of whole windows is asked
TWINS = 9  # models with random weights


def run(
    where: str,
    out: Path,
    *,
    genome: Path,
    model: str | GenomicModel = "dna-gpt",
    signals: Sequence[Path] = (),
    elements: Path | None = None,
    validated: Path | None = None,
    contacts: Path | str | None = None,
    beside: Path | None = None,
    genes: Path | None = None,
    tss: Sequence[int] = (),
    strand: str = "+",
    tracks: list[int] | str | None = None,
    window: int | None = None,
    pipeline: str | None = None,
    shuffles: int = 3,
    twins: int = TWINS,
    seed: int = 0,
    device: str = "cpu",
    force: bool = False,
    console: Console | None = None,
) -> pd.DataFrame:
    """Run the study on a region or gene and write its folder; see `regard enhancer locus --help`.

    contacts : .cool or .mcool, ``FILE::/resolutions/10000`` perhaps. beside : folder of another run on the same place,
        of another model or about another TSS, whose scores are drawn over these.
    """
    if pipeline:
        parse(pipeline)  # before anything is read
    opened, files = model, []
    if isinstance(model, str):
        opened, files = open_model(model, device=device, tracks=tracks, window=window, seed=seed)
    map_file = None if contacts is None else Path(str(contacts).partition("::")[0])
    inputs = [genome, *signals, elements, validated, map_file, genes, *files]
    with frame(out, force, console, seed=seed, inputs=inputs) as work:
        result = look(
            where, genome, opened, work.progress, signals=signals, elements=elements, validated=validated,
            contacts=contacts, beside=beside, genes=genes, tss=tss, strand=strand, pipeline=pipeline,
            shuffles=shuffles, twins=twins, seed=seed,
        )  # fmt: skip
        write_tables(result, work.folder)
        work.evidence(result.evidence)
        work.page(page_of, result)
        targets = [one.placed.target for one in result.loci]
        work.manifest(
            region=str(result.region),
            targets={t.name: f"{t.chrom}:{t.position + 1}{t.strand}" for t in targets},
            model=opened.name,
            trained=opened.trained,
            output=opened.asked,
            pipeline=result.pipeline,
            shuffles=shuffles,
            twins=result.twins,
        )
        rows = result.evidence.itertuples()
        work.say(f"{r.method}, {r.annotation}: AUPRC {r.value:.3f}, {r.verdict} ({r.reason})" for r in rows)
    return result.evidence


def look(
    where: str,
    genome: Path,
    model: GenomicModel,
    progress: Progress,
    *,
    signals: Sequence[Path] = (),
    elements: Path | None = None,
    validated: Path | None = None,
    contacts: Path | str | None = None,
    beside: Path | None = None,
    genes: Path | None = None,
    tss: Sequence[int] = (),
    strand: str = "+",
    pipeline: str | None = None,
    shuffles: int = 3,
    twins: int = TWINS,
    seed: int = 0,
) -> Result:
    """Scores and evidence of a region or gene; as `run` has them.

    pipeline : how attention becomes one value a bin; of the TSS to each bin if None.
    """
    pipeline = reading_of(model, pipeline)
    reference = open_genome(genome)
    shown, targets, known_genes = find_targets(where, reference, genes, tss, strand)
    placed = [place_window(model, reference, target) for target in targets]
    region = shown or placed[0].region
    candidates = None if elements is None else inside(read_bed(elements), reach(region, placed))
    touching = None if contacts is None else read_contacts(contacts, region)
    other = None if beside is None else read_beside(beside, region)
    measured = {path.name: read_signal(path, region, width=bin_shown(region)) for path in signals}
    loci = study(model, reference, placed, region, candidates, pipeline, shuffles, seed, progress)
    said = [*remarks_of(known_genes), *noticed(model, region, placed, candidates)]
    if validated is not None:
        said += with_tested(loci, validated, reach(region, placed), known_genes)
    random = []
    if enough(loci, model):
        count, why = twins_of(model, twins, longest=SHORT)
        said += why
        for twin in range(count):
            untrained = twin_of(model, seed * twins + twin)
            random.append(study(untrained, reference, placed, None, candidates, pipeline, shuffles, seed, progress))
    table = gather(loci, model, random, seed)
    bar = progress.add_task("other readings", total=1)
    readings = []
    if pipeline:
        readings = other_readings(model, loci, bins_known(loci, model), pipeline, together(model))
    progress.advance(bar)
    return Result(
        where=where,
        region=region,
        model=model,
        loci=loci,
        signals=measured,
        elements=candidates,
        genes=known_genes,
        evidence=table,
        shuffles=shuffles,
        remarks=said,
        pipeline=pipeline,
        readings=readings,
        twins=len(random),
        contacts=touching,
        beside=other,
    )


def study(
    model: GenomicModel,
    genome,
    placed: list[TargetWindow],
    region: Region | None,
    candidates,
    pipeline: str,
    shuffles: int,
    seed,
    progress,
) -> list[Locus]:
    """Scores of every target. A model of whole windows is asked at places along `region`, where there is one."""
    tokens, batch = tokens_of(placed), together(model)
    bar = progress.add_task(f"{model.name}: gradients and attention", total=1)
    scores = tracks_of(model, placed, pipeline)
    progress.advance(bar)
    with torch.no_grad():
        values = torch.cat([model.output(rows(some.numpy())) for some in tokens.split(batch)]).tolist()
        ask = model.profile
        profile = None if ask is None else torch.cat([ask(some) for some in tokens.split(batch)]).numpy()
    loci = []
    for i, one in enumerate(placed):
        tracks = scores[i]
        if shuffles and model.length <= SHORT:
            tracks[SHUFFLED] = one.along(stretches(model, tokens[i], shuffles, seed, progress))
        prediction = None
        if profile is not None:
            starts = one.region.start + np.arange(model.bins) * model.bin
            prediction = starts, one.along(profile[i])
        elif region is not None:
            prediction = asked_along(model, genome, one, region, progress)
        table = None
        if candidates is not None:
            bar = progress.add_task("shuffling elements", total=None)
            table = element_scores(
                model, one, tracks, candidates, shuffles, seed, lambda done, bar=bar: progress.advance(bar, done)
            )
        there = one.read(model.bin)  # what lies beyond the chromosome, and gaps, have no score
        tracks = {method: np.where(there, along, np.nan) for method, along in tracks.items()}
        loci.append(Locus(one, values[i], tracks, prediction, table))
    return loci


def stretches(model: GenomicModel, tokens, shuffles: int, seed: int, progress: Progress) -> np.ndarray:
    """How far the output falls when each of STRETCHES equal stretches of a window is shuffled, one value a bin."""
    edges = np.linspace(0, model.length, STRETCHES + 1).astype(int)
    bar = progress.add_task("shuffling stretches", total=STRETCHES * shuffles)
    change = shuffled_elements(
        model, tokens, list(pairwise(edges.tolist())), repeats=shuffles, seed=seed,
        advance=lambda done: progress.advance(bar, done),
    )  # fmt: skip
    of_base = np.repeat(-change, np.diff(edges))
    return of_base.reshape(model.bins, model.bin).mean(axis=1)


def asked_along(model: GenomicModel, genome, one: TargetWindow, region: Region, progress: Progress):
    """The output with the model's TSS put at PLACES of a region: their first bases, and one value each."""
    edges = np.linspace(region.start, region.end, PLACES + 1).astype(int)[:-1]
    half, values = (edges[1] - edges[0]) // 2, []
    for at in progress.track(edges, description=f"{model.name} along the region"):
        try:
            window = place_window(model, genome, one.target, int(at + half))
        except InputError:  # nothing of it is known
            values.append(np.nan)
            continue
        with torch.no_grad():
            values.append(float(model.output(rows(window.codes[None]))[0]))
    return edges, np.array(values)


def with_tested(loci: list[Locus], path: Path, around: Region, genes: pd.DataFrame | None) -> list[str]:
    """Give every locus what an experiment says of its gene; what it says of other genes is not this one's."""
    named = {locus.name for locus in loci} | (set() if genes is None else set(genes.gene) | set(genes.id))
    table, said = read_validated(path, named)
    table = inside(table, around)
    for locus in loci:
        names = names_at(locus.placed.target, genes)
        locus.tested = of_gene(table, names) if names else table
        others = len(table) - len(locus.tested)
        if not names and (table.gene != "").any():
            said.append(
                f"Which gene begins at {locus.name} is not known (--genes FILE): pairs of every gene count there"
            )
        elif others:
            said.append(f"{others} of {len(table)} tested pairs about {locus.name} are of other genes and do not count")
        if locus.elements is not None and locus.validated is not None:
            locus.elements["validated"] = overlaps(locus.elements, locus.validated)
    return said


def reach(region: Region, placed: list[TargetWindow]) -> Region:
    """All that is shown or seen by the model."""
    all_of_them = [region, *(one.region for one in placed)]
    return Region(region.chrom, min(r.start for r in all_of_them), max(r.end for r in all_of_them))


def overlaps(table: pd.DataFrame, known: pd.DataFrame) -> np.ndarray:
    """Which intervals share a base or more with one that is known; all on one chromosome."""
    a, b = table.start.to_numpy()[:, None], table.end.to_numpy()[:, None]
    return ((a < known.end.to_numpy()) & (b > known.start.to_numpy())).any(axis=1)


def bin_shown(region: Region) -> int:
    """Bases a bin of a signal, so that a figure has up to a thousand."""
    return max(1, region.length // 1000)
