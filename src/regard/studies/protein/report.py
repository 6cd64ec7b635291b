"""The page of the protein study."""

from __future__ import annotations

from pathlib import Path

from rich.progress import Progress

from regard.core.evidence import SEEN, SUPPORTED
from regard.report.columns import numbers
from regard.report.inline import marked
from regard.report.maps import SCRIPTS, STYLES
from regard.report.page import Bullets, Column, Note, Page, Section, Table
from regard.report.sure import COMPARISONS, counts_of, how_many, how_sure
from regard.studies.protein.bar import beyond
from regard.studies.protein.complexes_report import complex_sections
from regard.studies.protein.evidence_sections import contacts_section, sites_section, wide
from regard.studies.protein.families_report import family_sections
from regard.studies.protein.figures import figures
from regard.studies.protein.heads_section import heads_section
from regard.studies.protein.leading import leading, stem_of
from regard.studies.protein.list_report import list_sections
from regard.studies.protein.maps_shown import named_heads
from regard.studies.protein.matter import matter_sections
from regard.studies.protein.other_readings import readings_sections
from regard.studies.protein.plainly import first_said, words_section
from regard.studies.protein.result import Result
from regard.studies.protein.space import space_section
from regard.studies.protein.variants import variant_sections
from regard.studies.protein.viewpoints import head_numbers
from regard.studies.protein.views import view_sections
from regard.studies.protein.words import (
    PROTEINS,
    answers,
    asked,
    findings,
    foremost,
    headline,
    judged_rows,
    methods_used,
)

MOST = 50  # proteins in the table


def page_of(
    result: Result, folder: Path, *, variants: list[str], sites: list[str], heads: list[str], progress: Progress
) -> Page:
    """Draw every figure into `folder/figures` and tell the study."""
    contacts, on_sites = wide(result.evidence, "contacts"), wide(result.evidence, "sites")
    scored = [row for row in contacts if not row["reason"].startswith(SEEN)]
    judged = judged_rows(result.evidence)
    answer = answers(judged)
    drawn = figures(result, folder, scored, judged)
    space = space_section(result, folder)
    told = complex_sections(result, folder) + family_sections(result, folder)
    told += readings_sections(result.others) + matter_sections(result, judged)
    told += variant_sections(result, variants, folder=folder, progress=progress)
    told += list_sections(result, folder)
    named = named_heads(result, head_numbers(heads, result.model.layers, result.model.heads), judged)
    told += view_sections(result, sites, heads, named=named, folder=folder, progress=progress)
    of_answer = stem_of(result, foremost(judged[judged.verdict == SUPPORTED])[1])
    shown, others, told = leading(drawn, told, of_answer)
    numbers_found = findings(result, scored, on_sites)
    sections = [
        Section("What was found, in numbers", [Bullets(numbers_found)] if numbers_found else []),
        Section("Is it evidence?", [Bullets(answer)] if answer else []), contacts_section(result, contacts),
        sites_section(result, on_sites), *space, *told, Section("Figures", others),
        heads_section(result), proteins_section(result), how_section(result), words_section(),
    ]  # fmt: skip
    nothing = "Nothing known was given to judge by: add --structure FILE or --labels FILE."
    counts = counts_of(judged.verdict)
    return Page(
        study="protein study",
        about=[
            result.source,
            how_many(len(result.proteins), PROTEINS),
            f"{result.model.name}, {result.model.layers} layers × {result.model.heads} heads",
        ],
        title=f"protein attention, {result.source}",
        headline=headline(judged),
        asked=asked(result),
        found=first_said(result, judged, variants),
        sure=how_sure(counts, COMPARISONS, beyond(judged)) if answer else [nothing],
        verdicts=counts if answer else {},
        figure=shown,
        remarks=result.remarks,
        sections=[one for one in sections if one.parts],
        scripts=[*(["3Dmol-min.js", "space.js"] if space else []), *SCRIPTS],
        styles=[*(["space.css"] if space else []), *STYLES],
    )


def proteins_section(result: Result) -> Section:
    columns = [
        Column("id", "id"), numbers("residues", "length"), Column("structure", "chain"),
        numbers("contacts", "contacts"), Column("known sites", "sites"),
    ]  # fmt: skip
    return Section("The proteins", [Table(columns, [protein_row(one) for one in result.proteins[:MOST]])])


def protein_row(protein) -> dict:
    return {
        "id": protein.id,
        "length": len(protein),
        "chain": protein.chain,
        "contacts": "" if protein.contacts is None else int((protein.contacts & protein.known).sum()),
        "sites": ", ".join(f"{kind}: {int(labels.sum())}" for kind, labels in protein.sites.items() if labels.any()),
    }


def how_section(result: Result) -> Section:
    """Scores, how heads were read, and what none of it means."""
    columns = [Column("scores", "name"), Column("what they are", "summary", "why"), Column("source", "reference")]
    methods = [vars(one) for one in methods_used(result)]
    text = marked(
        "Attention was taken from the unmodified model and each head read by `{contacts}` for contacts and by "
        "`{sites}` for sites, before heads are averaged, chosen or weighed; “attention, mean of all heads” at contacts "
        "is always `symmetrise | mean(layer, head)`.",
        contacts=result.pipelines.contacts, sites=result.pipelines.sites,
    )  # fmt: skip
    limits = marked(
        "Row = the residue that looks (query), column = the residue looked at (key). Positions in tables count from 0, "
        "in figures and sentences from 1. Attention on a site or a contact shows where a model reads, not what a "
        "residue does; it must not be used to judge a patient's variant. All numbers are in `evidence.tsv`, "
        "`by_protein.tsv`, `heads.tsv`, `pairs.tsv` and `positions.tsv`."
    )
    return Section("How it was done", [*([Table(columns, methods)] if methods else []), text, Note(limits)])
