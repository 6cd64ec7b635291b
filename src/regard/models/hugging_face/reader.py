"""A Hugging Face model as a Reader: BERT, ESM, RoBERTa, T5 encoders, GPT-2, Llama and the rest, by one way."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from regard.data.proteins import AMINO_ACIDS
from regard.errors import CaptureError, InputError
from regard.models.hugging_face import head
from regard.models.hugging_face.folder import ENCODER_OF, find, load_folder, quiet_transformers, readable
from regard.models.hugging_face.tokens import BASES, tokens_of, unit_of
from regard.models.reader import Reader, of_module, register, stream

# Positions are counted from padding_idx + 1 (RoBERTa, ESM), so that as many rows of the table are never used.
POSITIONS = ("position_embeddings", "wpe", "embed_positions", "position_embedding")


@register
def read(model: nn.Module, *, tokenizer=None, **known) -> Reader:
    """Torch modules: those of Hugging Face with their tokenizer, others with tokens=."""
    if tokenizer is None or not hasattr(model, "config"):
        return of_module(model, **known)
    if model.training:
        raise InputError(f"{type(model).__name__} is in training mode; call model.eval() first")
    return of_network(encoder_of(model), tokenizer, **known)


def encoder_of(network: Any):
    """The encoder of a T5, sharing its weights; any other network as it is."""
    name = ENCODER_OF.get(network.config.model_type)
    if name is None or type(network).__name__ == name:
        return network
    encoder = getattr(quiet_transformers(), name)(network.config).eval()
    encoder.shared, encoder.encoder = network.shared, network.encoder
    return encoder


@register(str)
@register(Path)
def of_folder(name: str | Path, *, device: str | torch.device = "cpu", **known) -> Reader:
    """A folder that `save_pretrained` wrote, with a head of ours in it or not, or a name of `regard models`."""
    folder, called = find(str(name))
    network, tokenizer, missing = load_folder(folder, device)
    with readable(folder):
        found = of_network(network, tokenizer, **{"name": called} | known)
    if ours := head.read(folder, 2 * width_of(network)):
        return replace(found, classes=ours.classes, logits=head.logits_of(ours, head.pooling(network, tokenizer)))
    if any(key.startswith(("classifier", "score")) for key in missing):  # a head with random weights is none
        return replace(found, classes=(), logits=None)
    return found


def of_network(
    network: Any, tokenizer, *, name: str | None = None, unit: str | None = None, tokens=None, seam: str | None = None
) -> Reader:
    """What a network and its tokenizer say of themselves; unit, tokens and seam only where they are known better."""
    config = network.config
    name = name or getattr(config, "name_or_path", "") or type(network).__name__
    unit = unit_of(tokenizer) if unit is None else unit

    def forward(ids: Tensor):
        ids = ids.to(network.device)
        return network(input_ids=ids, attention_mask=torch.ones_like(ids))

    classes = classes_of(network)
    found = Reader(
        name,
        unit,
        tokens or tokens_of(tokenizer, name, unit),
        forward,
        network,
        layers=layers_of(config),
        longest=longest_of(network),
        untrained=lambda seed: of_network(random_twin(network, seed), tokenizer, name=f"{name}, random weights",
                                          unit=unit, tokens=found.tokens, seam=found.seam),
        classes=classes,
        logits=(lambda ids: forward(ids).logits) if classes else None,
        embedding=network.get_input_embeddings(),
    )  # fmt: skip
    seam, causal = tried(found, (seam,) if seam else ("sdpa", "eager"))
    found = replace(found, seam=seam, causal=causal)
    return found


def tried(found: Reader, seams: tuple[str, ...]) -> tuple[str, bool]:
    """The first seam at which attention comes out, and whether no token of a probe looked ahead."""
    probe = {"residue": AMINO_ACIDS, "base": BASES * 5}.get(found.unit, BASES * 5)
    room = len(probe) if found.longest is None else max(1, found.longest - 4)  # special tokens need some
    ids = found.tokens(probe[:room])[0][None]
    for seam in seams:
        try:
            return seam, not looks_ahead(replace(found, seam=seam), ids)
        except CaptureError:
            continue
    raise InputError(f"model {found.name}: its attention cannot be reached (tried {' and '.join(seams)})")


@torch.no_grad()
def looks_ahead(found: Reader, ids: Tensor) -> bool:
    ahead: list[bool] = []
    stream(found, ids, lambda _, one: ahead.append(bool((one.triu(1) > 0).any())))
    return any(ahead)


def layers_of(config) -> int | None:
    return getattr(config, "num_hidden_layers", None) or getattr(config, "num_layers", None)


def width_of(network: Any) -> int:
    """Numbers that a token has in a hidden layer."""
    config = network.config
    return getattr(config, "hidden_size", None) or config.d_model


def longest_of(network: nn.Module) -> int | None:
    """Tokens that there are positions for; what rotary models were made for; None where positions are relative."""
    for name, module in network.named_modules():
        if name.rpartition(".")[2] in POSITIONS and isinstance(module, nn.Embedding):
            unused = 0 if module.padding_idx is None else module.padding_idx + 1
            return module.num_embeddings - max(unused, getattr(module, "offset", 0))
    config: Any = network.config
    longest = getattr(config, "max_position_embeddings", None)
    if longest is not None and config.model_type == "esm":  # rotary, and counted from padding_idx + 1 all the same
        return longest - config.pad_token_id - 1
    return longest


def classes_of(network: Any) -> tuple[str, ...]:
    """Names of the classes of a sequence-classification head, in label order; () without one."""
    if not type(network).__name__.endswith("ForSequenceClassification") or network.config.num_labels < 2:
        return ()
    return tuple(str(network.config.id2label[i]) for i in range(network.config.num_labels))


def random_twin(network: Any, seed: int):
    """The same architecture with random weights, as its authors initialise it."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return type(network)(copy.deepcopy(network.config)).eval().to(network.device)
