"""What is said of a substitution, and its figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from regard.data.proteins import AMINO_ACIDS
from regard.data.variants import Variant
from regard.models.protein.variants import Effect
from regard.plot.residues import along_residues
from regard.plot.substitutions import substitution_map
from regard.plot.variants import head_changes
from regard.report.kept import kept
from regard.report.page import Figure
from regard.report.sure import how_many
from regard.studies.protein.changed import shown
from regard.studies.protein.comparable import Comparable
from regard.studies.protein.inputs import Protein

RESIDUES = ("residue", "residues")

CAVEAT = (
    "What this does not mean: the model was trained to guess hidden residues, not to tell harmful from harmless "
    "changes. A low likelihood says that such sequences are rare among those it has seen; moved attention says that "
    "it reads the sequence differently. Neither says what the change does to folding, binding or health. Not for "
    "decisions about patients."
)


def likelihood_words(effect: Effect, row: dict, variant: Variant, others: Comparable) -> str:
    p_wild, p_mutant = (effect.expected[AMINO_ACIDS.index(a)] for a in (variant.wild, variant.mutant))
    order = np.argsort(-effect.expected, kind="stable")
    rank = int(np.flatnonzero(order == AMINO_ACIDS.index(variant.mutant))[0]) + 1
    best = ", ".join(f"{AMINO_ACIDS[k]} {percent(effect.expected[k])}" for k in order[:3])
    return (
        f"Likelihood: with this residue hidden, the model expects {best}. It gives {variant.mutant} "
        f"{percent(p_mutant)}, {against(effect.ratio)} {variant.wild} ({percent(p_wild)}); of the 20 amino acids it "
        f"comes {rank}{ordinal(rank)}. Of {others.told}, {row['as extreme']} are as unlikely or more."
    )


def against(ratio: float) -> str:
    """A natural log ratio as `2.7 times more than`."""
    fold = np.exp(abs(ratio))
    if fold < 1.05:
        return "about as much as"
    return f"{fold:,.0f} times {side(ratio)} than" if fold >= 10 else f"{fold:.1f} times {side(ratio)} than"


def side(ratio: float) -> str:
    return "less" if ratio < 0 else "more"


def percent(p: float) -> str:
    """Two digits, so that a small share can be laid beside another."""
    return f"{100 * p:.0f} %" if p >= 0.0995 else f"{100 * p:#.2g} %" if p >= 1e-6 else "under 0.0001 %"


def ordinal(n: int) -> str:
    return "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")


def attention_words(effect: Effect, row: dict, heads: int, others: Comparable) -> str:
    most = int(effect.moved.argmax())
    return (
        f"Attention: {percent(row['value'])} of it goes elsewhere. Of {others.told}, {row['as extreme']} move as much "
        f"or more (their median is {percent(row['comparable median'])}). "
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
        along = int(np.abs(where - at).min())
        words = (
            f"{how_many(along, ('residue', 'residues'))} along the sequence from the nearest residue labelled {kind}"
        )
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


def substitution_figure(protein: Protein, variant: Variant, every: pd.DataFrame, folder: Path, number: int) -> Figure:
    """Every substitution of the protein, the variant framed."""
    ratio = np.full((len(protein), len(AMINO_ACIDS)), np.nan)
    ratio[every.position, [AMINO_ACIDS.index(c) for c in every.mutant]] = every.log_ratio
    title = f"{protein.id}: every substitution, {shown(protein, variant).name} framed"
    picture = substitution_map(ratio, protein.sequence, title, marked=(variant.position, variant.mutant))
    caption = (
        "Blue: the model finds the substitution less likely than what stands there (dots); orange: more. Every residue "
        "was hidden once. All numbers are in substitutions.tsv."
    )
    return kept(picture, folder, f"variant.{number}.substitutions", caption)


def figures(result, protein, variant, effect, null, span, folder, number, name) -> list[Figure]:
    change = np.full(len(protein), np.nan)
    usual = change.copy()
    change[slice(*span)] = effect.received.mean(axis=0)
    usual[slice(*span)] = np.quantile([np.abs(e.received.mean(axis=0)) for e in null], 0.95, axis=0)
    along = along_residues(
        {"change of attention\nreceived, mean": change},
        {"95 % of comparable\nchanges are below": usual},
        features=protein.features,
        secondary=protein.secondary or "",
        sites=protein.ticks,
        sequence=protein.sequence,
        marked=variant.position,
        title=f"{protein.id} {name}: mutant minus wild type",
    )
    heads = head_changes(
        effect.received, result.model.layers, variant.position - span[0], f"{protein.id} {name}, every head"
    )
    return [
        kept(along, folder, f"variant.{number}", (
            "Above zero: residues that get more attention from the others in the mutant. Orange: how large such a "
            "change is at the same residue for comparable substitutions (95th percentile, without sign; its own "
            "scale). Dotted: the variant."
        )),
        kept(heads, folder, f"variant.{number}.heads", (
            "The same for every head. Orange: more attention in the mutant; blue: less."
        )),
    ]  # fmt: skip
