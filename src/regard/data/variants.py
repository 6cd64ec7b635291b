"""Changes of one amino acid, replaced or deleted: read, and checked against the sequence."""

from __future__ import annotations

import re
from dataclasses import dataclass

from regard.data.numbers import quoted, whole
from regard.data.proteins import AMINO_ACIDS
from regard.errors import InputError

THREE = dict(zip("ARNDCQEGHILKMFPSTWYV", (
    "Ala", "Arg", "Asn", "Asp", "Cys", "Gln", "Glu", "Gly", "His", "Ile", "Leu", "Lys", "Met", "Phe", "Pro", "Ser",
    "Thr", "Trp", "Tyr", "Val",
), strict=True))  # fmt: skip
ONE = {name.upper(): letter for letter, name in THREE.items()}


@dataclass(frozen=True)
class Variant:
    """One residue replaced by another, or deleted (`mutant` is ""); `position` is 0-based, `name` counts from 1."""

    wild: str
    position: int
    mutant: str

    @property
    def name(self) -> str:
        return f"{self.wild}{self.position + 1}{self.mutant or 'del'}"

    def apply(self, sequence: str) -> str:
        return sequence[: self.position] + self.mutant + sequence[self.position + 1 :]


def read_variant(text: str) -> tuple[str, Variant]:
    """`A123T`, `p.Ala123Thr` or `p.(Ala123Thr)`, with `ID:` before it if wanted; the id ("" if none) and the variant.

    A residue deleted is `A123del`.

    Raises
    ------
    InputError
        Anything else, a stop, or no change at all.
    """
    name, _, change = text.strip().rpartition(":")
    change = re.sub(r"^(p\.)?\((.*)\)$", r"\2", change)  # HGVS puts what is predicted in parentheses
    found = re.fullmatch(r"(?:p\.)?([A-Za-z]{3}|[A-Za-z])([1-9][0-9]*)([A-Za-z]{3}|[A-Za-z])", change)
    number = whole(found[2]) if found else None
    ends = [letter(part) for part in (found[1], found[3])] if found else []
    if found and number is not None and ends[0] and found[3] == "del":
        return name, Variant(ends[0], number - 1, "")
    if not found or number is None or "" in ends:
        raise InputError(
            f"variant {quoted(text)}: expected one amino acid for another, such as A123T, p.Ala123Thr or ID:A123T, or "
            "one deleted, such as A123del"
        )
    if ends[0] == ends[1]:
        raise InputError(f"variant {text!r} changes nothing")
    return name, Variant(ends[0], number - 1, ends[1])


def letter(text: str) -> str:
    one = ONE.get(text.upper(), text.upper())
    return one if one in AMINO_ACIDS else ""


def check_variant(variant: Variant, sequence: str, name: str) -> None:
    """Raise InputError unless the sequence has the variant's residue where it says."""
    if variant.position >= len(sequence):
        raise InputError(f"variant {variant.name}: {name} has {len(sequence)} residues")
    there = sequence[variant.position]
    if there != variant.wild:
        near = sequence[max(0, variant.position - 3) : variant.position + 4]
        raise InputError(
            f"variant {variant.name}: residue {variant.position + 1} of {name} is {there}, not {variant.wild} "
            f"(around it: {near}); count from 1, along the sequence given"
        )
