"""What the user's UniProt file says of a place: natural variants and mutagenesis, named with their notes."""

from __future__ import annotations

import re

from regard.annotate.uniprot import Feature
from regard.data.variants import Variant
from regard.studies.protein.inputs import Protein

CHANGE = re.compile(r"([A-Z]+) ?-> ?([A-Z]+(?:, ?[A-Z]+)*)")


def mutants_of(feature: Feature) -> list[str]:
    """Amino acids that a note puts in the place of others: `D->A,N: …`, `A -> T (in …)`; none where it says Missing."""
    found = CHANGE.match(feature.note.strip())
    return [one.strip() for one in found[2].split(",")] if found else []


def reported_at(protein: Protein, variant: Variant) -> list[tuple[Feature, bool]]:
    """Features at the residue, those that are this very change first (True)."""
    here = [f for f in protein.reported if f.start <= variant.position < f.end]
    found = [(f, f.end - f.start == 1 and is_same(f, variant)) for f in here]
    return sorted(found, key=lambda one: not one[1])


def is_same(feature: Feature, variant: Variant) -> bool:
    """Whether a feature of one residue is this very change."""
    if not variant.mutant:
        return feature.note.strip().startswith("Missing")
    return variant.mutant in mutants_of(feature)


def reported_words(protein: Protein, variant: Variant) -> list[str]:
    """A sentence for each, in UniProt's own words."""
    lines = []
    for feature, same in reported_at(protein, variant):
        kind = "a natural variant" if feature.kind == "variant" else "mutagenesis"
        note = feature.note.rstrip(".") or "no note"
        first, last = feature.start + protein.offset + 1, feature.end + protein.offset
        place = f"residue {first}" if first == last else f"residues {first} to {last}"
        own = "substitution" if variant.mutant else "deletion"
        what = f"This very {own} is" if same else "Another change there is"
        lines.append(f"Known: {what} {kind} in the UniProt file ({place}): {note}.")
    return lines


def reported_note(protein: Protein, variant: Variant) -> str:
    """The same for a field of a table: this very change's notes; `(other)` before those of another change."""
    return "; ".join(
        f"{'' if same else '(other) '}{f.kind}: {' '.join(f.note.split()) or '-'}"
        for f, same in reported_at(protein, variant)
    )
