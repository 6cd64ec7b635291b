"""What is left of layers and heads that come one after the other: a step that takes them away, as it goes along.

Each has `add`, called with an array that holds a few heads or a layer and with the number of its first layer and head,
and `result`, which is what the step gives for the whole.
"""

from __future__ import annotations

from functools import partial
from typing import Protocol

import numpy as np
import xarray as xr

from regard.reduce.operations import Note, carried
from regard.reduce.parse import Step
from regard.reduce.pipeline import run


class Running(Protocol):
    def add(self, array: xr.DataArray, **first: int) -> None: ...

    def result(self) -> xr.DataArray: ...


def axes_of(step: Step) -> set[str]:
    """Which of layer and head a step takes away; `per_head` collects both."""
    if step.name in ("rollout", "weights", "per_head"):
        return {"layer", "head"}
    if step.name in ("mean", "max", "last", "select"):
        return {"layer", "head"} & {*(step.arguments or ["layer"] * (step.name == "last")), *step.numbers}
    return set()


def running(step: Step, sizes: dict[str, int]) -> Running:
    """The running form of a step that takes layer or head away; sizes : how many layers and heads there are."""
    if step.name == "select":
        return Chosen({dim: int(i) for dim, i in step.numbers.items()})
    if step.name == "last":
        dim = (step.arguments or ["layer"])[0]
        return Chosen({dim: sizes[dim] - 1})
    return {
        "mean": partial(Mean, *step.arguments),
        "max": partial(Max, *step.arguments),
        "weights": partial(Weighted, *step.arguments, sizes["head"]),
        "rollout": partial(Product, **step.numbers),
        "per_head": partial(Joined, "layer"),
    }[step.name]()


class Mean:
    def __init__(self, *dims: str):
        self.dims, self.total, self.count = list(dims), 0, 0

    def add(self, array: xr.DataArray, **_: int) -> None:
        self.total, self.count = self.total + array.sum(self.dims), self.count + array.count(self.dims)

    def result(self) -> xr.DataArray:
        return (self.total / self.count.where(self.count > 0)).astype(self.total.dtype)


class Max:
    def __init__(self, *dims: str):
        self.dims, self.best = list(dims), None

    def add(self, array: xr.DataArray, **_: int) -> None:
        here = array.max(self.dims)
        self.best = here if self.best is None else np.fmax(self.best, here)

    def result(self) -> xr.DataArray:
        return self.best


class Chosen:
    def __init__(self, index: dict[str, int]):
        self.index, self.array = index, None

    def add(self, array: xr.DataArray, **first: int) -> None:
        inside = {dim: i - first[dim] for dim, i in self.index.items()}
        if all(0 <= i < array.sizes[dim] for dim, i in inside.items()):
            self.array = array.isel(inside, drop=True).copy()

    def result(self) -> xr.DataArray:
        return self.array


class Weighted:
    def __init__(self, vector: np.ndarray, heads: int):
        self.weights, self.total, self.there = vector.reshape(-1, heads), 0, False

    def add(self, array: xr.DataArray, layer: int, head: int) -> None:
        some = self.weights[layer, head : head + array.sizes["head"]]
        one = array.isel(layer=0)
        self.total = self.total + xr.dot(one.fillna(0), xr.DataArray(some.astype(one.dtype), dims="head"), dim="head")
        self.there = self.there | one.notnull().any("head")

    def result(self) -> xr.DataArray:
        return self.total.where(self.there)


class Product:
    def __init__(self, residual: float = 0.5):
        self.residual, self.first, self.total = residual, None, None

    def add(self, array: xr.DataArray, **_: int) -> None:
        one = array.isel(layer=0, drop=True).transpose(..., "query", "key")
        self.first = one if self.first is None else self.first
        self.total = carried(self.total, one.values, self.residual)

    def result(self) -> xr.DataArray:
        assert self.first is not None
        return self.first.copy(data=self.total).where(self.first.notnull())


class Joined:
    def __init__(self, dim: str):
        self.dim, self.parts = dim, []

    def add(self, array: xr.DataArray, **_: int) -> None:
        self.parts.append(array)

    def result(self) -> xr.DataArray:
        return xr.concat(self.parts, self.dim)


class Level:
    """Steps that run inside each part, then what is left of the parts together; notes are averaged over their heads."""

    def __init__(self, pipeline: str, steps: list[Step], left: Running):
        self.pipeline, self.steps, self.left = pipeline, steps, left
        self.heads, self.notes = [], []

    def add(self, array: xr.DataArray, **first: int) -> None:
        for step in self.steps:
            array = run(step, array, self.pipeline)
        self.heads.append(array.sizes.get("head", 1))
        self.notes.append(array.attrs.get("notes", ()))
        self.left.add(array, **first)

    def result(self) -> xr.DataArray:
        notes = tuple(
            Note(same[0].text, float(np.average([one.value for one in same], weights=self.heads)))
            for same in zip(*self.notes, strict=True)
        )
        return self.left.result().assign_attrs(notes=notes)
