"""Read and run a reduction pipeline: the string is the operation, and the record of it."""

from __future__ import annotations

import inspect
import re

import numpy as np
import xarray as xr

from regard.core.maps import AttentionMaps
from regard.core.scores import PairScores, PositionScores
from regard.errors import PipelineError
from regard.reduce.operations import OPERATIONS

STEP = re.compile(r"(?P<name>\w+)\s*(?:\((?P<arguments>[^()]*)\))?")
DIMS = ("layer", "head", "query", "key", "position")
Scores = PositionScores | PairScores


def parse(pipeline: str) -> list[tuple[str, list[str], dict[str, float]]]:
    """Steps of a pipeline such as ``"symmetrise | apc | mean(layer, head)"``: name, axes, numbers."""
    steps = []
    for text in pipeline.split("|"):
        match = STEP.fullmatch(text.strip())
        if not match:
            raise PipelineError(f"pipeline {pipeline!r}: {text.strip()!r} is no step; write name or name(…)")
        name, axes, numbers = match["name"], [], {}
        if name != "per_head" and name not in OPERATIONS:
            known = ", ".join([*OPERATIONS, "per_head"])
            raise PipelineError(f"pipeline {pipeline!r}: no reduction is called {name!r}; there are {known}")
        for argument in filter(None, (a.strip() for a in (match["arguments"] or "").split(","))):
            key, equals, value = (part.strip() for part in argument.partition("="))
            if not equals and argument in DIMS:
                axes.append(argument)
                continue
            try:
                numbers[key] = float(value)
            except ValueError:
                raise PipelineError(
                    f"pipeline {pipeline!r}: {argument!r} in {text.strip()!r} is neither an axis "
                    f"({', '.join(DIMS)}) nor name=number"
                ) from None
        run = OPERATIONS[name].run if name in OPERATIONS else lambda array: array
        try:
            inspect.signature(run).bind(None, *axes, **numbers)
        except TypeError as error:
            raise PipelineError(f"pipeline {pipeline!r}: {text.strip()!r}: {error}") from None
        if name in ("mean", "max") and not axes:
            raise PipelineError(f"pipeline {pipeline!r}: say over what, such as {name}(layer, head)")
        steps.append((name, axes, numbers))
    if any(name == "per_head" for name, _, _ in steps[:-1]):
        raise PipelineError(f"pipeline {pipeline!r}: per_head can only come last")
    return steps


def reduce(maps: AttentionMaps, pipeline: str) -> Scores | dict[str, Scores]:
    """Turn maps into scores.

    Parameters
    ----------
    pipeline : steps joined by ``|``, run from left to right. Must leave one value a position or one
        a pair; ending in ``per_head`` it may leave layer or head or both, too.

    Returns
    -------
    PositionScores or PairScores named by the pipeline; after ``per_head`` a dict of them, keyed
    ``"block 1 head 1"`` and so on, or only ``"head 1"`` where the layers are gone already.

    Raises
    ------
    PipelineError
        The pipeline cannot be read, does not fit the maps, or leaves axes over.
    """
    array = maps.array
    steps = parse(pipeline)
    for name, axes, numbers in steps:
        missing = (set(axes) | ({*numbers} & set(DIMS))) - set(array.dims)
        if missing:
            raise PipelineError(
                f"pipeline {pipeline!r}: {name} wants {', '.join(sorted(missing))}, "
                f"but only {', '.join(map(str, array.dims))} are left there"
            )
        if name != "per_head":
            notes = array.attrs.get("notes", ())
            try:
                array = OPERATIONS[name].run(array, *axes, **numbers)
            except PipelineError as error:
                raise PipelineError(f"pipeline {pipeline!r}: {error}") from None
            array.attrs.setdefault("notes", notes)
    text = " | ".join(step.strip() for step in pipeline.split("|"))
    places = {axis: places_of(maps.array, axis) for axis in ("query", "key")}
    unit = maps.array.attrs.get("unit", "")
    if steps[-1][0] == "per_head":
        words = {"layer": "block", "head": "head"}
        left = [dim for dim in words if dim in array.dims]
        named = {}
        for index in np.ndindex(*(array.sizes[dim] for dim in left)):
            name = " ".join(f"{words[dim]} {i + 1}" for dim, i in zip(left, index, strict=True)) or text
            one = array.isel(dict(zip(left, index, strict=True)), drop=True)
            named[name] = scores(one, places, text, name, unit)
        return named
    return scores(array, places, text, text, unit)


def places_of(array: xr.DataArray, axis: str) -> list[np.ndarray]:
    """Start and end of each token of each sample, int, (tokens, 2), without padding."""
    count = (array[f"{axis}_token"] != "").sum(axis).values.tolist()
    both = np.stack([array[f"{axis}_start"].values, array[f"{axis}_end"].values], axis=-1)
    return [one[:n] for one, n in zip(both, count, strict=True)]


def are_units(place: np.ndarray) -> bool:
    """Whether the tokens are the units themselves, one after another."""
    at = np.arange(len(place))
    return np.array_equal(place, np.stack([at, at + 1], axis=1))


def scores(array: xr.DataArray, places: dict[str, list[np.ndarray]], pipeline: str, name: str, unit: str) -> Scores:
    """Scores of the one or two axes that are left, without padding; places of tokens, of each sample, by axis."""
    left = [str(d) for d in array.dims if d != "sample"]
    notes = tuple(array.attrs.get("notes", ()))
    ids = [str(one) for one in array.sample.values]

    def placed(*axes: str) -> dict:
        each = list(zip(*(places[axis] for axis in axes), strict=True))
        own = all(are_units(place) for of_one in each for place in of_one)
        return {"notes": notes, "places": None if own else each, "unit": unit}

    if sorted(left) == ["key", "query"]:
        values = [
            one[: len(q), : len(k)]
            for one, q, k in zip(array.transpose("sample", "query", "key").values, *places.values(), strict=True)
        ]
        return PairScores(ids, values, name, **placed("query", "key"))
    if len(left) == 1 and left[0] in ("position", "query", "key"):
        axis = "key" if "key_token" in array.coords else "query"  # what the positions were
        values = [one[: len(n)] for one, n in zip(array.transpose("sample", ...).values, places[axis], strict=True)]
        return PositionScores(ids, values, name, **placed(axis))
    raise PipelineError(
        f"pipeline {pipeline!r} leaves {', '.join(left) or 'nothing'}; end with mean(…), max(…), last(…) or "
        "select(…) over layer and head, or with per_head, so that positions or pairs are left"
    )
