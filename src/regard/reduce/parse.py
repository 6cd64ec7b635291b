"""Read a pipeline string: steps joined by ``|``, each with axes, numbers or what its operation asks for."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

from regard.errors import PipelineError
from regard.reduce.operations import OPERATIONS

STEP = re.compile(r"(?P<name>\w+)\s*(?:\((?P<arguments>[^()]*)\))?")
DIMS = ("layer", "head", "query", "key", "position")
WANTED = {
    "axes": f"is neither an axis ({', '.join(DIMS)}) nor name=number",
    "queries": "is neither a query, such as 12, nor a range of them, such as 12:30 (12 to 29)",
    "tokens": "is no number of tokens, such as 4",
}


class Step(NamedTuple):
    """One step: its operation, what it is given in order, and what it is given by name."""

    name: str
    arguments: list[Any]
    numbers: dict[str, float]

    def run(self, array: xr.DataArray) -> xr.DataArray:
        return OPERATIONS[self.name].run(array, *self.arguments, **self.numbers)


def parse(pipeline: str, weights: Mapping[str, np.ndarray] | None = None) -> list[Step]:
    """Steps of a pipeline such as ``"symmetrise | apc | mean(layer, head)"``.

    weights : vectors of one number a head, layer by layer, that `weights(…)` can name.
    """
    steps = []
    for text in (part.strip() for part in pipeline.split("|")):
        match = STEP.fullmatch(text)
        if not match:
            raise PipelineError(f"pipeline {pipeline!r}: {text!r} is no step; write name or name(…)")
        name, inside = match["name"], match["arguments"] or ""
        if name != "per_head" and name not in OPERATIONS:
            known = ", ".join([*OPERATIONS, "per_head"])
            raise PipelineError(f"pipeline {pipeline!r}: no reduction is called {name!r}; there are {known}")
        run = OPERATIONS[name].run if name in OPERATIONS else lambda array: array
        try:
            takes = OPERATIONS[name].takes if name in OPERATIONS else "axes"
            arguments, numbers = ([named(inside, weights or {})], {}) if takes == "weights" else read(takes, inside)
            inspect.signature(run).bind(None, *arguments, **numbers)
        except ValueError as error:
            raise PipelineError(f"pipeline {pipeline!r}: {error.args[0]!r} in {text!r} {error.args[1]}") from None
        except TypeError as error:
            raise PipelineError(f"pipeline {pipeline!r}: {text!r}: {error}") from None
        if name in ("mean", "max") and not arguments:
            raise PipelineError(f"pipeline {pipeline!r}: say over what, such as {name}(layer, head)")
        steps.append(Step(name, arguments, numbers))
    if any(step.name == "per_head" for step in steps[:-1]):
        raise PipelineError(f"pipeline {pipeline!r}: per_head can only come last")
    return steps


def read(takes: str, inside: str) -> tuple[list[Any], dict[str, float]]:
    """What stands in brackets; raises ValueError of a part that cannot be read, and what it should be."""
    arguments, numbers = [], {}
    for argument in filter(None, (part.strip() for part in inside.split(","))):
        key, equals, value = (part.strip() for part in argument.partition("="))
        try:
            if equals:
                numbers[key] = float(value)
            elif takes == "axes":
                arguments.append(DIMS[DIMS.index(argument)])
            else:
                first, *stop = (int(number) for number in argument.split(":", takes == "queries"))
                found = range(first, *(stop or [first + 1])) if takes == "queries" else first
                if first < (takes == "tokens") or (takes == "queries" and not found):
                    raise ValueError
                arguments.append(found)
        except ValueError:
            raise ValueError(argument, WANTED[takes]) from None
    return arguments, numbers


def named(name: str, weights: Mapping[str, np.ndarray]) -> np.ndarray:
    """The vector of a name, which may hold commas."""
    if name.strip() not in weights:
        there = f"there are {', '.join(weights)}" if weights else "none were given"
        raise ValueError(name.strip(), f"names no weights; {there}")
    return np.asarray(weights[name.strip()])
