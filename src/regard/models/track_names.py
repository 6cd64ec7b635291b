"""Outputs of a sequence model by name, from the table of tracks that lies beside its weights."""

from __future__ import annotations

import re
from pathlib import Path

from regard.data.numbers import quoted, whole
from regard.data.sequences import lines
from regard.errors import InputError

FILES = ("targets_human.txt", "targets.txt", "tracks.tsv")  # as the authors of Basenji, Enformer and Borzoi call theirs
FORMAT = "a table of tracks with a column description, one row a track in the order of the outputs"


def find_tracks(asked: str, count: int, folder: Path | None) -> list[int]:
    """Which of `count` outputs are meant: numbers, names, or ``all``, with commas between.

    A name is an assay and words of the sample (``CAGE:K562``), or words alone; a track has it when its description is
    of that assay and holds each of the words, whatever the case. folder : where the table of tracks lies.

    Raises
    ------
    InputError
        For a number that is no output, and for a name that no track has or that cannot be looked up.
    """
    found: list[int] = []
    descriptions: list[str] | None = None
    for one in filter(None, map(str.strip, asked.split(","))):
        if one.lower() == "all":
            found += range(count)
        elif (number := whole(one)) is not None:
            if not 0 <= number < count:
                raise InputError(f"--tracks {number}: choose from 0 to {count - 1}")
            found.append(number)
        else:
            descriptions = descriptions or read_descriptions(folder, count, one)
            rows = [i for i, text in enumerate(descriptions) if is_called(text, one)]
            if not rows:
                raise InputError(f"--tracks {quoted(one)}: no track is called so (the first is {descriptions[0]!r})")
            found += rows
    return list(dict.fromkeys(found))


def is_called(description: str, name: str) -> bool:
    """Has a track the name?

    Examples
    --------
    >>> is_called("CAGE:chronic myelogenous leukemia cell line:K562", "cage:k562")
    True
    >>> is_called("DNASE:K562", "CAGE:K562")
    False
    """
    assay, colon, words = name.rpartition(":")
    kind, _, sample = description.partition(":")
    if colon and kind.strip().lower() != assay.strip().lower():
        return False
    text = sample if colon else description
    return all(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) for word in words.split())


def read_descriptions(folder: Path | None, count: int, asked: str) -> list[str]:
    """What each output is, from the table in a model's folder."""
    there = [folder / name for name in FILES if (folder / name).is_file()] if folder is not None else []
    if not there:
        where = "this model has no folder" if folder is None else f"none of {', '.join(FILES)} lies in {folder}"
        raise InputError(f"--tracks {quoted(asked)}: names need a table of tracks, and {where}; give numbers, or all")
    rows = [line.rstrip("\n").split("\t") for line in lines(there[0], FORMAT) if line.strip()]
    if not rows or "description" not in rows[0]:
        raise InputError(f"{there[0]}: no column 'description' in its header; expected {FORMAT}")
    at = rows[0].index("description")
    found = [row[at] if at < len(row) else "" for row in rows[1:]]
    if len(found) != count:
        raise InputError(f"{there[0]}: {len(found)} tracks, but the model has {count} outputs; is it of another model?")
    return found
