"""Substitutions in the protein report: what the model makes of them, beside random ones; what it does not mean."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from rich.progress import Progress

from regard.core.proteins import AMINO_ACIDS
from regard.core.variants import Variant, check_variant, read_variant
from regard.errors import InputError
from regard.models.protein_variants import NULL, Effect, variant_effects, window_of
from regard.plot.residues import plot_with_functional_annotations
from regard.plot.style import save
from regard.plot.variants import head_changes
from regard.studies.protein.inputs import Protein
from regard.studies.protein.result import Result

CAVEAT = (
    "What this does not mean: the model was trained to guess hidden residues, not to tell harmful from harmless "
    "changes. A low likelihood says that such sequences are rare among those it has seen; moved attention says that "
    "it reads the sequence differently. Neither says what the change does to folding, binding or health. Not for "
    "decisions about patients."
)


def place_variants(texts: list[str], proteins: list[Protein]) -> list[tuple[Protein, Variant]]:
    """The protein and residue (within the part that is read) of each `A123T` or `ID:A123T`.

    Numbers count from 1 along the sequence as given, also where only a domain of it is read.

    Raises
    ------
    InputError
        No such protein, another residue there, or several proteins that it could be.
    """
    return [place_variant(text, proteins) for text in texts]


def place_variant(text: str, proteins: list[Protein]) -> tuple[Protein, Variant]:
    name, variant = read_variant(text)
    candidates = [p for p in proteins if p.id == name] if name else proteins
    if not candidates:
        raise InputError(
            f"variant {text!r}: no protein is called {name!r}; there are {', '.join(p.id for p in proteins[:5])}"
        )
    fitting = [p for p in candidates if has(p, variant)]
    if len(fitting) > 1:
        raise InputError(
            f"variant {text!r}: {', '.join(p.id for p in fitting[:5])} all have {variant.wild} there; "
            f"say which, {fitting[0].id}:{variant.name}"
        )
    if not fitting:
        first = candidates[0]
        if not first.offset <= variant.position < first.offset + len(first):
            end = first.offset + len(first)
            raise InputError(f"variant {text!r}: residues {first.offset + 1} to {end} of {first.id} are read")
        check_variant(variant, "X" * first.offset + first.sequence, first.id)
    return fitting[0], replace(variant, position=variant.position - fitting[0].offset)


def has(protein: Protein, variant: Variant) -> bool:
    at = variant.position - protein.offset
    return 0 <= at < len(protein) and protein.sequence[at] == variant.wild


def variant_sections(result: Result, texts: list[str], *, folder: Path, progress: Progress) -> list[dict]:
    """A section of the report for each variant; figures and `variants.tsv` are written to the folder."""
    if not texts:
        return []
    placed = place_variants(texts, result.proteins)
    if not result.model.likelihoods:
        return [{
            "title": "Variants", "text": [f"{result.model.name} has no masked-language head: it gives no likelihoods, "
            "so variants were not scored."], "columns": [], "rows": [], "figures": [], "caveat": "",
        }]  # fmt: skip
    jobs: dict[tuple[str, int, int], list[tuple[int, Protein, Variant]]] = {}
    for number, (protein, variant) in enumerate(placed):
        span = window_of(result.model, len(protein), variant.position)
        jobs.setdefault((protein.id, *span), []).append((number, protein, variant))
    bar = progress.add_task("variants", total=2 * sum(len(job) + NULL for job in jobs.values()))
    sections, tables = {}, []
    for (_, start, stop), job in jobs.items():
        protein = job[0][1]
        inside = [replace(v, position=v.position - start) for _, _, v in job]
        found, random = variant_effects(
            result.model,
            protein.sequence[start:stop],
            inside,
            draws=NULL,
            seed=result.seed,
            advance=lambda done: progress.advance(bar, done),
        )
        for (number, _, variant), effect in zip(job, found, strict=True):
            rows = measures(effect, random)
            tables.append(pd.DataFrame(rows).assign(id=protein.id, variant=shown(protein, variant).name))
            sections[number] = section(
                result, protein, variant, effect, random, rows, (start, stop), folder, number + 1
            )
    table = pd.concat(tables, ignore_index=True)
    columns = ["id", "variant", *[c for c in table if c not in ("id", "variant")]]
    table[columns].to_csv(folder / "variants.tsv", sep="\t", index=False, float_format="%.5g")
    return [sections[number] for number in sorted(sections)]


def shown(protein: Protein, variant: Variant) -> Variant:
    """The variant in the numbering of the sequence as given."""
    return replace(variant, position=variant.position + protein.offset)


def measures(effect: Effect, random: list[Effect]) -> list[dict]:
    """Each number beside the same of random substitutions; p counts those at least as extreme."""
    rows = []
    for name, value, null, low in (
        ("log p(mutant) − log p(wild type)", effect.ratio, [e.ratio for e in random], True),
        ("attention moved, mean of heads", effect.moved.mean(), [e.moved.mean() for e in random], False),
        ("largest change of attention received, 6 or more residues away", effect.far, [e.far for e in random], False),
    ):
        drawn = np.array(null)
        extreme = int(((drawn <= value) if low else (drawn >= value)).sum())
        rows.append({
            "measure": name, "value": float(value), "random median": float(np.median(drawn)),
            "random 5 %": float(np.quantile(drawn, 0.05)), "random 95 %": float(np.quantile(drawn, 0.95)),
            "as extreme": extreme, "random": len(drawn), "p": (extreme + 1) / (len(drawn) + 1),
        })  # fmt: skip
    return rows


def section(
    result: Result,
    protein: Protein,
    variant: Variant,
    effect: Effect,
    random: list[Effect],
    rows: list[dict],
    span: tuple[int, int],
    folder: Path,
    number: int,
) -> dict:
    name = shown(protein, variant).name
    text = [likelihood_words(effect, rows[0], variant), attention_words(effect, rows[1], result.model.heads)]
    text += place_words(protein, variant)
    if protein.offset:
        text.append(f"It is residue {variant.position + 1} of the domain that was read, as the figures count.")
    if span != (0, len(protein)):
        text.append(f"The protein is longer than the model reads: residues {span[0] + 1} to {span[1]} were read.")
    table = [
        {
            "measured": row["measure"],
            "this variant": row["value"],
            f"{row['random']} random, median": row["random median"],
            "random, 5 to 95 %": f"{row['random 5 %']:.3g} to {row['random 95 %']:.3g}",
            "as extreme": f"{row['as extreme']} of {row['random']}",
        }
        for row in rows
    ]
    return {
        "title": f"Variant {name} of {protein.id}",
        "text": text,
        "columns": list(table[0]),
        "rows": table,
        "figures": figures(result, protein, variant, effect, random, span, folder, number, name),
        "caveat": CAVEAT,
    }


def likelihood_words(effect: Effect, row: dict, variant: Variant) -> str:
    p_wild, p_mutant = (effect.expected[AMINO_ACIDS.index(a)] for a in (variant.wild, variant.mutant))
    order = np.argsort(-effect.expected, kind="stable")
    rank = int(np.flatnonzero(order == AMINO_ACIDS.index(variant.mutant))[0]) + 1
    best = ", ".join(f"{AMINO_ACIDS[k]} {percent(effect.expected[k])}" for k in order[:3])
    side = "more" if p_mutant > p_wild else "less"
    fold = np.exp(abs(effect.ratio))
    times = f"{fold:,.0f}" if fold >= 10 else f"{fold:.1f}"
    return (
        f"Likelihood: with this residue hidden, the model expects {best}. It gives {variant.mutant} "
        f"{percent(p_mutant)}, {times} times {side} than {variant.wild} ({percent(p_wild)}); of the 20 amino acids it "
        f"comes {rank}{ordinal(rank)}. Of {row['random']} random substitutions elsewhere in this protein, "
        f"{row['as extreme']} are as unlikely or more."
    )


def percent(p: float) -> str:
    return f"{100 * p:.0f} %" if p >= 0.1 else f"{100 * p:.1f} %" if p >= 0.001 else "under 0.1 %"


def ordinal(n: int) -> str:
    return "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")


def attention_words(effect: Effect, row: dict, heads: int) -> str:
    most = int(effect.moved.argmax())
    usual = "about as much as" if 0.1 < row["p"] < 0.9 else "more than" if row["p"] <= 0.1 else "less than"
    return (
        f"Attention: {percent(row['value'])} of it goes elsewhere, {usual} for random substitutions "
        f"({row['as extreme']} of {row['random']} move as much or more; median {percent(row['random median'])}). "
        f"Most in layer {most // heads + 1}, head {most % heads + 1}: {percent(effect.moved[most])}."
    )


def place_words(protein: Protein, variant: Variant) -> list[str]:
    """How far the residue is from what is known, along the sequence and in space."""
    at, lines = variant.position, []
    inside = [name for name, (start, stop) in protein.regions.items() if start <= at < stop]
    if inside:
        lines.append(f"Place: in {inside[0]} of the variable domain (IMGT).")
    for a, b in protein.disulfides:
        if at in (a, b):
            other = b if at == a else a
            lines.append(
                f"Bond: in the structure it is bound to {protein.sequence[other]}{other + protein.offset + 1} by a "
                "disulfide, which this substitution breaks."
            )
    near = []
    for kind, labels in protein.sites.items():
        where = np.flatnonzero(labels)
        if kind == "CDR" or not len(where):
            continue
        if labels[at]:
            near.append(f"it is itself labelled {kind}")
            continue
        words = f"{np.abs(where - at).min()} residues along the sequence from the nearest residue labelled {kind}"
        if protein.alpha is not None:
            space = np.linalg.norm(protein.alpha[where] - protein.alpha[at], axis=1)
            if np.isfinite(space).any():
                words += f" and {np.nanmin(space):.1f} Å in space (Cα to Cα)"
        near.append(words)
    if near:
        lines.append(f"Distance: {'; '.join(near)}.")
    elif not protein.sites:
        lines.append("Distance: no site of this protein is known here; give --labels or --structure.")
    if protein.alpha is not None and np.isnan(protein.alpha[at, 0]):
        lines.append("The residue is not resolved in the structure, so its place in space is unknown.")
    return lines


def figures(result, protein, variant, effect, random, span, folder, number, name) -> list[dict]:
    change = np.full(len(protein), np.nan)
    usual = change.copy()
    change[slice(*span)] = effect.received.mean(axis=0)
    usual[slice(*span)] = np.quantile([np.abs(e.received.mean(axis=0)) for e in random], 0.95, axis=0)
    sites = {kind: labels for kind, labels in protein.sites.items() if labels.any() and kind != "CDR"}
    along = plot_with_functional_annotations(
        {"change of attention\nreceived, mean": change},
        {"95 % of random\nchanges are below": usual},
        features=protein.features,
        secondary=protein.secondary or "",
        sites=sites,
        sequence=protein.sequence,
        marked=variant.position,
        title=f"{protein.id} {name}: mutant minus wild type",
    )
    heads = head_changes(
        effect.received, result.model.layers, variant.position - span[0], f"{protein.id} {name}, every head"
    )
    made = []
    for stem, picture, caption in (
        (f"variant.{number}", along, (
            "Above zero: residues that get more attention from the others in the mutant. Orange: how large such a "
            "change is at the same residue for random substitutions elsewhere (95th percentile, without sign; its own "
            "scale). Dotted: the variant."
        )),
        (f"variant.{number}.heads", heads, (
            "The same for every head. Orange: more attention in the mutant; blue: less."
        )),
    ):  # fmt: skip
        file = f"figures/{stem}.svg"
        made.append({"png": save(picture, folder / file), "file": file, "caption": caption})
    return made
