"""Regions of antibody variable domains, numbered by ANARCII, and what an antibody can bind in a structure.

Needs the extra `antibody`. ANARCII (Greenshields-Watson et al. 2025) is a language model for numbering; its package
carries its weights, so that nothing is fetched.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from regard.annotate.structure import Chain
from regard.errors import InputError, MissingExtra

PARATOPE = 4.5  # Å between heavy atoms
FRONT = 250  # residues at the start of a chain in which its variable domain lies
# First and last number of each complementarity-determining region (CDR), both included.
IMGT = {"CDR1": (27, 38), "CDR2": (56, 65), "CDR3": (105, 117)}  # Lefranc et al. 2003, all chains
CHOTHIA = {  # Al-Lazikani et al. 1997
    "H": {"CDR1": (26, 32), "CDR2": (52, 56), "CDR3": (95, 102)},
    "L": {"CDR1": (24, 34), "CDR2": (50, 56), "CDR3": (89, 97)},
}
SCHEMES = ("imgt", "chothia")
# Cysteine 23, tryptophan 41, cysteine 104 (IMGT), about so far apart, and the joining segment, which constant domains
# lack: all of them, or any three, as one is missing where it was mutated.
WHOLE = re.compile("C.{6,26}W.{40,90}C.{2,40}[FW]G.G")
THREE = re.compile("C.{6,26}W.{40,90}C|C.{6,26}W.{45,130}[FW]G.G|C.{50,115}C.{2,40}[FW]G.G|W.{40,90}C.{2,40}[FW]G.G")
LANDMARKS = {23: "C", 41: "W", 104: "C", 118: "FW"}  # by their IMGT numbers, whatever scheme is asked for
HEAVY, LIGHT = ("H",), ("K", "L")


@cache
def numberer() -> Any:
    try:
        from anarcii import Anarcii
    except ImportError:
        raise MissingExtra("anarcii", "antibody") from None
    # It sets torch's threads for everything that comes after: to as many as there are.
    threads = sys.modules["torch"].get_num_threads()
    with contextlib.redirect_stdout(io.StringIO()):
        return Anarcii(seq_type="antibody", mode="accuracy", cpu=True, ncpu=threads)


def numbering(sequences: list[str], scheme: str = "imgt") -> list[tuple[str, list[str]]]:
    """Number the residues of variable domains; the first domain of each sequence.

    Returns
    -------
    For each sequence the chain type (H, K, L, or "" where there is no variable domain of an antibody) and a number
    for every residue, with its insertion letter ("82A"); "" outside the domain.
    """
    if scheme not in SCHEMES:
        raise InputError(f"numbering scheme {scheme!r} is unknown; choose {' or '.join(SCHEMES)}")
    names = [f"seq{i}" for i in range(len(sequences))]
    model = numberer()
    with contextlib.redirect_stdout(io.StringIO()):  # it prints what it does
        found = model.number(list(zip(names, sequences, strict=True)))
        whole = {name: has_landmarks(found[name]) for name in names}
        found = model.to_scheme(scheme) if scheme != "imgt" else found
    return [
        read(found[name], sequence) if whole[name] else ("", [""] * len(sequence))
        for name, sequence in zip(names, sequences, strict=True)
    ]


def has_landmarks(record: dict) -> bool:
    """Are three of the four landmarks where the IMGT numbers have them? ANARCII numbers some receptors as well."""
    at = {number: residue for (number, insertion), residue in record["numbering"] or () if not insertion.strip()}
    return sum(at.get(number, "-") in letters for number, letters in LANDMARKS.items()) >= 3


def read(record: dict, sequence: str) -> tuple[str, list[str]]:
    numbers = [""] * len(sequence)
    if record["error"] or record["chain_type"] not in HEAVY + LIGHT:
        return "", numbers
    at = record["query_start"]
    for (number, insertion), residue in record["numbering"]:
        if residue == "-":
            continue
        if sequence[at] != residue:
            raise InputError(f"numbering of {sequence[:20]}… does not follow the sequence at residue {at + 1}")
        numbers[at] = f"{number}{insertion.strip()}"
        at += 1
    return record["chain_type"], numbers


@dataclass(frozen=True)
class Domain:
    """One variable domain: its chain type (H, K, L), where it stands, and its numbers, "" before and behind it."""

    chain: str
    start: int
    end: int
    numbers: tuple[str, ...]


def domains_of(sequences: list[str], scheme: str = "imgt") -> list[list[Domain]]:
    """All variable domains of each sequence, in order: one of a chain, two of an scFv, none of anything else.

    What lies before and behind a domain is numbered anew where it looks like a whole one (`WHOLE`).
    """
    found: list[list[Domain]] = [[] for _ in sequences]
    asked = [(k, 0, sequence) for k, sequence in enumerate(sequences)]
    while asked:
        rest = []
        numbered = numbering([part for _, _, part in asked], scheme)
        for (k, offset, part), (chain, numbers) in zip(asked, numbered, strict=True):
            inside = [i for i, number in enumerate(numbers) if number]
            if not chain or not inside:
                continue
            start, end = inside[0], inside[-1] + 1
            around = [""] * offset + numbers + [""] * (len(sequences[k]) - offset - len(numbers))
            found[k].append(Domain(chain, offset + start, offset + end, tuple(around)))
            sides = ((offset, part[:start]), (offset + end, part[end:]))
            rest += [(k, at, side) for at, side in sides if WHOLE.search(side)]
        asked = rest
    return [sorted(some, key=lambda one: one.start) for some in found]


def regions(sequence: str, scheme: str = "imgt") -> dict[str, tuple[int, int]]:
    """Framework and complementarity-determining regions, 0-based half-open; see `regions_of`."""
    return regions_of([sequence], scheme)[0]


def regions_of(sequences: list[str], scheme: str = "imgt") -> list[dict[str, tuple[int, int]]]:
    """Regions of several sequences at once: FR1, CDR1, FR2, CDR2, FR3, CDR3, FR4 in order.

    Empty for a sequence without an antibody's variable domain. A region without residues is left out. Of several
    domains in one sequence each region is named with its domain, "CDR1 of VH", with the linker between two.
    """
    return [regions_in(domains, scheme) for domains in domains_of(sequences, scheme)]


def regions_in(domains: list[Domain], scheme: str = "imgt") -> dict[str, tuple[int, int]]:
    """Regions of the domains of one sequence, see `regions_of`."""
    found: dict[str, tuple[int, int]] = {}
    kinds = ["VH" if one.chain in HEAVY else "VL" for one in domains]
    for k, one in enumerate(domains):
        name = kinds[k] if kinds.count(kinds[k]) == 1 else f"{kinds[k]} {kinds[: k + 1].count(kinds[k])}"
        if k and one.start > domains[k - 1].end:
            found["linker" if len(domains) == 2 else f"linker {k}"] = domains[k - 1].end, one.start
        for region, span in split(one.chain, list(one.numbers), scheme).items():
            found[region if len(domains) == 1 else f"{region} of {name}"] = span
    return found


def split(chain: str, numbers: list[str], scheme: str) -> dict[str, tuple[int, int]]:
    if not chain:
        return {}
    cdrs = IMGT if scheme == "imgt" else CHOTHIA["H" if chain in HEAVY else "L"]
    inside = [i for i, number in enumerate(numbers) if number]
    plain = {i: int(numbers[i].rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for i in inside}
    found, start = {}, inside[0]
    for k, (name, (first, last)) in enumerate(cdrs.items(), start=1):
        begin = next((i for i in inside if plain[i] >= first), inside[-1] + 1)
        end = next((i for i in inside if plain[i] > last), inside[-1] + 1)
        found |= {f"FR{k}": (start, begin), name: (begin, end)}
        start = end
    found["FR4"] = (start, inside[-1] + 1)
    return {name: span for name, span in found.items() if span[1] > span[0]}


def cdr_labels(regions: dict[str, tuple[int, int]], length: int) -> np.ndarray:
    """Bool, shape (length,): residues in a complementarity-determining region; regions as `regions` gives them."""
    found = np.zeros(length, dtype=bool)
    for name, (start, end) in regions.items():
        found[start:end] |= name.startswith("CDR")
    return found


def looks_variable(sequence: str) -> bool:
    """Does it have three of the four landmarks of variable domains, about as far apart as there?

    Numbering is slow, so that it is asked only about what passes.
    """
    return THREE.search(sequence) is not None


def antigens_of(chains: dict[str, Chain], antibodies: Iterable[Chain] = ()) -> list[Chain]:
    """Chains of a structure that begin with no antibody's variable domain: what an antibody can bind there.

    antibodies : chains that are known to be antibodies, so that they and their copies are not numbered again.
    The paratope is every residue with a heavy atom within `PARATOPE` of one of these (`Chain.near`).
    """
    known = {one.sequence for one in antibodies}
    starts = sorted({c.sequence[:FRONT] for c in chains.values() if c.sequence not in known})
    asked = [start for start in starts if looks_variable(start)]
    found = numbering(asked) if asked else []
    variable = {start for start, (chain, _) in zip(asked, found, strict=True) if chain}
    return [c for c in chains.values() if c.sequence not in known and c.sequence[:FRONT] not in variable]
