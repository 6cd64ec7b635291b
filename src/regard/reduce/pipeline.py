"""Run a reduction pipeline: the string is the operation, and the record of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from regard.core.maps import AttentionMaps
from regard.core.scores import PairScores, PositionScores
from regard.errors import PipelineError
from regard.reduce.parse import DIMS, Step, parse

Scores = PositionScores | PairScores


def reduce(
    maps: AttentionMaps, pipeline: str, *, weights: Mapping[str, np.ndarray] | None = None
) -> Scores | dict[str, Scores]:
    """Turn maps into scores.

    Parameters
    ----------
    pipeline : steps joined by ``|``, run from left to right. Must leave one value a position or one
        a pair; ending in ``per_head`` it may leave layer or head or both, too.
    weights : vectors for ``weights(name)`` by their names, shape (layers × heads,) each, layer by layer.

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
    for step in parse(pipeline, weights):
        array = run(step, array, pipeline)
    return scores(array, pipeline)


def run(step: Step, array: xr.DataArray, pipeline: str) -> xr.DataArray:
    """One step of a pipeline; notes of steps before go on, and what does not fit is said of the pipeline."""
    missing = ({a for a in step.arguments if isinstance(a, str)} | ({*step.numbers} & set(DIMS))) - set(array.dims)
    if missing:
        raise PipelineError(
            f"pipeline {pipeline!r}: {step.name} wants {', '.join(sorted(missing))}, "
            f"but only {', '.join(map(str, array.dims))} are left there"
        )
    if step.name == "per_head":
        return array
    kept = array.attrs
    try:
        array = step.run(array)
    except PipelineError as error:
        raise PipelineError(f"pipeline {pipeline!r}: {error}") from None
    array.attrs = kept | array.attrs
    return array


def scores(array: xr.DataArray, pipeline: str) -> Scores | dict[str, Scores]:
    """Scores named by the pipeline or, where it ends in per_head, by what is left of layer and head."""
    text = " | ".join(step.strip() for step in pipeline.split("|"))
    if not text.endswith("per_head"):
        return scores_of(array, text, text)
    words = {"layer": "block", "head": "head"}
    left = [dim for dim in words if dim in array.dims]
    named = {}
    for index in np.ndindex(*(array.sizes[dim] for dim in left)):
        name = " ".join(f"{words[dim]} {i + 1}" for dim, i in zip(left, index, strict=True)) or text
        named[name] = scores_of(array.isel(dict(zip(left, index, strict=True)), drop=True), text, name)
    return named


def places_of(array: xr.DataArray, axis: str) -> list[np.ndarray]:
    """Start and end of each token of each sample, int, (tokens, 2), without padding, which is where no token is."""
    count = (array[f"{axis}_token"] != "").values.sum(axis=-1).tolist()
    both = np.stack([array[f"{axis}_start"].values, array[f"{axis}_end"].values], axis=-1)
    return [one[:n] for one, n in zip(both, count, strict=True)]


def are_units(place: np.ndarray) -> bool:
    """Whether the tokens are the units themselves, one after another."""
    at = np.arange(len(place))
    return np.array_equal(place, np.stack([at, at + 1], axis=1))


def scores_of(array: xr.DataArray, pipeline: str, name: str) -> Scores:
    """Scores of the one or two axes that are left, without padding, and where their tokens stand."""
    left = [str(d) for d in array.dims if d != "sample"]
    notes = tuple(str(note) for note in array.attrs.get("notes", ()))
    ids = [str(one) for one in array.sample.values]
    places = {axis: places_of(array, axis) for axis in ("query", "key") if f"{axis}_token" in array.coords}

    def placed(*axes: str) -> dict:
        each = list(zip(*(places[axis] for axis in axes), strict=True))
        own = all(are_units(place) for of_one in each for place in of_one)
        return {"notes": notes, "places": None if own else each, "unit": array.attrs.get("unit", "")}

    if sorted(left) == ["key", "query"]:
        maps = array.transpose("sample", "query", "key").values
        values = [one[: len(q), : len(k)] for one, q, k in zip(maps, places["query"], places["key"], strict=True)]
        return PairScores(ids, values, name, **placed("query", "key"))
    if len(left) == 1 and left[0] in ("position", "query", "key"):
        (axis,) = places  # the positions were queries or keys; the other axis took its tokens along
        values = [one[: len(n)] for one, n in zip(array.transpose("sample", ...).values, places[axis], strict=True)]
        return PositionScores(ids, values, name, **placed(axis))
    raise PipelineError(
        f"pipeline {pipeline!r} leaves {', '.join(left) or 'nothing'}; end with mean(…), max(…), last(…) or "
        "select(…) over layer and head, or with per_head, so that positions or pairs are left"
    )
