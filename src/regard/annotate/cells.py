"""Cell types of an experiment and of predictions, which seldom have one name."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from regard.annotate.tables import table_rows
from regard.errors import InputError

MAPPING = "a table with columns `experiment` and `predictions` (names of cell types)"
COLUMNS = {
    "experiment": ("experiment", "experiments", "experiment_cell_type"),
    "predictions": ("predictions", "prediction", "prediction_cell_type"),
}


SameCells = dict[str, list[str]]  # for each cell type of the experiment those of predictions that may stand for it


def read_mapping(path: Path | str) -> SameCells:
    """Which cell types are the same, from a table like those of CRISPR_comparison."""
    path = Path(path)
    found: SameCells = {}
    text = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
    if text and "\t" not in text[0] and "," not in text[0]:  # blanks, as some of the benchmark's are
        header, *rows = [line.split() for line in text if line.strip()]
        if len(header) != 2 or set(header) - {name for names in COLUMNS.values() for name in names}:
            raise InputError(f"{path}: expected {MAPPING}")
        at = 0 if header[0] in COLUMNS["experiment"] else 1
        pairs = [(row[at], row[1 - at]) for row in rows if len(row) == 2]
    else:
        pairs = [(row["experiment"], row["predictions"]) for _, row in table_rows(path, MAPPING, COLUMNS)]
    for experiment, prediction in pairs:
        found.setdefault(experiment, []).append(prediction)
    return found


def matched_cells(
    of_predictions: Collection[str], of_pairs: Collection[str], where: object, mapping: SameCells | None = None
) -> tuple[dict[str, str], list[str]]:
    """For each cell type of the experiment that predictions have, theirs; and what there is to say of it.

    By the mapping where there is one; else by name, case and punctuation apart; else where one name begins with the
    other (K562, K562_ID_2644) and no second one does; else where both sides have one cell type only, which is said.

    Raises
    ------
    InputError
        Where it cannot be told which is which.
    """
    mine, theirs = sorted(set(of_predictions)), sorted(set(of_pairs))
    if mapping:
        several = {cell: [name for name in mine if name in mapping.get(cell, ())] for cell in theirs}
        if twice := next((names for names in several.values() if len(names) > 1), None):
            raise InputError(
                f"{where}: {', '.join(map(repr, twice[:5]))} are mapped to one cell type; name one for each"
            )
        if found := {cell: names[0] for cell, names in several.items() if names}:
            return found, told(found)
        if not {name for names in mapping.values() for name in names} & set(mine):
            mapping = None
    found, said = {}, []
    for cell in theirs:
        same = [name for name in mine if plain(name) == plain(cell)]
        close = same or [name for name in mine if begins(name, cell) or begins(cell, name)]
        if len(close) > 1:
            raise InputError(
                f"{where}: {', '.join(map(repr, close[:5]))} of its cell types may be {cell!r} of the pairs; say which "
                "by --cells FILE"
            )
        if close:
            found[cell] = close[0]
    if not found and len(mine) == len(theirs) == 1:
        found = {theirs[0]: mine[0]}
        said = [f"its one cell type {mine[0]!r} is taken for {theirs[0]!r} (--cells says otherwise)"]
    if not found:
        raise InputError(
            f"{where}: none of its cell types ({', '.join(map(repr, mine[:6]))}{', …' if len(mine) > 6 else ''}) is "
            f"one of the pairs' ({', '.join(map(repr, theirs[:6]))}); say which are the same by --cells FILE, {MAPPING}"
        )
    return found, said or told(found)


def told(found: dict[str, str]) -> list[str]:
    renamed = [f"{mine!r} is {theirs!r}" for theirs, mine in found.items() if mine != theirs]
    return [f"cell types: {', '.join(renamed)}"] if renamed else []


def plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def begins(long: str, short: str) -> bool:
    """Does a name begin with another one, followed by anything but a letter or digit?"""
    return re.match(re.escape(short) + r"[^A-Za-z0-9]", long, re.IGNORECASE) is not None
