"""The protein study: does attention show contacts and sites, beside everything that needs no attention?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.progress import Progress

from regard.core.evidence import stacked
from regard.data.changes import read_change
from regard.data.proteins import read_proteins
from regard.models.device import usable
from regard.models.protein.model import ProteinModel, load_protein, random_twin
from regard.models.protein.windows import seams, spans_of
from regard.report.sure import how_many
from regard.studies.frame import frame
from regard.studies.protein.antibodies import with_regions
from regard.studies.protein.changed import place_variants
from regard.studies.protein.complexes import complexes_of
from regard.studies.protein.contacts import of_twin, study_contacts
from regard.studies.protein.factored import family_evidence, train_all
from regard.studies.protein.families import with_families
from regard.studies.protein.files import write_files
from regard.studies.protein.gradients import gradients_of, number_of
from regard.studies.protein.inputs import Protein, from_table, grouped
from regard.studies.protein.labels import with_labels
from regard.studies.protein.list_report import asked_list, study_list
from regard.studies.protein.other_readings import other_readings
from regard.studies.protein.pipelines import DEFAULT, Pipelines, pipelines_of
from regard.studies.protein.questions import looks_at_model, looks_of
from regard.studies.protein.readings import Readings, read_all
from regard.studies.protein.report import page_of
from regard.studies.protein.result import Result
from regard.studies.protein.sites import study_sites
from regard.studies.protein.space_files import write_structures
from regard.studies.protein.structures import with_structures
from regard.studies.protein.viewpoints import head_numbers, viewpoints
from regard.studies.protein.which_model import ANTIBODY, default_model, for_antiberty, looking_back, twins_for
from regard.studies.protein.words import PROTEINS, counted, judged_rows


def run(
    source: Path,
    out: Path,
    *,
    model: str | None = None,
    labels: Path | None = None,
    structures: list[Path] | None = None,
    alignments: list[Path] | None = None,
    variants: list[str] | None = None,
    sites: list[str] | None = None,
    heads: list[str] | None = None,
    variants_listed: Path | None = None,
    gradients: str | None = None,
    pipeline: str | None = None,
    twins: int | None = None,
    seed: int = 0,
    device: str = "cpu",
    force: bool = False,
    console: Console | None = None,
) -> None:
    """Run the study on a file of proteins and write its folder; see `regard protein --help`."""
    variants, structures, alignments = variants or [], structures or [], alignments or []
    sites, heads = sites or [], heads or []
    most = number_of(gradients)
    pipelines_of(pipeline)
    for one in variants:
        read_change(one)  # all complain before anything is read
    proteins, encoder, remarks = opened(source, model, labels, structures, alignments, usable(device))
    place_variants(variants, proteins)  # these complain before the work begins
    listed = asked_list(variants_listed, proteins)
    seen_from: dict[str, tuple[int, ...]] = {}
    for one in viewpoints(sites, proteins):
        seen_from[one.protein.id] = (*seen_from.get(one.protein.id, ()), *one.places)
    head_numbers(heads, encoder.layers, encoder.heads)
    number, told = twins_for(encoder, proteins, twins)
    pipelines, said = looking_back(encoder, pipeline)
    told += said
    with frame(
        out, force, console, seed=seed, inputs=[source, *structures, *alignments, labels, variants_listed]
    ) as work:
        result = study(
            encoder, proteins, source.name, [*remarks, *told], twins=number, gradients=most, pipelines=pipelines,
            seen_from=seen_from, further=int(listed is not None and bool(listed[2])), seed=seed, progress=work.progress,
        )  # fmt: skip
        if listed is not None and variants_listed is not None:
            together = result.between.proteins if result.between else []
            looks = looks_of([*proteins, *together]) + bool(listed[2])
            result.listed, rows = study_list(result, variants_listed.name, listed, looks=looks, progress=work.progress)
            result.evidence = stacked([result.evidence, rows])
        write_files(result, work.folder)
        write_structures(result, work.folder)
        work.evidence(result.evidence)
        work.page(page_of, result, variants=variants, sites=sites, heads=heads, progress=work.progress)
        work.manifest(
            model=encoder.name,
            layers=encoder.layers,
            heads=encoder.heads,
            variants=variants,
            sites=sites,
            heads_shown=heads,
            pipeline=vars(pipelines),
            gradients=result.asked,
            twins=number,
            groups={p.id: p.group for p in proteins},
        )
        work.say(last_words(result))


def opened(
    source: Path, model: str | None, labels: Path | None, structures: list[Path], alignments: list[Path], device
) -> tuple[list[Protein], ProteinModel, list[str]]:
    """The proteins with all that is known of them, the model that reads them, and remarks."""
    proteins, remarks = from_table(read_proteins(source))
    proteins = with_regions(proteins)
    encoder = load_protein(model or default_model(proteins, source), device)
    if encoder.name == ANTIBODY:
        proteins, told = for_antiberty(proteins)
        remarks += told
    if labels:
        proteins, told = with_labels(proteins, labels)
        remarks += told
    if structures:
        proteins, told = with_structures(proteins, structures)
        remarks += told
    if alignments:
        proteins, told = with_families(proteins, alignments)
        remarks += told
    return grouped(proteins), encoder, remarks


def study(
    model: ProteinModel,
    proteins: list[Protein],
    source: str,
    remarks: list[str],
    *,
    twins: int,
    gradients: int | None = None,
    pipelines: Pipelines = DEFAULT,
    seen_from: Mapping[str, Sequence[int]] | None = None,
    further: int = 0,
    seed: int,
    progress: Progress,
) -> Result:
    """Read attention, score contacts and sites, and gather the evidence.

    gradients : most residues of a protein that are asked by gradient × input, see `gradients_of`. pipelines : how
        each head is read. seen_from : residues of each protein that the report looks from.
    further : questions that are asked beside these, for which p is corrected as well.
    """
    at: dict[str, list[int]] = {}
    bar = progress.add_task("attention", total=len(proteins))
    read = read_all(model, proteins, seed, lambda done: progress.advance(bar, done), pipelines=pipelines)
    for protein in proteins:
        spans = spans_of(model, len(protein))
        at[protein.id] = seams(spans)
        if len(spans) > 1:
            remarks = [*remarks, f"{protein.id} was read in {len(spans)} windows of {spans[0][1]} residues"]
    asked = gradients_of(
        model, proteins, beginner(progress, "gradients"), most=gradients, seen_from=seen_from, seed=seed
    )
    remarks = [*remarks, *asked.remarks]
    item = f"{len(proteins)} proteins" if len(proteins) > 1 else proteins[0].id
    contacts, between, tables, each = None, None, [], []
    complexes, told = complexes_of(model, proteins)
    remarks = [*remarks, *told]
    bar = progress.add_task("chains together", total=len(complexes))
    together = read_all(model, complexes, seed, lambda done: progress.advance(bar, done), pipelines=pipelines)
    asked_of = [*proteins, *complexes]
    read_twins = twins if looks_at_model(asked_of) else 0  # else nothing of the model is judged by them
    bar = progress.add_task("random weights", total=read_twins * len(asked_of))
    drawn, drawn_between, received = [], [], [received_in(read)]
    for draw in range(read_twins):  # one at a time, so that memory holds no more than one beside the model
        random = random_twin(model, seed * 100 + draw)
        twin = read_all(random, asked_of, seed, lambda done: progress.advance(bar, done), pipelines=pipelines)
        drawn.append(of_twin(twin, proteins, seed))
        drawn_between.append(of_twin(twin, complexes, seed))
        received.append(received_in(twin))
    looks = looks_of(asked_of) + further
    if read.known:
        bar = progress.add_task("contacts", total=len(read.known))
        contacts = study_contacts(
            read,
            proteins,
            drawn,
            gradients=asked.of_pairs([p for p in proteins if p.id in read.known]),
            item=item,
            looks=looks,
            seed=seed,
            advance=lambda done: progress.advance(bar, done),
        )
        tables.append(contacts.evidence)
        each += contacts.each
        remarks = [*remarks, *contacts.remarks]
    if complexes:
        between = study_contacts(together, complexes, drawn_between, gradients={}, item=item, looks=looks, seed=seed)
        tables.append(between.evidence)
        each += between.each
    if any(p.sites for p in proteins):
        of_model, *of_twins = received
        how = {"item": item, "looks": looks, "seed": seed, "each": each}
        tables.append(study_sites(proteins, of_model, asked.of, of_twins, **how))
    factored, told = train_all(proteins, seed=seed, begin=beginner(progress, "factored attention"))
    remarks = [*remarks, *told]
    if factored:
        tables.append(family_evidence(factored, twins=twins, looks=looks, seed=seed))
    table = stacked(tables)
    bar = progress.add_task("other readings", total=len(proteins) if tables else 0)
    others = other_readings(model, proteins, pipelines, lambda done: progress.advance(bar, done))
    return Result(
        source=source,
        model=model,
        proteins=proteins,
        readings=read.of,
        seams=at,
        gradients=asked.of,
        asked=asked.rows,
        contacts=contacts,
        between=between,
        evidence=table,
        by_protein=pd.concat(each, ignore_index=True) if each else None,
        seed=seed,
        twins=twins,
        pipelines=pipelines,
        factored=factored,
        others=others,
        remarks=remarks,
    )


def beginner(progress: Progress, what: str) -> Callable[[int], Callable[[int], object]]:
    """A bar that begins when it is known how much there is to do."""

    def begin(total: int) -> Callable[[int], object]:
        bar = progress.add_task(what, total=total)
        return lambda done: progress.advance(bar, done)

    return begin


def received_in(readings: Readings) -> dict[str, np.ndarray]:
    """Attention that each residue gets from each head, (heads, L), of every protein."""
    return {name: one.received for name, one in readings.of.items()}


def last_words(result: Result) -> list[str]:
    sizes = [len(p) for p in result.proteins]
    span = f"{min(sizes)} to {max(sizes)}" if len(set(sizes)) > 1 else sizes[0]
    return [
        f"{how_many(len(sizes), PROTEINS)}, {span} residues; model {result.model.name}",
        *(f"note: {remark}" for remark in result.remarks),
        f"evidence: {counted(judged_rows(result.evidence))}",
    ]
