"""Where a change stands: the protein that has its residues, and their places in the part of it that is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from regard.data.changes import Change, part_name, read_change
from regard.data.numbers import quoted
from regard.data.proteins import called
from regard.data.variants import Variant, check_variant
from regard.errors import InputError
from regard.studies.protein.inputs import Protein


def place_variants(texts: Sequence[str], proteins: Sequence[Protein]) -> list[tuple[Protein, Change]]:
    """The protein and change (within the part that is read) of each text that `read_change` takes.

    Numbers count from 1 along the sequence as given, also where only a domain of it is read.

    Raises
    ------
    InputError
        No such protein, another residue there, several proteins that it could be, or nothing that is left.
    """
    return [place(*read_change(text, [p.id for p in proteins]), proteins) for text in texts]


def place(name: str, change: Change, proteins: Sequence[Protein], where: str = "") -> tuple[Protein, Change]:
    """The same of a change that is read. name : of the protein, "" for any. where : begins what is complained of."""
    what = f"{where}variant {quoted(change.text)}"
    candidates = [proteins[k] for k in called(name, [p.id for p in proteins])] if name else list(proteins)
    if not candidates:
        raise InputError(f"{what}: no protein is called {name!r}; there are {', '.join(p.id for p in proteins[:5])}")
    ends = [end for part in change.parts for end in part]
    fitting = [p for p in candidates if all(has(p, end) for end in ends)]
    if len(fitting) > 1:
        raise InputError(
            f"{what}: {', '.join(p.id for p in fitting[:5])} all have such residues; say which, "
            f"{fitting[0].id}:{change.name}"
        )
    if not fitting:
        first = candidates[0]
        wrong = next(end for end in ends if not has(first, end))
        if not 0 <= wrong.position - first.offset < len(first):
            raise InputError(
                f"{what}: residues {first.offset + 1} to {first.offset + len(first)} of {first.id} are read"
            )
        try:
            check_variant(wrong, "X" * first.offset + first.sequence, first.id)
        except InputError as error:
            raise InputError(f"{where}{error}") from None
    found = shifted(change, -fitting[0].offset)
    if not found.apply(fitting[0].sequence):
        raise InputError(f"{what}: nothing of {fitting[0].id} is left")
    return fitting[0], found


def has(protein: Protein, variant: Variant) -> bool:
    at = variant.position - protein.offset
    return 0 <= at < len(protein) and protein.sequence[at] == variant.wild


def shown(protein: Protein, variant: Variant) -> Variant:
    """The variant in the numbering of the sequence as given."""
    return replace(variant, position=variant.position + protein.offset)


def part_shown(protein: Protein, ends: tuple[Variant, Variant]) -> str:
    """The name of a part of a change in the numbering of the sequence as given."""
    return part_name((shown(protein, ends[0]), shown(protein, ends[1])))


def shifted(change: Change, by: int) -> Change:
    def one(variant: Variant) -> Variant:
        return replace(variant, position=variant.position + by)

    return replace(
        change,
        substitutions=tuple(map(one, change.substitutions)),
        deleted=tuple((one(a), one(b)) for a, b in change.deleted),
    )
