"""What any model is to Regard: how a sequence becomes tokens, how they are read, and where attention comes out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import singledispatch

import pandas as pd
import torch
from torch import Tensor, nn

from regard.core.tokens import token_table
from regard.errors import CaptureError, InputError
from regard.models.capture import capture, check_rows

Each = Callable[[int, Tensor], None]
Tokens = Callable[..., tuple[Tensor, pd.DataFrame]]


@dataclass(frozen=True)
class Reader:
    """A model as Regard sees it.

    Attributes
    ----------
    name : as figures call it.
    unit : what a token's start and end count: base, residue, bin, gene; "" if unknown.
    tokens : a sequence to what the model reads, int, (tokens,), special ones included, and the table of its attention's
        rows and columns: token, start, end (in units, half-open, −1 for special ones), special. Of a model of tables:
        a table (samples × genes) to an array of any shape, and its genes.
    forward : runs such ids, int, (batch, tokens), of one length.
    module : the torch module that attention is captured of, at `seam`, `modules` as in `capture`.
    attend : hands over attention of ids a layer at a time by itself, where there is no module to capture of.
    layers : maps of a forward pass; None if unknown.
    causal : a token sees only those before it.
    longest : tokens that it reads at once, special ones included; None without limit.
    untrained : the same architecture with random weights of a seed; None where nobody knows how.
    classes : what its head tells apart, () without a head. logits : of ids, (batch, classes), differentiable.
    embedding : the module that turns ids into vectors, to which gradients are taken.

    Examples
    --------
    A model that hands over its attention itself, one layer of shape (batch, heads, tokens, tokens):

    >>> import regard, torch
    >>> def attend(ids, each):
    ...     each(0, torch.eye(ids.shape[1]).expand(len(ids), 2, -1, -1))
    >>> tokens = regard.letters("ACGT")
    >>> mine = regard.Reader("mine", "base", tokens, forward=lambda ids: None, attend=attend, layers=1)
    >>> regard.attention(mine, ["GATTACA"])["seq1"].shape
    (1, 2, 7, 7)
    """

    name: str
    unit: str
    tokens: Tokens
    forward: Callable[[Tensor], object]
    module: nn.Module | None = None
    attend: Callable[[Tensor, Each], None] | None = None
    layers: int | None = None
    seam: str = "sdpa"
    modules: str | None = None
    causal: bool = False
    longest: int | None = None
    untrained: Callable[[int], Reader] | None = None
    classes: tuple[str, ...] = ()
    logits: Callable[[Tensor], Tensor] | None = None
    embedding: nn.Module | None = None


# Classes of packages that are imported only by who uses them, by full name: how each is read.
BY_NAME: dict[str, Callable[..., Reader]] = {}


def reader(model, **known) -> Reader:
    """A model as Regard sees it; each architecture registers its own way in its own file.

    Parameters
    ----------
    model : a Reader; what `load_protein` gives; a DNA GPT; a network model; a TabPFN checkpoint with `target=`;
        Borzoi; a Hugging Face model with `tokenizer=`, or its folder or name; another torch module, or a function
        that returns its attention, with `tokens=`.
    known : `tokens`, a sequence to ids, int, (tokens,), and optionally their table, such as `letters("ACGT")`;
        other fields of `Reader`.

    Raises
    ------
    InputError
        There is no way to read the model, or its tokens are not said.

    Examples
    --------
    >>> import regard, torch
    >>> mine = torch.nn.Sequential(torch.nn.Embedding(4, 8), torch.nn.TransformerEncoderLayer(8, 2)).eval()
    >>> regard.reader(mine, tokens=regard.letters("ACGT"), unit="base").tokens("GA")[1]
      token  start  end  special
    0     G      0    1    False
    1     A      1    2    False
    """
    for kind in type(model).__mro__:
        if read := BY_NAME.pop(f"{kind.__module__}.{kind.__qualname__}", None):
            register(kind, read)
    return by_class(model, **known)


@singledispatch
def by_class(model, *, tokens: Tokens | None = None, **known) -> Reader:
    if callable(model):
        return of_function(model, tokens, **known)
    raise InputError(f"{type(model).__name__} is no model that can be read; give a torch module or a regard.Reader")


register = by_class.register


@register
def _(model: Reader, **known) -> Reader:
    if known:
        raise InputError(f"a Reader says all of itself; {', '.join(known)} cannot be given beside it")
    return model


def of_module(model: nn.Module, *, tokens: Tokens | None = None, **known) -> Reader:
    """A plain torch module that takes ids, (batch, tokens), and calls the fused attention function (or `seam=`)."""
    if model.training:
        raise InputError(f"{type(model).__name__} is in training mode; call model.eval() first")
    return Reader(
        known.pop("name", type(model).__name__),
        known.pop("unit", ""),
        checked(tokens, type(model).__name__),
        known.pop("forward", model),
        model,
        **known,
    )


def of_function(function: Callable, tokens: Tokens | None, **known) -> Reader:
    """A function from ids, (1, tokens), to a list of a layer's attention each, (heads, T, T) or (1, heads, T, T)."""
    name = known.pop("name", getattr(function, "__name__", type(function).__name__))

    def attend(ids: Tensor, each: Each) -> None:
        of_each = [maps_in(function(one[None])) for one in ids]
        for layer, parts in enumerate(zip(*of_each, strict=True)):
            each(layer, torch.cat([part[None] if part.ndim == 3 else part for part in parts]))

    return Reader(name, known.pop("unit", ""), checked(tokens, name), function, attend=attend, **known)


def maps_in(output: object) -> list[Tensor]:
    """The attention in what a model returns: a list of it, the last list of a tuple, or `attentions`."""
    output = getattr(output, "attentions", output)
    if isinstance(output, Sequence):
        if output and all(isinstance(one, Tensor) and one.shape == output[0].shape for one in output):
            return list(output)
        for one in reversed(output):
            if isinstance(one, Sequence):
                return maps_in(one)
    return []


def checked(tokens: Tokens | None, name: str) -> Tokens:
    """Ids and table of a sequence, from a function that may give ids alone: then each token is a unit."""
    if tokens is None:
        raise InputError(
            f"{name}: how does it read a sequence? Give tokens=, a function from a sequence to ids, such as "
            'regard.letters("ACGT"), or tokenizer= for a Hugging Face model'
        )

    def both(sequence: str) -> tuple[Tensor, pd.DataFrame]:
        found = tokens(sequence)
        ids, table = found if isinstance(found, tuple) else (found, None)
        ids = torch.as_tensor(ids)
        if ids.ndim != 1:
            raise InputError(f"{name}: tokens gave ids of shape {tuple(ids.shape)}, not (tokens,)")
        if table is None:
            if len(ids) != len(sequence):
                raise InputError(
                    f"{name}: {len(ids)} tokens for {len(sequence)} letters; tokens must then give their table as well "
                    "(regard.token_table), so that nobody has to guess what each stands for"
                )
            table = token_table(list(sequence))
        return ids, table

    return both


def letters(alphabet: str) -> Tokens:
    """A token for each letter, numbered as in an alphabet: a sequence to ids, shape (length,), and their table.

    Raises InputError for a letter that is not in it.

    Examples
    --------
    >>> from regard import letters
    >>> letters("ACGT")("GAT")[0].tolist()
    [2, 0, 3]
    """
    code = {letter: i for i, letter in enumerate(alphabet)}

    def tokens(sequence: str) -> tuple[Tensor, pd.DataFrame]:
        other = set(sequence) - set(code)
        if other:
            raise InputError(f"letter {sorted(other)[0]!r} is not in the alphabet {alphabet!r}")
        return torch.tensor([code[letter] for letter in sequence]), token_table(list(sequence))

    return tokens


def stream(of: Reader, ids: Tensor, each: Each) -> None:
    """Hand over attention a layer at a time, (batch, heads, query, key), row = query.

    ids : int, (batch, tokens), of one length, so that nothing is padded.
    """
    if of.longest is not None and ids.shape[1] > of.longest:
        raise InputError(f"{ids.shape[1]} tokens; {of.name} reads {of.longest} at once: cut the sequence")
    if of.attend is None:
        assert of.module is not None
        with capture(of.module, of.seam, modules=of.modules, layers=of.layers, each=each):
            of.forward(ids)
        return
    seen = 0

    def checked_first(layer: int, attention: Tensor) -> None:
        nonlocal seen
        check_rows(attention, layer, "attend")
        each(layer, attention)
        seen += 1

    of.attend(ids, checked_first)
    if not seen or (of.layers is not None and seen != of.layers):
        raise CaptureError(f"{of.name} gave {seen} attention maps, expected {of.layers or 'at least one'}")
