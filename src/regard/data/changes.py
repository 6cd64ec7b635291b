"""Lists of protein variants: one a line, or a table; substitutions, several of them together, deletions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from regard.data.delimited import MISSING, is_number, records, separator_of, why_no_number
from regard.data.numbers import quoted, whole
from regard.data.variants import Variant, letter, read_variant
from regard.errors import InputError

CHANGE, ID = ("variant", "hgvs", "hgvsp", "hgvs_p", "mutant"), ("id", "protein")
LABEL = ("label", "class", "score", "dms_score", "fitness", "effect")
HARMFUL = ("pathogenic", "likely pathogenic", "likely_pathogenic", "deleterious", "damaging", "harmful")
HARMLESS = ("benign", "likely benign", "likely_benign", "neutral", "tolerated", "harmless")
# Stops, frameshifts, extensions, insertions and what changes nothing: said of a protein, and not scored here.
OTHER = re.compile(r"(Ter|\*|fs|ext|dup|ins|delins|=|\?)", re.IGNORECASE)
DELETION = re.compile(r"([A-Za-z]{3}|[A-Za-z])([0-9]+)(?:_([A-Za-z]{3}|[A-Za-z])([0-9]+))?del")
EXPECTED = "a list of protein variants, one a line, or a table with a column variant, hgvs or mutant"


@dataclass(frozen=True)
class Change:
    """What is changed in one protein together; positions are 0-based.

    deleted : first and last residue of each stretch taken out, with the letters that the text gives for them.
    """

    text: str
    substitutions: tuple[Variant, ...]
    deleted: tuple[tuple[Variant, Variant], ...] = ()

    @property
    def positions(self) -> list[int]:
        """All residues that are changed or deleted, rising."""
        out = {p for first, last in self.deleted for p in range(first.position, last.position + 1)}
        return sorted(out | {v.position for v in self.substitutions})

    @property
    def parts(self) -> list[tuple[Variant, Variant]]:
        """First and last residue of each thing that is changed, twice the same of one residue; substitutions first."""
        return [*((v, v) for v in self.substitutions), *self.deleted]

    @property
    def name(self) -> str:
        """Without the id, counting from 1: `A1P:K4_L7del`."""
        return ":".join(map(part_name, self.parts))

    @property
    def single(self) -> Variant | None:
        """The residue that is replaced or deleted, where it is the only one."""
        (first, last), *more = self.parts
        return first if first == last and not more else None

    @property
    def one_deleted(self) -> Variant | None:
        """The residue, where a single one is deleted and nothing else changed."""
        return None if self.substitutions else self.single

    def apply(self, sequence: str) -> str:
        letters = list(sequence)
        for one in self.substitutions:
            letters[one.position] = one.mutant
        for first, last in self.deleted:
            letters[first.position : last.position + 1] = [""] * (last.position - first.position + 1)
        return "".join(letters)


def part_name(ends: tuple[Variant, Variant]) -> str:
    first, last = ends
    return first.name if first == last else f"{first.name.removesuffix('del')}_{last.name}"


@dataclass(frozen=True)
class Listed:
    """A line of a list. label : as the file has it, "" where it has none."""

    line: int
    id: str
    change: Change
    label: str = ""


def read_change(text: str, ids: Sequence[str] = ()) -> tuple[str, Change]:
    """The id before the change ("" if none), and the change: `A1P`, `p.(Ala1Pro)`, `K4del`, `K4_L7del`.

    Several substitutions and deletions of one protein are joined by `:` or `;`, as in `A1P:D2N` or
    `p.[Ala1Pro;Asp2Asn]`. What comes first is an id where it is one of `ids`, even one such as A2M.

    Raises
    ------
    InputError
        Anything else, no change at all, or two changes of one residue.

    Examples
    --------
    >>> read_change("P1:A1P;K4del")[1].positions
    [0, 3]
    """
    pieces = [piece.strip() for piece in re.split(r"[:;]", text.strip())]
    named = int(len(pieces) > 1 and pieces[0] in ids)
    first = next((k for k in range(named, len(pieces)) if part(pieces[k]) is not None), len(pieces))
    changes = [part(piece) for piece in pieces[first:]]
    if not changes or None in changes:
        wrong = pieces[first + changes.index(None)] if None in changes else text
        raise InputError(
            f"variant {quoted(wrong)}: expected one amino acid for another or residues deleted, such as A123T, "
            "p.Ala123Thr, K4del, or several joined by : or ;"
        )
    found = Change(
        text.strip(),
        tuple(one for one in changes if isinstance(one, Variant)),
        tuple(one for one in changes if isinstance(one, tuple)),
    )
    every = [v.position for v in found.substitutions]
    every += [p for a, b in found.deleted for p in range(a.position, b.position + 1)]
    if len(set(every)) < len(every):
        raise InputError(f"variant {quoted(text)}: one residue is changed twice")
    return ":".join(pieces[:first]), found


def part(piece: str) -> Variant | tuple[Variant, Variant] | None:
    """One change without its brackets; None where it is none."""
    bare = re.sub(r"^\s*(?:p\.)?[\[(]*(?:p\.)?|[\])]*$", "", piece)
    found = DELETION.fullmatch(bare)
    if found:
        start, stop = whole(found[2]), whole(found[4] or found[2])
        ends = letter(found[1]), letter(found[3] or found[1])
        if not start or not stop or stop < start or "" in ends:
            return None
        return Variant(ends[0], start - 1, ""), Variant(ends[1], stop - 1, "")
    if not re.fullmatch(r"[A-Za-z]+[0-9]+[A-Za-z]+", bare):
        return None
    try:
        return read_variant(bare)[1]
    except InputError:
        return None


def read_changes(path: Path | str, ids: Sequence[str] = ()) -> tuple[list[Listed], list[str]]:
    """Changes of a list or table, and remarks on lines that are left out.

    A table has a column variant, hgvs or mutant, and if wanted id and a label (label, class, score, dms_score, fitness
    or effect). Stops, frameshifts, insertions and unchanged residues are left out and counted. ids : of proteins, see
    `read_change`.

    Raises
    ------
    InputError
        A line that is no variant, a table without such a column, or no variant at all; with the line.
    """
    path = Path(path)
    columns: dict[str, int] | None = None
    found, others = [], []
    for number, fields in records(path, EXPECTED, whole=is_bare(path)):
        if columns is None:
            columns = columns_of(path, fields)
            if columns["variant"] < 0:
                columns["variant"] = 0
            else:
                continue
        if len(fields) <= max(columns.values()):
            raise InputError(f"{path}, line {number}: {len(fields)} columns, the header has more")
        text = fields[columns["variant"]]
        try:
            name, change = read_change(text, ids)
        except InputError as error:
            if OTHER.search(text):
                others.append(number)
                continue
            raise InputError(f"{path}, line {number}: {error}") from None
        own = fields[columns["id"]] if "id" in columns else ""
        label = fields[columns["label"]] if "label" in columns else ""
        found.append(Listed(number, own or name, change, "" if label.upper() in MISSING else label))
    if not found:
        raise InputError(f"{path}: no variant in it; expected {EXPECTED}")
    remarks = []
    if others:
        lines = ", ".join(map(str, others[:5])) + (", …" if len(others) > 5 else "")
        remarks.append(
            f"{path.name}: {len(others)} lines are stops, frameshifts, insertions or no change, and left out ({lines})"
        )
    return found, remarks


def is_bare(path: Path) -> bool:
    """Whether a file is one change a line, under a header of one word or none: `;` then joins changes, not columns."""
    first = next((fields[0] for _, fields in records(path, EXPECTED, whole=True)), "")
    if not separator_of(first):
        return True
    try:
        read_change(first)
    except InputError:
        return False
    return True


def columns_of(path: Path, fields: list[str]) -> dict[str, int]:
    """Which column is what; `variant` is -1 where the first line is a variant and no header."""
    names = [name.casefold() for name in fields]
    there = {
        what: next((names.index(one) for one in wanted if one in names), None)
        for what, wanted in (("variant", CHANGE), ("id", ID), ("label", LABEL))
    }
    if there["variant"] is None:
        if len(fields) == 1:
            return {"variant": -1}
        raise InputError(f"{path}, line 1: no column variant, hgvs or mutant; there are {', '.join(fields[:8])}")
    return {what: at for what, at in there.items() if at is not None}


def labels_of(path: Path, listed: list[Listed]) -> tuple[np.ndarray, str] | None:
    """Labels as numbers, NaN where there is none, higher for worse; and what they are: `two classes` or `a score`.

    None where the file has none. Words are pathogenic or benign and the like; of two numbers the larger is taken as
    the worse class, of more numbers the larger as the better function, as deep mutational scans report it.

    Raises
    ------
    InputError
        A label that is neither, or but one class.
    """
    words = [one.label.casefold() for one in listed]
    there = [k for k, word in enumerate(words) if word]
    if not there:
        return None
    out = np.full(len(listed), np.nan)
    if all(words[k] in (*HARMFUL, *HARMLESS) for k in there):
        out[there] = [float(words[k] in HARMFUL) for k in there]
    else:
        for k in there:
            if not is_number(listed[k].label):
                why = why_no_number(listed[k].label)
                raise InputError(
                    f"{path}, line {listed[k].line}: label {quoted(listed[k].label)}: {why}, or pathogenic and benign"
                )
            out[k] = float(listed[k].label)
    different = np.unique(out[there])
    if len(different) == 1:
        raise InputError(f"{path}: all labels are {listed[there[0]].label}; two classes or more are needed")
    if len(different) == 2:
        return np.where(np.isnan(out), np.nan, out == different[1]), "two classes"
    return -out, "a score"
