"""What the attention of one fitted TabPFN says of its columns: maps of each layer, and what they add up to.

A forward pass gives, layer by layer, the attention between columns in every row and between rows in
every column. They come as a stream; kept are sums over rows, so a table of any length can be read.
Rows: `thinking` ones of the model's own, then the known, then the asked. The last column is the target.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from regard.models.capture import capture
from regard.models.tabpfn.regressor import Checkpoint, check, prompt_of

if TYPE_CHECKING:
    from tabpfn import TabPFNRegressor

AXES = "columns", "known rows", "asked rows"  # what a layer's three maps have as queries
Each = Callable[[int, str, Tensor], None]


def stream(checkpoint: Checkpoint, regressor: TabPFNRegressor, x: np.ndarray, asked: np.ndarray, each: Each) -> Tensor:
    """Predict the asked rows by tabpfn's own `predict`, handing on each map as it comes.

    Parameters
    ----------
    x : the rows that `regressor` was fitted on, to check that its model sees them as they are.
    each : called with the layer; "columns", "known rows" or "asked rows"; and the attention. Shape
        (rows, heads, tokens, tokens) between columns, (tokens, heads, rows, known rows) between rows.

    Returns
    -------
    The prediction, shape (asked rows,).
    """
    maps = 3 * checkpoint.layers

    def sort(number: int, attention: Tensor) -> None:
        each(number // 3, AXES[number % 3], attention)

    with prompt_of(regressor) as prompt, capture(regressor.models_[0], "backend", layers=maps, each=sort):
        prediction = regressor.predict(asked)
    check(prompt, x, asked)
    return torch.as_tensor(prediction)


@dataclass
class Layers:
    """Maps between columns, (rows, heads, tokens, tokens) a layer, without their rows.

    `mean` : one array a layer, (heads, tokens, tokens). `highest` : for each row, head and cell the
    highest of all layers, then the mean over rows and heads, (tokens, tokens).
    """

    mean: list[np.ndarray]
    running: Tensor | None = None

    def add(self, layer: Tensor) -> None:
        layer = layer.detach()
        self.mean.append(layer.mean(dim=0).double().cpu().numpy())
        self.running = layer.clone() if self.running is None else torch.maximum(self.running, layer)

    def reduced(self, how: str) -> np.ndarray:
        """One map of tokens × tokens: heads averaged; layers by "mean", "max", "last" or "weighted".

        weighted: layer l of L counts l, so that later layers count more.
        """
        if how == "max":
            assert self.running is not None
            return self.running.mean(dim=(0, 1)).double().cpu().numpy()
        stack = np.stack(self.mean).mean(axis=1)  # (layers, tokens, tokens)
        weights = {
            "mean": np.ones(len(stack)),
            "last": np.eye(len(stack))[-1],
            "weighted": np.arange(1, len(stack) + 1),
        }
        return np.average(stack, axis=0, weights=weights[how])


class Rollout:
    """How much of each cell's content came from each column, through columns and rows alike.

    After Abnar and Zuidema 2020, attention rollout, with heads averaged and half of every step left in
    place by the residual path; a step mixes the columns of each row, the next the rows of each column.
    `share` has shape (rows, tokens, tokens): of the cell in this row and token, from this column.
    """

    def __init__(self):
        self.share: Tensor | None = None

    def add(self, axis: str, attention: Tensor, known: int) -> None:
        attention = attention.mean(dim=1)  # heads
        if axis == "columns":
            if self.share is None:
                self.share = torch.eye(attention.shape[-1]).to(attention).expand_as(attention).clone()
            self.share = (self.share + attention @ self.share) / 2
            return
        assert self.share is not None
        rows = slice(0, known) if axis == "known rows" else slice(known, None)
        if axis == "known rows":
            self.before = self.share[:known].clone()  # asked rows read the known rows as they were
        mixed = torch.einsum("cqk,kcg->qcg", attention, self.before)
        self.share[rows] = (self.share[rows] + mixed) / 2


@dataclass
class Reading:
    """One fit, read: maps between columns, plain and value-weighted, the rollout, and the prediction."""

    attention: Layers
    value: Layers
    rollout: np.ndarray  # (tokens,): the target token's share from each column
    prediction: np.ndarray
    gradient: Layers | None = None


class Values:
    """Lengths of the value vectors after the output projection, by a hook, as each layer computes them.

    A cell's weight is then attention × ‖value‖: what is added, not how hard it is looked at
    (Kobayashi et al. 2020, equation 3).
    """

    def __init__(self, model: nn.Module):
        self.handles, self.lengths = [], None
        for block in model.get_submodule("blocks").children():
            attention = block.per_sample_attention_between_features
            projection, heads = attention.out_projection, attention.num_heads

            def note(_module, _inputs, output, projection=projection, heads=heads):
                values = output.unflatten(-1, (heads, -1))  # (rows, tokens, heads, size)
                out = projection.weight.unflatten(-1, (heads, -1))  # (width, heads, size)
                gram = torch.einsum("whs,wht->hst", out, out)
                square = torch.einsum("rchs,hst,rcht->rhc", values, gram, values)
                self.lengths = square.clamp(min=0).sqrt()  # (rows, heads, tokens)

            self.handles.append(attention.v_projection.register_forward_hook(note))

    def __enter__(self) -> Values:
        return self

    def __exit__(self, *_) -> None:
        for handle in self.handles:
            handle.remove()


def read(
    checkpoint: Checkpoint, regressor: TabPFNRegressor, x: np.ndarray, y: np.ndarray, *, gradient: bool = False
) -> Reading:
    """Predict the known rows again and read the attention by which it was done.

    Maps between columns are those of the asked rows, whose target the model is not shown there.

    Parameters
    ----------
    x, y : what `regressor` was fitted on.
    gradient : also gradient × attention, by a second pass and a backward one.
    """
    plain, weighted, rollout = Layers([]), Layers([]), Rollout()
    known = checkpoint.thinking + len(x)

    def each(_layer: int, axis: str, attention: Tensor) -> None:
        rollout.add(axis, attention, known)
        if axis == "columns":
            assert values.lengths is not None
            plain.add(attention[known:])
            weighted.add((attention * values.lengths[:, :, None])[known:])

    with Values(regressor.models_[0]) as values:
        prediction = stream(checkpoint, regressor, x, x, each).numpy()
    assert rollout.share is not None
    share = rollout.share[known:, -1].mean(dim=0).double().cpu().numpy()
    reading = Reading(plain, weighted, share, prediction)
    if gradient:
        reading.gradient = gradient_of(checkpoint, regressor, x, y)
    return reading


def gradient_of(checkpoint: Checkpoint, regressor: TabPFNRegressor, x: np.ndarray, y: np.ndarray) -> Layers:
    """Attention between columns × how the log density of the true targets changes with it, where positive.

    After Chefer et al. 2021, equation 5, with the model's own objective in place of a class score.
    """
    with prompt_of(regressor) as prompt:
        regressor.predict(x[:1])
    assert prompt.x is not None and prompt.y is not None
    model, known = regressor.models_[0], len(x)
    table = torch.cat([prompt.x[:known], prompt.x[:known]]).clone().requires_grad_()
    maps: list[Tensor] = []

    def keep(number: int, attention: Tensor) -> None:
        if number % 3 == 0:
            attention.retain_grad()
            maps.append(attention)

    with torch.enable_grad(), capture(model, "backend", layers=3 * checkpoint.layers, each=keep):
        logits = model(table, prompt.y.clone())
        target = prompt.y.reshape(known, 1)
        regressor.znorm_space_bardist_(logits, target).sum().neg().backward()
    model.zero_grad(set_to_none=True)
    layers = Layers([])
    for attention in maps:
        layers.add((attention.detach() * attention.grad).clamp(min=0)[checkpoint.thinking + known :])
    return layers
