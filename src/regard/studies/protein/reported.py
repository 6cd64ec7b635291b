"""What the user's UniProt file says of a place: natural variants and mutagenesis, named with their notes."""

from __future__ import annotations

import re

from regard.annotate.uniprot import Feature
from regard.data.changes import Change
from regard.data.variants import Variant
from regard.studies.protein.changed import part_shown
from regard.studies.protein.inputs import Protein

CHANGE = re.compile(r"([A-Z]+) ?-> ?([A-Z]+(?:, ?[A-Z]+)*)")


def mutants_of(feature: Feature) -> list[str]:
    """Amino acids that a note puts in the place of others: `D->A,N: …`, `A -> T (in …)`; none where it says Missing."""
    found = CHANGE.match(feature.note.strip())
    return [one.strip() for one in found[2].split(",")] if found else []


def reported_at(protein: Protein, first: Variant, last: Variant | None = None) -> list[tuple[Feature, bool]]:
    """Features at the residue, or at a stretch deleted up to `last`; those that are this very change first (True)."""
    start, stop = first.position, (last or first).position + 1
    here = [f for f in protein.reported if f.start < stop and start < f.end]
    found = [(f, (f.start, f.end) == (start, stop) and is_same(f, first)) for f in here]
    return sorted(found, key=lambda one: not one[1])


def is_same(feature: Feature, variant: Variant) -> bool:
    """Whether a feature of the same residues is this very change."""
    if not variant.mutant:
        return feature.note.strip().startswith("Missing")
    return variant.mutant in mutants_of(feature)


def reported_words(protein: Protein, first: Variant, last: Variant | None = None) -> list[str]:
    """A sentence for each, in UniProt's own words."""
    lines = []
    for feature, same in reported_at(protein, first, last):
        begins, ends = feature.start + protein.offset + 1, feature.end + protein.offset
        place = f"residue {begins}" if begins == ends else f"residues {begins} to {ends}"
        own = "substitution" if first.mutant else "deletion"
        what = f"This very {own} is" if same else "Another change there is"
        lines.append(f"Known: {what} {kind_of(feature)} in the UniProt file ({place}): {note_of(feature)}.")
    return lines


def kind_of(feature: Feature) -> str:
    return "a natural variant" if feature.kind == "variant" else "mutagenesis"


def note_of(feature: Feature) -> str:
    return " ".join(feature.note.split()).rstrip(".") or "no note"


def known_briefly(protein: Protein, first: Variant, last: Variant | None = None) -> str:
    """What the UniProt file says first of it, in a sentence; that it says nothing; "" where there is no such file."""
    if not protein.reported:
        return ""
    found = reported_at(protein, first, last)
    if not found:
        return "The UniProt file has nothing on it."
    feature, same = found[0]
    if not same:
        return f"The UniProt file has another change there, {kind_of(feature)}: {note_of(feature)}."
    change = CHANGE.match(note_of(feature))  # has been said
    rest = note_of(feature)[change.end() :] if change else note_of(feature).removeprefix("Missing")
    return f"The UniProt file has it as {kind_of(feature)}{rest}."


def reported_note(protein: Protein, first: Variant, last: Variant | None = None) -> str:
    """The same for a field of a table: this very change's notes; `(other)` before those of another change."""
    return "; ".join(
        f"{'' if same else '(other) '}{f.kind}: {' '.join(f.note.split()) or '-'}"
        for f, same in reported_at(protein, first, last)
    )


def reported_notes(protein: Protein, change: Change) -> str:
    """The notes on each part of a change, named where there are several: `A4T: variant: …; E5K: mutagenesis: …`."""
    if len(change.parts) == 1:
        return reported_note(protein, *change.parts[0])
    found = [(part_shown(protein, ends), reported_note(protein, *ends)) for ends in change.parts]
    return "; ".join(f"{name}: {note}" for name, note in found if note)
