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
from regard.errors import InputError
from regard.models.device import usable
from regard.models.protein.model import ProteinModel, load_protein, random_twin
from regard.models.protein.windows import seams, spans_of
from regard.models.shelf.catalogue import is_complete
from regard.report.sure import how_many
from regard.studies.frame import frame
from regard.studies.protein.antibodies import cut_to_domain, with_regions
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
from regard.studies.protein.pipelines import CAUSAL, DEFAULT, Pipelines, pipelines_of
from regard.studies.protein.questions import looks_at_model, looks_of
from regard.studies.protein.readings import Readings, read_all
from regard.studies.protein.report import page_of
from regard.studies.protein.result import Result
from regard.studies.protein.sites import study_sites
from regard.studies.protein.space_files import write_structures
from regard.studies.protein.structures import with_structures
from regard.studies.protein.viewpoints import head_numbers, viewpoints
from regard.studies.protein.words import PROTEINS, counted, judged_rows

ESM2 = ("esm2_t33_650M_UR50D", "esm2_t30_150M_UR50D", "esm2_t12_35M_UR50D", "esm2_t6_8M_UR50D")
ANTIBODY = "antiberty"
TWINS, FEWER, HEAVY = 9, 5, 50_000_000  # models with random weights; of a larger model on a processor fewer


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


def default_model(proteins: list[Protein], source: Path) -> str:
    """AntiBERTy where all proteins are antibodies; else the largest ESM2 that is here."""
    if all(p.regions for p in proteins):
        return ANTIBODY
    here = [name for name in ESM2 if is_complete(name)]
    if here:
        return here[0]
    other = next(p.id for p in proteins if not p.regions)
    raise InputError(
        f"{source}, record {other!r}: no antibody's variable domain, and AntiBERTy, the model that comes by package, "
        f"knows antibodies only; run `regard models get {ESM2[-1]}`, or give a folder with --model"
    )


def for_antiberty(proteins: list[Protein]) -> tuple[list[Protein], list[str]]:
    """Variable domains only, and a remark on what was cut or is no antibody."""
    cut = [cut_to_domain(p) for p in proteins]
    remarks = []
    shorter = [old.id for old, new in zip(proteins, cut, strict=True) if len(new) < len(old)]
    if shorter:
        was_cut = "was cut to its own" if len(shorter) == 1 else "were cut to theirs"
        remarks.append(
            f"AntiBERTy was trained on variable domains, so that {', '.join(shorter[:4])} {was_cut}; residues are "
            "counted within the domain"
        )
    double = [p.id for p in proteins if "+" in p.chain_type]
    if double:
        remarks.append(
            f"{', '.join(double[:4])}: two variable domains in one sequence; AntiBERTy was trained on one at a time"
        )
    others = [p.id for p in proteins if not p.regions]
    if others:
        remarks.append(
            f"{', '.join(others[:4])}: no variable domain was found, and AntiBERTy knows nothing else; its attention "
            "there says little"
        )
    return cut, remarks


def twins_for(model: ProteinModel, proteins: list[Protein], asked: int | None) -> tuple[int, list[str]]:
    """How many models with random weights to read, and a remark where that is not the usual number.

    None where labels are too few for a verdict whatever they would show.
    """
    if not looks_of(proteins):
        return 0, []
    if asked is not None:
        return asked, [] if asked > 1 else [
            f"held against {asked} models with random weights; two are the least for a verdict, nine the usual number"
        ]
    weights = sum(p.numel() for p in model.network.parameters())
    if weights <= HEAVY or model.device.type != "cpu":
        return TWINS, []
    return FEWER, [
        f"{model.name} has {weights / 1e6:.0f} million weights, so that {FEWER} models with random weights were read "
        f"instead of {TWINS}; the fewer, the more is asked of a verdict (--twins {TWINS} reads them all)"
    ]


def looking_back(model: ProteinModel, pipeline: str | None) -> tuple[Pipelines, list[str]]:
    """How each head is read, and what is to be said where the model is causal."""
    found = pipelines_of(pipeline, CAUSAL if model.causal else DEFAULT)
    return found, [] if not model.causal else [
        f"{model.name} looks back only: a residue is attended to by later ones alone, so that maps between residues "
        f"are one-sided and what a residue receives is read as “{found.sites}”"
    ]


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
