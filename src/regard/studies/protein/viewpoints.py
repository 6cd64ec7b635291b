"""Residues to look from and heads to look at: chosen by the study, or asked for by number or by a feature's name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from regard.data.numbers import quoted, whole
from regard.data.proteins import called
from regard.errors import InputError
from regard.studies.protein.inputs import Protein

MOST = 3  # proteins that are looked from unasked
MOST_ASKED = 12
APART = 6  # residues from a site at which partners are looked for
WIDEST = 0.5  # of a protein; what is looked from has to have something to look at
PREFERRED = ("active site", "binding site", "site", "paratope", "ligand within 4 Å", "modified residue")


@dataclass(frozen=True)
class Viewpoint:
    """Residues of a protein to look from, 0-based within the part that is read, and what they are."""

    protein: Protein
    places: tuple[int, ...]
    what: str

    @property
    def name(self) -> str:
        if len(self.places) == 1:
            return residue(self.protein, self.places[0])
        return f"{self.what} ({len(self.places)} residues)"


def away(length: int, places: Sequence[int]) -> np.ndarray:
    """Residues along the sequence to the nearest of these, (L,)."""
    return np.abs(np.subtract.outer(np.arange(length), list(places))).min(axis=1)


def looks_on(protein: Protein, places: Sequence[int]) -> bool:
    """Whether these are few enough to look from, and some residue is far enough to be looked at."""
    return len(places) <= WIDEST * len(protein) and bool((away(len(protein), places) >= APART).any())


def residue(protein: Protein, position: int) -> str:
    """Letter and number, from 1 along the part that is read, as on the axis of the figures."""
    return f"{protein.sequence[position]}{position + 1}"


def site_of(protein: Protein) -> tuple[int, str] | None:
    """The residue to look from and what it is: an active site, else one of a disulfide, else another known site."""
    known = {kind: np.flatnonzero(labels) for kind, labels in protein.sites.items() if labels.any()}
    if "active site" in known:
        return int(known["active site"][0]), "active site"
    if protein.disulfides:
        return protein.disulfides[0][0], f"disulfide to {residue(protein, protein.disulfides[0][1])}"
    for kind in PREFERRED:
        if kind in known:
            return int(known[kind][len(known[kind]) // 2]), kind
    return None


def viewpoints(asked: list[str], proteins: list[Protein]) -> list[Viewpoint]:
    """Those asked for; where none is, one of each of the first proteins that have a known site.

    asked : `53`, `C53`, a feature's kind or name as the UniProt file has it, or `ID:` and one of these. Numbers count
    from 1 along the sequence as given. A name is looked for in all proteins.

    Raises
    ------
    InputError
        No such protein, residue or feature, a number that several proteins have, a feature of more than half of its
        protein or with nothing six or more residues away, or more than 12 places to look from.
    """
    if not asked:
        found = [Viewpoint(p, (site[0],), site[1]) for p in proteins if (site := site_of(p))]
        return [one for one in found if looks_on(one.protein, one.places)][:MOST]
    found = [one for text in asked for one in asked_for(text, proteins)]
    for one in found:
        if not looks_on(one.protein, one.places):
            raise InputError(too_wide(one))
    if len(found) > MOST_ASKED:
        raise InputError(f"--site: {len(found)} places to look from; at most {MOST_ASKED} are shown, so ask for fewer")
    return found


def too_wide(one: Viewpoint) -> str:
    """Why a place is none to look from, and what to give instead."""
    protein, alone = one.protein, len(one.places) == 1
    what, another = (one.name, "another residue's") if alone else (one.what, "a residue's")
    smaller = sorted(name for name in names(protein) if looks_on(protein, of_feature(protein, name)))
    known = f" or one of {', '.join(map(quoted, smaller[:12]))}" if smaller else ""
    return (
        f"--site {quoted(what)}: {len(one.places)} of the {len(protein)} residues of {protein.id}; a site to look from "
        f"is at most half of them and leaves some {APART} or more away: give {another} number{known}"
    )


def asked_for(text: str, proteins: list[Protein]) -> list[Viewpoint]:
    name, wanted = of_protein(text, proteins)
    candidates = [proteins[k] for k in called(name, [p.id for p in proteins])] if name else proteins
    number = re.fullmatch(r"([A-Za-z]?)([0-9]+)", wanted)
    if number:
        return [at_number(text, number[1].upper(), number[2], candidates)]
    found = [Viewpoint(p, places, wanted) for p in candidates if (places := of_feature(p, wanted))]
    if not found:
        known = sorted({one for p in candidates for one in names(p)})
        there = f"; there are {', '.join(map(quoted, known[:12]))}" if known else "; give --labels or --structure"
        raise InputError(f"--site {quoted(text)}: no residue number, and no feature is called {quoted(wanted)}{there}")
    return found


def of_protein(text: str, proteins: list[Protein]) -> tuple[str, str]:
    """The id before a colon, where it is one, and what is asked of it; both ids and features may hold colons."""
    ids = [p.id for p in proteins]
    for at in (k for k, letter in enumerate(text) if letter == ":"):
        if called(text[:at].strip(), ids):
            return text[:at].strip(), text[at + 1 :].strip()
    return "", text.strip()


def at_number(text: str, letter: str, digits: str, candidates: list[Protein]) -> Viewpoint:
    number = whole(digits) or 0
    inside = [p for p in candidates if 0 <= number - 1 - p.offset < len(p)]
    fitting = [p for p in inside if letter in ("", p.sequence[number - 1 - p.offset])]
    if len(fitting) > 1:
        raise InputError(
            f"--site {quoted(text)}: {', '.join(p.id for p in fitting[:5])} all have such a residue; say which, "
            f"{fitting[0].id}:{letter}{digits}"
        )
    if not fitting and inside:
        there = inside[0].sequence[number - 1 - inside[0].offset]
        raise InputError(f"--site {quoted(text)}: residue {number} of {inside[0].id} is {there}, not {letter}")
    if not fitting:
        first = candidates[0]
        raise InputError(
            f"--site {quoted(text)}: residues {first.offset + 1} to {first.offset + len(first)} of {first.id} are read"
        )
    place = number - 1 - fitting[0].offset
    return Viewpoint(fitting[0], (place,), what_stands(fitting[0], place))


def what_stands(protein: Protein, place: int) -> str:
    """What is known of a residue that was asked for by its number."""
    kinds = [kind for kind, labels in protein.sites.items() if labels[place]]
    return ", ".join(kinds) or "asked for"


def of_feature(protein: Protein, wanted: str) -> tuple[int, ...]:
    """All residues of the sites, features and regions of this name, rising; capitals do not matter."""
    same, found = wanted.casefold(), set()
    for kind, labels in protein.sites.items():
        if kind.casefold() == same:
            found |= set(np.flatnonzero(labels).tolist())
    for one in protein.features:
        if same in (one.kind.casefold(), one.note.casefold()):
            found |= set(one.residues)
    for region, (start, stop) in protein.regions.items():
        if region.casefold() == same:
            found |= set(range(start, stop))
    return tuple(sorted(found))


def names(protein: Protein) -> set[str]:
    """What may be asked for by name."""
    of_features = {one.note or one.kind for one in protein.features}
    return {kind for kind, labels in protein.sites.items() if labels.any()} | of_features | set(protein.regions)


def head_numbers(asked: list[str], layers: int, heads: int) -> list[int]:
    """Numbers among layers × heads of `LAYER.HEAD`, both from 1.

    Raises
    ------
    InputError
        Anything else, or a head that the model lacks.
    """
    found = []
    for text in asked:
        parts = re.fullmatch(r"([0-9]+)\.([0-9]+)", text.strip())
        layer, head = (whole(parts[k]) or 0 for k in (1, 2)) if parts else (0, 0)
        if not (1 <= layer <= layers and 1 <= head <= heads):
            raise InputError(
                f"--head {quoted(text)}: expected LAYER.HEAD such as {layers}.{heads}; this model has layers 1 to "
                f"{layers} and heads 1 to {heads}"
            )
        found.append((layer - 1) * heads + head - 1)
    if len(found) > MOST_ASKED:
        raise InputError(f"--head: {len(found)} heads; at most {MOST_ASKED} are shown, so ask for fewer")
    return list(dict.fromkeys(found))
