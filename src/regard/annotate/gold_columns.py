"""Which column of a table of known edges is which, by the names that people give them."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

from regard.data.delimited import is_number, why_no_number
from regard.data.layout import words
from regard.data.numbers import quoted
from regard.errors import InputError

FORMAT = "TSV or CSV `regulator target [weight or + / -]`"
# Names in lower case, letters and digits alone: `TF.name` is `tfname`.
REGULATOR = words(
    "regulator regulators regulatorgene regulatorname regulatorsymbol regulatorygene tf tfs tfname tfgene tfsymbol "
    "tfgenesymbol transcriptionfactor source sourcegene sourcesymbol sourcegenesymbol gene1 genea from"
)
TARGET = words(
    "target targets targetgene targetname targetsymbol targetgenesymbol tg gene gene2 geneb genesymbol genename "
    "regulatedgene to"
)
WEIGHT = words("weight weights label score importance mor value edge")
SIGN = words("type sign effect mode modeofregulation regulation regulationtype interaction direction")
ROLES = {"regulator": REGULATOR, "target": TARGET, "weight": WEIGHT, "sign": SIGN}

ACTIVATES = ("+", "activation", "activates", "activator", "activating", "positive", "up", "stimulation", "->", "-->")
REPRESSES = (
    *("-", "−", "–", "repression", "represses", "repressor", "repressing", "negative", "down"),
    *("inhibition", "inhibits", "inhibitor", "-|", "--|"),
)
UNSIGNED = ("regulates", "regulation", "pd", "pp", "interacts", "interacts with", "interaction", "binds")
UNKNOWN = ("", "?", "na", "nan", "unknown", "unspecified", "+-", "-+", "+/-", "+/−", "±", "dual", "both", *UNSIGNED)


@dataclass(frozen=True)
class Columns:
    """Places of the columns; `weight` and `sign` None where there is none; `unread` names the rest."""

    count: int
    regulator: int = 0
    target: int = 1
    weight: int | None = None
    sign: int | None = None
    header: bool = False
    unread: tuple[str, ...] = ()


SIF = Columns(3, target=2, sign=1)  # a activates b


def columns_of(path: Path, number: int, first: list[str], genes: Container[str]) -> Columns:
    """Columns from the first line: by name where it is a header, else regulator, target and weight or sign.

    Raises
    ------
    InputError
        A line that is neither, and a header that names one of them twice or not at all.
    """
    names = [re.sub(r"[\W_]", "", field.lower()) for field in first]
    at = {role: [i for i, name in enumerate(names) if name in known] for role, known in ROLES.items()}
    named = any(at[role] for role in ("regulator", "target"))
    edge = len(first) > 1 and first[0] in genes and first[1] in genes
    third = len(first) == 3 and (is_number(first[2]) or sign_of(first[2]) is not None)
    if not (named and not edge and not third) and not (len(first) == 3 and (at["weight"] or at["sign"]) and not third):
        if len(first) == 3 and not third and first[1].strip().lower() in ACTIVATES + REPRESSES + UNSIGNED:
            return SIF
        if len(first) not in (2, 3):
            raise InputError(f"{path}, line {number}: {len(first)} fields and no names of columns; expected {FORMAT}")
        signed = len(first) == 3 and not is_number(first[2]) and sign_of(first[2]) is not None
        last = None if len(first) == 2 else 2
        return Columns(len(first), weight=None if signed else last, sign=last if signed else None)
    # `gene` alone beside a `tf` is its target; where `gene1` and `gene` stand, each has its own.
    for role in ("regulator", "target", "weight", "sign"):
        if len(at[role]) > 1:
            both = " and ".join(repr(first[i]) for i in at[role][:2])
            raise InputError(f"{path}, line {number}: {both} may both be the {role}; rename or take out one of them")
    taken = [i for places in at.values() for i in places]
    free = [i for i, name in enumerate(names) if i not in taken and name and not name.startswith("unnamed")]
    for role in ("regulator", "target"):
        if not at[role]:
            if not free:
                raise InputError(f"{path}, line {number}: no column {role!r} among {first}; expected {FORMAT}")
            at[role] = [free.pop(0)]
    return Columns(
        len(first), at["regulator"][0], at["target"][0], next(iter(at["weight"]), None), next(iter(at["sign"]), None),
        header=True, unread=tuple(first[i] for i in free),
    )  # fmt: skip


def sign_of(text: str) -> int | None:
    """+1 activates, −1 represses, 0 unknown or both; None for any other word."""
    word = text.strip().lower()
    if is_number(number := word.replace("−", "-")):
        return (float(number) > 0) - (float(number) < 0)
    for sign, some in ((1, ACTIVATES), (-1, REPRESSES), (0, UNKNOWN)):
        if word in some:
            return sign
    return None


def given_sign(where: str, text: str) -> int:
    sign = sign_of(text)
    if sign is None:
        raise InputError(
            f"{where}: {quoted(text)} is no effect of a regulator; expected +, - or ?; or take the column out"
        )
    return sign


def weight_of(where: str, text: str) -> float:
    text = text.replace("−", "-")
    if not is_number(text):
        raise InputError(
            f"{where}: weight {quoted(text)}; expected 0 (no edge), a number above 0, or below 0 for repression; "
            + why_no_number(text)
        )
    return float(text)
