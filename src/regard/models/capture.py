"""Take attention out of unmodified models, a layer at a time.

Seams, by what the model offers:

sdpa     an intercept of ``torch.nn.functional.scaled_dot_product_attention`` (plain torch, our GPT,
         Hugging Face models on their default implementation)
hook     a forward hook on named modules whose output is attention (enformer-pytorch's dropout)
eager    Hugging Face's own ``output_attentions``, switched on for the time of the capture
backend  TabPFN's public attention backend (tabpfn 9): in each layer the attention between columns, of
         every row, then the attention between rows, of every column, to the rows whose target is
         known: first of those rows themselves, then of the rows to predict
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from regard.errors import CaptureError, MissingExtra

Receive = Callable[[Tensor, bool], None]  # attention of all or some heads; is it the last of its layer?


@contextmanager
def capture(
    model: nn.Module,
    seam: str = "sdpa",
    *,
    modules: str | None = None,
    layers: int | None = None,
    each: Callable[[int, Tensor], None] | None = None,
    heads_at_once: int | None = None,
) -> Iterator[list[Tensor]]:
    """Collect the attention of every forward pass made inside the ``with`` block.

    Parameters
    ----------
    model : left as it was afterwards, also after an exception.
    seam : "sdpa", "hook", "eager" or "backend".
    modules : for "hook", a regular expression that names of the hooked modules match in full.
    layers : how many maps there must be; none to accept any number above zero.
    each : called with (layer number, attention) as each layer comes, instead of keeping it; for
        models whose maps do not fit in memory together.
    heads_at_once : `each` is called several times a layer, with so many heads at most, in their order; at
        the seam "sdpa" no more than these are ever in memory. All at once if left out.

    Yields
    ------
    A list that fills with one tensor a layer, shape (batch, heads, query, key), row = query, in
    the order in which the model computes them. Gradients flow through them.

    Raises
    ------
    CaptureError
        No maps, a wrong number of maps, or rows that do not sum to 1.

    Examples
    --------
    >>> import regard, torch
    >>> layer = torch.nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    >>> model = torch.nn.TransformerEncoder(layer, 3).eval()
    >>> with torch.no_grad(), regard.capture(model) as maps:
    ...     _ = model(torch.zeros(1, 5, 8))
    >>> len(maps), tuple(maps[0].shape)
    (3, (1, 2, 5, 5))
    """
    if seam not in SEAMS:
        raise CaptureError(f"seam {seam!r} is unknown; choose one of {', '.join(SEAMS)}")
    if heads_at_once is not None and (each is None or heads_at_once < 1):
        raise CaptureError(f"heads_at_once={heads_at_once} wants 1 or more, and each= to call with so many heads")
    kept: list[Tensor] = []
    seen = 0

    def receive(attention: Tensor, last: bool = True) -> None:
        nonlocal seen
        check_rows(attention, seen, seam)
        if each is None:
            kept.append(attention)
        else:
            for heads in attention.split(heads_at_once, dim=1) if heads_at_once else [attention]:
                each(seen, heads)
        seen += last

    with SEAMS[seam](model, receive, modules, heads_at_once):
        yield kept
    if seen == 0 or (layers is not None and seen != layers):
        wanted = "at least one" if layers is None else str(layers)
        others = " or ".join(f"seam={name!r}" for name in SEAMS if name != seam)
        raise CaptureError(
            f"seam {seam!r} caught {seen} attention maps of {type(model).__name__}, expected {wanted}; "
            f"make one forward pass inside the block, and try {others}"
        )


def check_rows(attention: Tensor, layer: int, seam: str) -> None:
    """Raise CaptureError unless this is (batch, heads, query, key) and every row sums to 1."""
    if attention.ndim != 4:
        raise CaptureError(
            f"layer {layer}, seam {seam!r}: shape {tuple(attention.shape)} is not (batch, heads, query, key); "
            "hook the module that holds the softmax"
        )
    total = attention.detach().sum(dim=-1, dtype=torch.float32)
    tolerance = 2e-2 if attention.dtype in (torch.float16, torch.bfloat16) else 1e-3
    # 0 is a query that may see nothing, such as padding on the left of a causal model.
    worst = torch.where(total == 0, 0, total - 1).abs().max().item()
    if not worst <= tolerance:  # also true for NaN
        raise CaptureError(
            f"layer {layer}, seam {seam!r}: rows do not sum to 1 (off by up to {worst:.3g}); is this attention "
            "after the softmax, and is the model in eval mode, without dropout?"
        )


class SdpaIntercept(TorchFunctionMode):
    """Compute attention in the open wherever a model calls the fused function."""

    def __init__(self, receive: Receive, heads_at_once: int | None = None):
        super().__init__()
        self.receive, self.heads_at_once = receive, heads_at_once

    def __torch_function__(self, func, types, args=(), kwargs=None):
        if func is F.scaled_dot_product_attention:
            return self.attend(*args, **(kwargs or {}))
        if func is F.multi_head_attention_forward:  # a mode does not see what this calls in turn
            with patch.object(F, "scaled_dot_product_attention", self.attend):
                return func(*args, **(kwargs or {}))
        return func(*args, **(kwargs or {}))

    def attend(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        attn_mask: Tensor | None = None,
        dropout_p: float = 0.0,
        is_causal: bool = False,
        scale: float | None = None,
        enable_gqa: bool = False,
    ) -> Tensor:
        """The definition in PyTorch's documentation of scaled_dot_product_attention."""
        if dropout_p > 0:
            raise CaptureError("the model applies attention dropout; call model.eval() first")
        scale = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
        if enable_gqa:  # several query heads share a key and value head
            groups = query.shape[-3] // key.shape[-3]
            key, value = key.repeat_interleave(groups, -3), value.repeat_interleave(groups, -3)
        heads = query.shape[-3] if query.ndim > 2 else 1
        step, outputs = self.heads_at_once or heads, []
        attn_mask = None if attn_mask is None or hides_nothing(attn_mask) else attn_mask
        for first in range(0, heads, step):
            q, k, v = (some_heads(one, first, step) for one in (query, key, value))
            mask = None if attn_mask is None else some_heads(attn_mask, first, step)
            attention = softmax_of(q * scale @ k.transpose(-2, -1), mask, is_causal)
            self.receive(attention, first + step >= heads)
            outputs.append(attention @ v)
        return outputs[0] if len(outputs) == 1 else torch.cat(outputs, dim=-3)


def hides_nothing(mask: Tensor) -> bool:
    """Whether a mask changes no logit; without it passes over maps are saved, each of which takes time."""
    return not mask.requires_grad and bool(mask.all() if mask.dtype == torch.bool else not mask.any())


def some_heads(tensor: Tensor, first: int, count: int) -> Tensor:
    """Some heads of (…, heads, rows, columns); all of it where that axis is missing, or 1 for every head."""
    return tensor if tensor.ndim < 3 or tensor.shape[-3] == 1 else tensor[..., first : first + count, :, :]


def softmax_of(logits: Tensor, mask: Tensor | None, is_causal: bool) -> Tensor:
    """Attention, in the place of its logits (which are as large) where no gradient needs them."""
    if is_causal:
        future = torch.ones(logits.shape[-2:], dtype=torch.bool, device=logits.device).triu(1)
        logits.masked_fill_(future, -math.inf)
    if mask is not None and mask.dtype == torch.bool:
        logits.masked_fill_(~mask, -math.inf)
    elif mask is not None:
        logits += mask
    nothing = (logits == -math.inf).all(dim=-1, keepdim=True) if mask is not None else None
    attention = logits.softmax(dim=-1) if logits.requires_grad else torch.softmax(logits, dim=-1, out=logits)
    # A row that sees nothing is 0, as in the fused function, and not NaN.
    return attention if nothing is None else attention.masked_fill(nothing, 0)


@contextmanager
def intercept_sdpa(
    model: nn.Module, receive: Receive, modules: str | None, heads_at_once: int | None
) -> Iterator[None]:
    with SdpaIntercept(receive, heads_at_once):
        yield


@contextmanager
def hook_modules(model: nn.Module, receive: Receive, modules: str | None, _heads: int | None) -> Iterator[None]:
    if modules is None:
        raise CaptureError("seam 'hook' needs modules=, a pattern for the names in model.named_modules()")
    names = {module: name for name, module in model.named_modules() if re.fullmatch(modules, name)}
    if not names:
        raise CaptureError(f"no module of {type(model).__name__} is called {modules!r}; see named_modules()")

    def hook(module, _inputs, output):
        if isinstance(output, tuple) and len(output) > 1:  # torch.nn.MultiheadAttention gives (output, attention)
            output = getattr(output[1], "post_softmax_attn", output[1])  # x-transformers wraps it once more
        if not isinstance(output, Tensor):
            raise CaptureError(
                f"seam 'hook': {names[module]!r} ({type(module).__name__}) gives no attention beside its output; "
                "layers of torch.nn ask for none (need_weights=False): try seam='sdpa', or hook the softmax"
            )
        receive(output)

    with ExitStack() as stack:
        for module in names:
            stack.callback(module.register_forward_hook(hook).remove)
        yield


@contextmanager
def hugging_face_eager(model: nn.Module, receive: Receive, modules: str | None, _heads: int | None) -> Iterator[None]:
    if not hasattr(model, "set_attn_implementation"):
        raise CaptureError(f"{type(model).__name__} is no Hugging Face model; try seam='sdpa'")
    before = model.config._attn_implementation  # type: ignore[union-attr]

    def ask(_module, args, kwargs):
        return args, kwargs | {"output_attentions": True}

    def hook(_module, _inputs, output):
        for attention in getattr(output, "attentions", None) or ():
            receive(attention)

    with ExitStack() as stack:
        model.set_attn_implementation("eager")  # type: ignore[operator]
        stack.callback(model.set_attn_implementation, before)  # type: ignore[arg-type]
        stack.callback(model.register_forward_pre_hook(ask, with_kwargs=True).remove)
        stack.callback(model.register_forward_hook(hook).remove)
        yield


class TabpfnBackend:
    """Attention in the open, in the form in which tabpfn asks a backend for it: (batch, places, heads, size)."""

    name = "regard-capture"

    def __init__(self, receive: Receive):
        self.receive = receive

    def is_preferred(self, spec: object) -> bool:
        return True

    def run(self, q_BSHD: Tensor, k_BSJD: Tensor, v_BSJD: Tensor, **_) -> Tensor:
        query, key, value = (t.transpose(1, 2) for t in (q_BSHD, k_BSJD, v_BSJD))
        groups = query.shape[1] // key.shape[1]  # rows to predict: all query heads share the first key head
        key, value = key.repeat_interleave(groups, 1), value.repeat_interleave(groups, 1)
        attention = (query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])).softmax(dim=-1)
        self.receive(attention)
        return (attention @ value).transpose(1, 2)


@contextmanager
def tabpfn_backend(model: nn.Module, receive: Receive, modules: str | None, _heads: int | None) -> Iterator[None]:
    try:
        from tabpfn.architectures.shared.attention_backends import (
            register_attention_backend,
            unregister_attention_backend,
        )
    except ImportError as error:
        raise MissingExtra("tabpfn>=9.2", "tabpfn") from error
    register_attention_backend(TabpfnBackend(receive))
    try:
        yield
    finally:
        unregister_attention_backend(TabpfnBackend.name)


SEAMS = {"sdpa": intercept_sdpa, "hook": hook_modules, "eager": hugging_face_eager, "backend": tabpfn_backend}
