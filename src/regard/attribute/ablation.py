"""Take attention heads out of an unmodified model and see what it still can do.

zero : a head's output is 0 (Michel et al. 2019).
mean : a head's output is its mean over reference inputs, so that what does not depend on the input stays (Wang et
    al. 2022); zero also takes away what later layers count on as a constant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from regard.attribute.head_outputs import head_outputs
from regard.errors import InputError

Head = tuple[int, int]  # layer and head, 0-based
HOW = ("zero", "mean")


def head_name(head: Head) -> str:
    """As `per_head` of a pipeline names it: counted from 1."""
    return f"block {head[0] + 1} head {head[1] + 1}"


@contextmanager
def ablated(
    model: nn.Module,
    heads: Sequence[Head],
    how: str = "zero",
    *,
    means: Sequence[Tensor] | None = None,
    layers: int | None = None,
    modules: str | None = None,
    head_count: int | None = None,
) -> Iterator[None]:
    """Remove the output of heads from every forward pass made inside the ``with`` block.

    Parameters
    ----------
    model : left as it was afterwards, also after an exception.
    heads : (layer, head), 0-based, layers in the order in which the model computes them.
    how : "zero" or "mean".
    means : for "mean", what `mean_outputs` gives.
    layers, modules, head_count : as for `head_outputs`.

    Raises
    ------
    InputError
        No such head, an unknown `how`, or no means.
    CaptureError
        The passes showed no attention, or another number of layers.
    """
    if how not in HOW:
        raise InputError(f"how {how!r} is unknown; choose one of {', '.join(HOW)}")
    if how == "mean" and means is None:
        raise InputError("how='mean' needs means=: measure them by mean_outputs(model, forward)")
    if not heads:
        raise InputError("no heads to take out: name at least one as (layer, head), counted from 0")
    if means is not None and layers not in (None, len(means)):
        raise InputError(f"means of {len(means)} layers for a model of {layers}; measure them on this model")
    layers = layers if means is None else len(means)
    check_heads(heads, layers, lambda layer: None if means is None else len(means[layer]))
    gone = defaultdict(set)
    for layer, head in heads:
        gone[layer].add(head)

    def edit(layer: int, output: Tensor) -> Tensor:
        if layer not in gone:
            return output
        check_heads([(layer, head) for head in gone[layer]], None, lambda _: output.shape[1])
        out = torch.zeros(output.shape[1], dtype=torch.bool, device=output.device)
        out[sorted(gone[layer])] = True
        if how == "zero" or means is None:
            return output.masked_fill(out[:, None, None], 0)
        if means[layer].shape != (output.shape[1], output.shape[3]):
            raise InputError(f"means of layer {layer} are not of {output.shape[1]} heads × {output.shape[3]} numbers")
        return torch.where(out[:, None, None], means[layer].to(output)[:, None], output)

    with head_outputs(model, edit, layers=layers, modules=modules, head_count=head_count) as passes:
        yield
    check_heads(heads, passes.deepest, lambda _: None)


def check_heads(heads: Sequence[Head], layers: int | None, count: Callable[[int], int | None]) -> None:
    """Raise InputError for a head that is not there; `count` says how many a layer has, None where it is not known."""
    for layer, head in heads:
        if layer < 0 or (layers is not None and layer >= layers):
            known = "there is none below 0" if layers is None else f"the model computes layers 0 to {layers - 1}"
            raise InputError(f"head ({layer}, {head}): no layer {layer}, counted from 0; {known}")
        there = count(layer)
        if head < 0 or (there is not None and head >= there):
            known = "there is none below 0" if there is None else f"layer {layer} has heads 0 to {there - 1}"
            raise InputError(f"head ({layer}, {head}): no head {head}, counted from 0; {known}")


@torch.no_grad()
def mean_outputs(
    model: nn.Module,
    forward: Callable[[], object],
    *,
    layers: int | None = None,
    modules: str | None = None,
    head_count: int | None = None,
) -> list[Tensor]:
    """The mean output of each head over positions and sequences of reference inputs.

    Parameters
    ----------
    forward : makes the forward passes, in this thread; every position counts once, padding and special tokens too, so
        pass sequences of one length together.
    layers, modules, head_count : as for `head_outputs`.

    Returns
    -------
    One tensor a layer, shape (heads, size), double precision.
    """
    sums: list[Tensor] = []
    counts: list[int] = []

    def add(layer: int, output: Tensor) -> Tensor:
        total = output.double().sum(dim=(0, 2))  # (heads, size)
        if layer == len(sums):
            sums.append(torch.zeros_like(total))
            counts.append(0)
        sums[layer] += total
        counts[layer] += output.shape[0] * output.shape[2]
        return output

    with head_outputs(model, add, layers=layers, modules=modules, head_count=head_count):
        forward()
    return [total / count for total, count in zip(sums, counts, strict=True)]
