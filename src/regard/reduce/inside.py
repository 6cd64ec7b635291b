"""The steps of a pipeline that act inside a head, for studies that average, choose and weigh the heads themselves."""

from __future__ import annotations

import numpy as np
import xarray as xr

from regard.core.maps import DIMS, coordinates
from regard.core.tokens import token_table
from regard.errors import PipelineError
from regard.reduce.parse import parse
from regard.reduce.pipeline import run
from regard.reduce.running import axes_of

TOKENS = 4  # of the map that a pipeline is tried on


class InHeads:
    """A pipeline that leaves every head by itself.

    >>> inside = InHeads("symmetrise | mean(layer, head)")
    >>> inside.pipeline, inside.pairs
    ('symmetrise', True)
    >>> inside(np.array([[[0.5, 0.5], [1, 0]]]))
    array([[[0.5 , 0.75],
            [0.75, 0.  ]]])

    Parameters
    ----------
    pipeline : steps joined by ``|``; ``mean(layer, head)`` may stand at the end and is left to who asks.

    Attributes
    ----------
    pipeline : without that. pairs : whether maps are left of each head, else one value a token.

    Raises
    ------
    PipelineError
        It cannot be read, takes layers or heads away, or leaves something else than a value for every token or pair.
    """

    def __init__(self, pipeline: str):
        steps, texts = parse(pipeline), [part.strip() for part in pipeline.split("|")]
        if steps[-1].name == "mean" and {*steps[-1].arguments} == {"layer", "head"}:
            steps, texts = steps[:-1], texts[:-1]
        if not steps:
            raise PipelineError(f"pipeline {pipeline!r}: say how the map of each head is read, such as symmetrise")
        for step, text in zip(steps, texts, strict=True):
            if axes_of(step):
                raise PipelineError(
                    f"pipeline {pipeline!r}: {text!r} takes layers or heads away; leave them, as heads are averaged, "
                    "chosen or weighed afterwards"
                )
        self.steps, self.pipeline = steps, " | ".join(texts)
        left = self.left(np.eye(TOKENS)[None])
        if left.shape not in ((1, TOKENS), (1, TOKENS, TOKENS)):
            raise PipelineError(f"pipeline {pipeline!r} does not leave one value for every token or pair of them")
        self.pairs = left.ndim == 3

    def __call__(self, attention: np.ndarray) -> np.ndarray:
        """What is left of heads, (heads, query, key) or (heads, tokens).

        attention : shape (heads, query, key), row = query. A value that is missing is NaN.
        """
        return self.left(attention)

    def left(self, attention: np.ndarray) -> np.ndarray:
        coords = {}
        if any(step.name == "drop_special" for step in self.steps):  # no other asks what the tokens are
            tokens = [token_table(["X"] * attention.shape[1])]
            coords = coordinates(["one"], tokens, tokens)
        array = xr.DataArray(attention[None, None], dims=DIMS, coords=coords)
        for step in self.steps:
            array = run(step, array, self.pipeline)
        return array.isel(sample=0, layer=0).transpose("head", ...).values
