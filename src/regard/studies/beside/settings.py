"""What two runs were made with, as far as it differs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from regard.core.recorded import Recorded

TIMES = ("seconds",)  # which no two runs share


def unlike(one: Recorded, other: Recorded) -> list[tuple[str, str, str]]:
    """What differs: its name, and how it was in each run; settings first, then inputs, then versions."""
    told = [("seed", str(one.seed), str(other.seed))] if one.seed != other.seed else []
    told += by_name(dict(flat(one.settings)), dict(flat(other.settings)))
    return [*told, *inputs(one, other), *by_name(one.versions, other.versions)]


def by_name(one: dict[str, str], other: dict[str, str]) -> list[tuple[str, str, str]]:
    names = dict.fromkeys([*one, *other])
    return [(name, one.get(name, "–"), other.get(name, "–")) for name in names if one.get(name) != other.get(name)]


def flat(settings: dict, above: str = "") -> Iterator[tuple[str, str]]:
    """Settings in settings as `outer.inner`, without how long things took."""
    for name, value in settings.items():
        if isinstance(value, dict):
            if name not in TIMES:
                yield from flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def inputs(one: Recorded, other: Recorded) -> list[tuple[str, str, str]]:
    """Inputs by their bytes: files of one run alone stand beside those of the other alone, in their order."""
    mine = [name for name, sha in one.inputs.items() if sha not in other.inputs.values()]
    theirs = [name for name, sha in other.inputs.items() if sha not in one.inputs.values()]
    length = max(len(mine), len(theirs))
    names, others = ([*map(named, run), *["–"] * (length - len(run))] for run in (mine, theirs))
    return [("input", a, f"{b}, other bytes" if a == b else b) for a, b in zip(names, others, strict=True)]


def named(path: str) -> str:
    return PurePath(path).name
