"""The pipeline string over layers as they come out of a model: no more is kept than what is left of them.

What acts inside a head runs on the heads at hand; what takes layers or heads away becomes a running sum, maximum,
product or choice. The numbers are those of `reduce` on all maps; only `entropy` judges of each part by itself whether
queries look ahead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from regard.core.maps import DIMS, attention_maps, coordinates
from regard.core.scores import PairScores
from regard.core.tokens import token_table
from regard.errors import InputError, PipelineError
from regard.reduce.corrected import CorrectedSum
from regard.reduce.parse import Step, parse
from regard.reduce.pipeline import Scores, run, scores
from regard.reduce.running import Joined, Level, Mean, Running, axes_of, running


class Streamed:
    """One sample through a pipeline, a layer or some heads of a layer at a time.

    >>> both = np.array([[[0.5, 0.5], [1, 0]], [[0, 1], [0, 1]]])  # two heads
    >>> stream = Streamed("received | mean(layer, head)", layers=1, heads=2)
    >>> stream.add(0, both)
    >>> stream.scores().values[0]
    array([0.375, 0.625])

    Parameters
    ----------
    layers, heads : of the model; heads, in each layer.
    tokens, key_tokens : what stands on the axes, as `token_table` makes it; ordinary tokens if left out.
    weights : vectors for ``weights(name)``, shape (layers × heads,) each.

    Raises
    ------
    PipelineError
        At once, where the pipeline can't be read, leaves axes over, or would keep every map.
    """

    def __init__(
        self,
        pipeline: str,
        *,
        layers: int,
        heads: int,
        id: str = "seq1",
        tokens: pd.DataFrame | None = None,
        key_tokens: pd.DataFrame | None = None,
        weights: Mapping[str, np.ndarray] | None = None,
    ):
        self.pipeline, self.id, self.sizes = pipeline, id, {"layer": layers, "head": heads}
        self.tokens, self.key_tokens = tokens, key_tokens
        self.coordinates: dict = {}
        self.layer = self.head = 0  # that come next
        steps = parse(pipeline, weights)
        rehearse(pipeline, steps, layers, heads)
        self.plan = plan(steps, self.sizes)
        self.corrected = corrected(steps, layers * heads)
        self.in_heads = Level(pipeline, self.plan.in_heads, self.plan.heads())
        self.in_layers = Level(pipeline, self.plan.in_layers, self.plan.layers()) if self.plan.layers else None

    def add(self, layer: int, attention: np.ndarray) -> None:
        """Attention of a layer, shape (heads, query, key), row = query, or of the heads of it that come next."""
        self.expect(layer, len(attention))
        if not self.coordinates:
            queries, keys = (token_table(["X"] * n) for n in attention.shape[1:])
            tokens = queries if self.tokens is None else self.tokens
            key_tokens = keys if self.key_tokens is None and len(keys) != len(tokens) else self.key_tokens
            self.coordinates = coordinates([self.id], [tokens], [tokens if key_tokens is None else key_tokens])
        if self.corrected:
            try:
                self.corrected.add(layer * self.sizes["head"] + self.head, attention)
            except PipelineError as error:
                raise PipelineError(f"pipeline {self.pipeline!r}: {error}") from None
        else:
            array = xr.DataArray(attention[None, None], dims=DIMS, coords=self.coordinates)
            self.in_heads.add(array, layer=layer, head=self.head)
        self.head += len(attention)
        if self.head < self.sizes["head"]:
            return
        self.layer, self.head = layer + 1, 0
        if self.in_layers:
            self.in_layers.add(self.in_heads.result(), layer=layer, head=0)
            self.in_heads = Level(self.pipeline, self.plan.in_heads, self.plan.heads())

    def expect(self, layer: int, heads: int) -> None:
        if layer != self.layer or self.head + heads > self.sizes["head"]:
            raise InputError(
                f"{heads} heads of layer {layer} came; the next of {self.sizes['layer']} layers × {self.sizes['head']} "
                f"heads are layer {self.layer}, from head {self.head}"
            )

    def scores(self) -> Scores | dict[str, Scores]:
        """What `reduce` gives, once all layers were added."""
        if self.layer < self.sizes["layer"]:
            raise InputError(f"{self.layer} of {self.sizes['layer']} layers were added")
        if self.corrected:
            array = xr.DataArray(
                self.corrected.result()[None], dims=("sample", "query", "key"), coords=self.coordinates
            )
        else:
            array = (self.in_layers or self.in_heads).result()
        for step in self.plan.at_end:
            array = run(step, array, self.pipeline)
        return scores(array, self.pipeline)


class Plan(NamedTuple):
    """Steps inside heads, inside layers and at the end, and between them what takes heads and layers away.

    layers : None where `heads` takes both away at once.
    """

    in_heads: list[Step]
    heads: Callable[[], Running]
    in_layers: list[Step]
    layers: Callable[[], Running] | None
    at_end: list[Step]


def plan(steps: list[Step], sizes: dict[str, int]) -> Plan:
    first = next(i for i, step in enumerate(steps) if axes_of(step))
    inside, step, rest = steps[:first], steps[first], steps[first + 1 :]
    take_away, gone = partial(running, step, sizes), axes_of(step)
    if step.name == "rollout":
        return Plan(inside, partial(Mean, "head"), [], take_away, rest)
    if gone == {"layer"} or step.name == "per_head":
        return Plan(inside, partial(Joined, "head"), [], take_away, rest)
    if gone == {"layer", "head"}:
        return Plan(inside, take_away, [], None, rest)
    then = next(i for i, later in enumerate(rest) if "layer" in axes_of(later))
    return Plan(inside, take_away, rest[:then], partial(running, rest[then], sizes), rest[then + 1 :])


def corrected(steps: list[Step], count: int) -> CorrectedSum | None:
    """The way without a corrected map a head, where the pipeline begins with a sum over all `count` heads of such."""
    first = next(i for i, step in enumerate(steps) if axes_of(step))
    before, step = [one.name for one in steps[:first]], steps[first]
    is_mean = step.name == "mean" and {*step.arguments} == {"layer", "head"}
    if before not in ([], ["symmetrise"], ["apc"], ["symmetrise", "apc"]) or not (is_mean or step.name == "weights"):
        return None
    weights = np.full(count, 1 / count) if is_mean else step.arguments[0]
    return CorrectedSum(weights, symmetrise="symmetrise" in before, apc="apc" in before)


def rehearse(pipeline: str, steps: list[Step], layers: int, heads: int) -> None:
    """Run a pipeline on two tokens, so that what does not fit is said before a model is read."""
    maps = np.broadcast_to(np.eye(2), (layers, heads, 2, 2))
    array = attention_maps([maps], ["two"], [token_table(["A", "A"])]).array
    for step in steps:
        array = array if step.name == "from" else run(step, array, pipeline)
    found = scores(array, pipeline)
    if isinstance(found, dict) and any(isinstance(one, PairScores) for one in found.values()):
        raise PipelineError(
            f"pipeline {pipeline!r} keeps the maps of every head, so it cannot be streamed; leave positions, as "
            "received does, or one map, as mean(layer, head) does"
        )
