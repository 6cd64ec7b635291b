"""Variants in the protein report: what the model makes of each, beside comparable ones; what it does not mean."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from rich.progress import Progress

from regard.data.variants import Variant
from regard.models.protein.variants import Effect, effects, window_of
from regard.report.columns import named
from regard.report.page import Note, Section
from regard.studies.protein.changed import place_variants, shown
from regard.studies.protein.comparable import DRAWN, MOST, Comparable, comparable, entropies
from regard.studies.protein.deletion_section import deletion_section, deletions_of
from regard.studies.protein.inputs import Protein
from regard.studies.protein.measured import measured, told_row
from regard.studies.protein.reported import reported_note, reported_words
from regard.studies.protein.result import Result
from regard.studies.protein.several_section import several_section
from regard.studies.protein.substitutions import (
    affordable,
    conserved_words,
    every_substitution,
    rank_words,
    ranked,
)
from regard.studies.protein.variant_words import (
    CAVEAT,
    attention_words,
    figures,
    likelihood_words,
    place_words,
    substitution_figure,
)


def variant_sections(result: Result, texts: list[str], *, folder: Path, progress: Progress) -> list[Section]:
    """A section of the report for each variant; figures and `variants.tsv` are written to the folder."""
    if not texts:
        return []
    placed = place_variants(texts, result.proteins)
    if not result.model.likelihoods:
        why = f"{result.model.name} {result.model.lacks}: it gives no masked likelihoods, so variants were not scored."
        return [Section("Variants", [why])]
    single = [(number, protein, change.single) for number, (protein, change) in enumerate(placed, 1) if change.single]
    replaced, deleted = ([one for one in single if bool(one[2].mutant) == kind] for kind in (True, False))
    all_of = substitutions_of(result, [protein for _, protein, _ in replaced], progress)
    deletions_of(result, [protein for _, protein, _ in deleted], progress)
    jobs = [(*one, *beside(result, *one[1:], all_of)) for one in replaced]
    bar = progress.add_task("variants", total=2 * sum(1 + len(others.variants) for *_, others in jobs))
    told, tables = {}, {}
    for number, (protein, change) in enumerate(placed, 1):
        if change.single is None:
            told[number], tables[number] = several_section(result, protein, change)
    for number, protein, variant in deleted:
        told[number], tables[number] = deletion_section(result, protein, variant, folder=folder, number=number)
    for number, protein, variant, (start, stop), others in jobs:
        inside = [replace(v, position=v.position - start) for v in (variant, *others.variants)]
        effect, *null = effects(
            result.model, protein.sequence[start:stop], inside, advance=lambda done: progress.advance(bar, done)
        )
        rows = measures(effect, null)
        known = reported_note(protein, variant)
        tables[number] = pd.DataFrame(rows).assign(id=protein.id, variant=shown(protein, variant).name, known=known)
        told[number] = section(
            result, protein, variant, effect, null, rows, (start, stop), folder, number, all_of.get(protein.id), others
        )
    table = pd.concat([tables[number] for number in sorted(tables)], ignore_index=True)
    columns = ["id", "variant", *[c for c in table if c not in ("id", "variant")]]
    table[columns].to_csv(folder / "variants.tsv", sep="\t", index=False, float_format="%.5g")
    return [told[number] for number in sorted(told)]


def beside(
    result: Result, protein: Protein, variant: Variant, all_of: dict[str, pd.DataFrame]
) -> tuple[tuple[int, int], Comparable]:
    """The stretch that is read around a variant, and the substitutions within it that it is compared with."""
    span = window_of(result.model, len(protein), variant.position)
    every = all_of.get(protein.id)
    openness, alike = entropies(result.model, protein, every)
    most = MOST if every is not None else DRAWN
    return span, comparable(protein, variant, openness, alike, within=span, most=most, seed=result.seed)


def substitutions_of(result: Result, proteins: list[Protein], progress: Progress) -> dict[str, pd.DataFrame]:
    """Every substitution of each protein with a variant that is short enough, kept with the result."""
    here = {p.id: p for p in proteins if p.id not in result.every and affordable(result.model, p)}
    for left in {p.id: p for p in proteins if p.id not in {**here, **result.every}}:
        result.remarks.append(
            f"not every substitution of {left} was asked, as that takes a pass of {result.model.name} a residue: "
            f"its variants stand beside {DRAWN} comparable substitutions"
        )
    bar = progress.add_task("substitutions", total=sum(map(len, here.values())))
    for name, protein in here.items():
        result.every[name] = every_substitution(result.model, protein, lambda done: progress.advance(bar, done))
    return result.every


def measures(effect: Effect, others: list[Effect]) -> list[dict]:
    """Each number beside the same of comparable substitutions; p counts those at least as extreme."""
    rows = []
    for name, value, null, low in (
        ("log p(mutant) − log p(wild type)", effect.ratio, [e.ratio for e in others], True),
        ("attention moved, mean of heads", effect.moved.mean(), [e.moved.mean() for e in others], False),
        ("largest change of attention received, 6 or more residues away", effect.far, [e.far for e in others], False),
    ):
        rows.append(measured(name, float(value), np.array(null), low))
    return rows


def section(
    result: Result,
    protein: Protein,
    variant: Variant,
    effect: Effect,
    null: list[Effect],
    rows: list[dict],
    span: tuple[int, int],
    folder: Path,
    number: int,
    every: pd.DataFrame | None,
    others: Comparable,
) -> Section:
    name = shown(protein, variant).name
    text = [*reported_words(protein, variant), likelihood_words(effect, rows[0], variant, others)]
    if every is not None:
        text.append(rank_words(ranked(every, protein, variant)))
        if "conserved" in every:
            text.append(conserved_words(ranked(every, protein, variant, "conserved"), every, variant))
    text.append(attention_words(effect, rows[1], result.model.heads, others))
    text += place_words(protein, variant)
    if protein.offset:
        text.append(f"It is residue {variant.position + 1} of the domain that was read, as the figures count.")
    if span != (0, len(protein)):
        text.append(f"The protein is longer than the model reads: residues {span[0] + 1} to {span[1]} were read.")
    table = [told_row(row) for row in rows]
    drawn = figures(result, protein, variant, effect, null, span, folder, number, name)
    if every is not None:
        drawn.append(substitution_figure(protein, variant, every, folder, number))
    return Section(f"Variant {name} of {protein.id}", [*text, *named(table), *drawn, Note(CAVEAT)])
