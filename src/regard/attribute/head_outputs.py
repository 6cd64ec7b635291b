"""Read or replace what each attention head hands on, in unmodified models.

Two seams, as in `models.capture`:

sdpa        what ``torch.nn.functional.scaled_dot_product_attention`` returns (plain torch, our GPT, Hugging Face
            models, which are switched to it for the time)
projection  what named modules, the projections that follow attention, are given; for models that write their
            attention out, such as DeBERTa
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import torch.nn.functional as F
from torch import Tensor, nn

from regard.errors import CaptureError
from regard.models.capture import SdpaIntercept

Edit = Callable[[int, Tensor], Tensor]
FUSED = F.scaled_dot_product_attention


class HeadIntercept(SdpaIntercept):
    """Hand on what the fused function returns, and give the model what comes back."""

    receive: Callable[[Tensor], Tensor]

    def attend(self, *args, **kwargs) -> Tensor:
        if kwargs.get("dropout_p", args[4] if len(args) > 4 else 0.0) > 0:
            raise CaptureError("the model applies attention dropout; call model.eval() first")
        return self.receive(FUSED(*args, **kwargs))


class Passes:
    """Which layer is it? Counted from the beginning of each forward pass."""

    def __init__(self, name: str, layers: int | None, edit: Edit):
        self.name, self.layers, self.edit = name, layers, edit
        self.place = self.deepest = self.caught = 0
        self.inside = False  # a call of the model itself

    def begin(self, *_) -> None:
        self.place, self.inside = 0, True

    def end(self, *_) -> None:
        self.inside = False
        if self.layers is not None and self.place != self.layers:
            raise CaptureError(self.wrong(self.place))

    def receive(self, output: Tensor) -> Tensor:
        if output.ndim != 4:
            raise CaptureError(
                f"{self.name}, attention {self.place}: shape {tuple(output.shape)} is not (batch, heads, query, size), "
                "so heads cannot be told apart; give modules= and head_count="
            )
        if self.layers is None and not self.inside:
            raise CaptureError(
                f"attention was computed outside a call of {self.name}, by a method of it, so that one pass cannot be "
                "told from the next (say layers=, how many attention layers a pass computes), or by another model "
                "(call that outside the block)"
            )
        layer = self.place if self.layers is None else self.place % self.layers
        self.place, self.caught, self.deepest = self.place + 1, self.caught + 1, max(self.deepest, layer + 1)
        return self.edit(layer, output)

    def wrong(self, caught: int) -> str:
        return (
            f"{self.name}: {caught} attention layers were caught, expected {self.layers or 'at least one'} a pass; "
            "make whole passes inside the block and in its own thread, load a Hugging Face model with "
            "attn_implementation='sdpa', or name the projections that follow attention by modules="
        )


@contextmanager
def head_outputs(
    model: nn.Module,
    edit: Edit,
    *,
    layers: int | None = None,
    modules: str | None = None,
    head_count: int | None = None,
) -> Iterator[Passes]:
    """Pass the output of every attention layer through a function while the block runs.

    Parameters
    ----------
    model : left as it was afterwards, also after an exception.
    edit : given the layer (0-based, in the order in which a forward pass computes them) and attention @ value, shape
        (batch, heads, query, size); what it returns is what the model goes on with. Gradients flow through it.
    layers : attention layers of a forward pass; needed where passes are made by methods and not by `model(…)`.
    modules : a regular expression that names of output projections match in full, for the projection seam.
    head_count : heads of a layer, for `modules`; taken from a Hugging Face configuration if left out.

    Raises
    ------
    CaptureError
        Nothing was caught, a pass had another number of layers, or outputs are not apart by head.
    """
    passes = Passes(type(model).__name__, layers, edit)
    with ExitStack() as stack:
        stack.callback(model.register_forward_pre_hook(passes.begin).remove)
        stack.callback(model.register_forward_hook(passes.end).remove)
        if modules is None:
            stack.enter_context(on_fused_attention(model))
            stack.enter_context(HeadIntercept(passes.receive))
        else:
            stack.enter_context(before_projections(model, passes.receive, modules, head_count))
        yield passes
    if not passes.caught or (layers is not None and passes.caught % layers):
        raise CaptureError(passes.wrong(passes.caught))


@contextmanager
def on_fused_attention(model: nn.Module) -> Iterator[None]:
    """A Hugging Face model on its sdpa implementation, where it is on another; any other model as it is."""
    before = getattr(getattr(model, "config", None), "_attn_implementation", None)
    if before in (None, "sdpa") or not hasattr(model, "set_attn_implementation"):
        yield
        return
    try:
        model.set_attn_implementation("sdpa")
    except (ValueError, ImportError) as error:  # transformers' own refusals
        raise CaptureError(
            f"{type(model).__name__} has no sdpa attention ({str(error).splitlines()[0][:100]}); name the projections "
            "that follow its attention by modules="
        ) from None
    try:
        yield
    finally:
        model.set_attn_implementation(before)


@contextmanager
def before_projections(
    model: nn.Module, receive: Callable[[Tensor], Tensor], modules: str, head_count: int | None
) -> Iterator[None]:
    named = [module for name, module in model.named_modules() if re.fullmatch(modules, name)]
    if not named:
        raise CaptureError(f"no module of {type(model).__name__} is called {modules!r}; see named_modules()")
    heads = head_count or getattr(getattr(model, "config", None), "num_attention_heads", None)
    if heads is None:
        raise CaptureError(f"{type(model).__name__} does not say how many heads a layer has; say head_count=")

    def hook(_module, inputs):
        joined = inputs[0]  # (B, T, heads × size)
        if joined.ndim != 3 or joined.shape[2] % heads:
            raise CaptureError(
                f"modules {modules!r}: given shape {tuple(joined.shape)}, not (batch, query, {heads} × size)"
            )
        apart = joined.unflatten(2, (heads, -1)).transpose(1, 2)  # (B, heads, T, size)
        return receive(apart).transpose(1, 2).flatten(2), *inputs[1:]

    with ExitStack() as stack:
        for module in named:
            stack.callback(module.register_forward_pre_hook(hook).remove)
        yield
