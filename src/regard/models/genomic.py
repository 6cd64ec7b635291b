"""A model that reads a window of a genome, as the enhancer study sees it: four functions and a few numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from torch import Tensor, nn

Each = Callable[[int, Tensor], None]


@dataclass(frozen=True)
class GenomicModel:
    """What must be known of a model so that contributions and attention can be laid along a chromosome.

    Attributes
    ----------
    name : as figures call it.
    length : bases of a window.
    bin : bases that share one token of the attention; `length` is a multiple.
    tss : base of the window, from 0, at which the transcription start must stand.
    trained : False for random weights; every figure then says so.
    oriented : the model reads along the gene, so that windows of genes on the minus strand are turned round.
    causal : a query sees only what lies before it.
    asked : what `output` is, in words.
    queries : bins of the window from which attention counts as that of the transcription start.
    widest : bases over which the score of an element is taken where the element is shorter (0: its own).
    output : one number a window, shape (batch,), from one-hot rows, shape (batch, length, 5), the fifth column N.
        Differentiable.
    attend : runs tokens, int, shape (batch, length), 0 to 4 for A, C, G, T, N, and calls `each` with (layer,
        attention), shape (batch, heads, bins, bins), row = query; layers come one by one and need not be kept. None for
        a model without attention, such as a convolutional network.
    profile : the prediction along the window, shape (batch, bins), NaN where there is none; None where the model
        says one thing of the whole window.
    untrained : the same architecture with random weights of a seed; None where nobody knows how.
    module : the torch module itself.
    layers, heads : of its attention, heads in each layer; counted by a pass where 0.
    remarks : what a reader of results should know.
    choose : the same model, its weights shared, asked of other tracks by number or name; None where it has one output.
    """

    name: str
    length: int
    bin: int
    tss: int
    trained: bool
    oriented: bool
    causal: bool
    asked: str
    queries: tuple[int, ...]
    widest: int
    output: Callable[[Tensor], Tensor]
    attend: Callable[[Tensor, Each], None] | None
    profile: Callable[[Tensor], Tensor] | None
    untrained: Callable[[int], GenomicModel] | None
    module: nn.Module
    layers: int = 0
    heads: int = 0
    remarks: tuple[str, ...] = field(default=())
    choose: Callable[[str], GenomicModel] | None = None

    @property
    def bins(self) -> int:
        return self.length // self.bin
