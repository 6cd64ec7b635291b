"""Methods for networks from other packages, by the entry point `regard.predictors`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from regard.predictors.edges import PREDICTORS

GROUP = "regard.predictors"
OURS = ("attention", "tabpfn")  # how names begin that are no predictor's


@cache
def load_plugins() -> dict[str, str]:
    """Load every installed plug-in into PREDICTORS, once.

    Returns
    -------
    For each name that could not be loaded one line that says of which package, and why.
    """
    return load(entry_points(group=GROUP))


def load(points: Iterable[EntryPoint]) -> dict[str, str]:
    """As `load_plugins`; points : in the order of their names, so that the first of two packages wins every time."""
    broken = {}
    for point in sorted(points, key=lambda point: (point.name, package_of(point))):
        before = dict(PREDICTORS)
        reason = reason_against(point, before)
        if reason:
            PREDICTORS.clear()
            PREDICTORS.update(before)
            broken.setdefault(point.name, f"method {point.name!r} of package {package_of(point)}: {reason}")
    return broken


def reason_against(point: EntryPoint, before: dict) -> str:
    """Load one plug-in; "" if it now stands in PREDICTORS, alone, under its name."""
    if point.name in before or point.name.split(".")[0] in OURS:
        return "there is a method of that name already"
    try:
        point.load()
    except (Exception, SystemExit) as error:  # whatever another's code does, other methods go on
        return " ".join(f"{type(error).__name__}: {error}".split())
    new = {name for name, one in PREDICTORS.items() if before.get(name) is not one}
    if new != {point.name}:
        return f"{point.value} registers {', '.join(sorted(new)) or 'nothing'}; expected {point.name} and no other"
    one, package = PREDICTORS[point.name], package_of(point)
    record = replace(one.record, needs=one.record.needs or f"package {package}")
    PREDICTORS[point.name] = replace(one, record=record, package=package)
    return ""


def package_of(point: EntryPoint) -> str:
    """Name and version of the package that brings a plug-in."""
    return f"{point.dist.name} {point.dist.version}" if point.dist else "unknown"
