"""A linear head of ours on a frozen model of Hugging Face: what it reads, and its file beside the model's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save as as_bytes
from torch import Tensor

from regard.core.whole import write_whole
from regard.errors import InputError, reason
from regard.models.hugging_face.tokens import special_ids
from regard.models.shelf.believable import check_finite
from regard.models.shelf.weight_files import UNFIT

FILE = "regard_head.safetensors"  # another name than weights have, so that transformers does not read it


@dataclass(frozen=True)
class Head:
    """classes : in label order. weight : (classes, features), and bias : (classes,), of what `pooling` gives."""

    classes: tuple[str, ...]
    weight: Tensor
    bias: Tensor


def pooling(network: Any, tokenizer) -> Callable[[Tensor], Tensor]:
    """A function from ids, (batch, tokens) of one length, to what a head reads, (batch, 2 × width).

    Means over ordinary tokens of the layer in the middle and of the last one: the last is turned towards the words that
    the model predicts, and what tells sequences apart is often clearer half way.
    """
    special = torch.tensor(sorted(special_ids(tokenizer)), dtype=torch.long)

    def pooled(ids: Tensor) -> Tensor:
        ids = ids.to(network.device)
        inside = ~torch.isin(ids, special.to(ids.device))
        inside = (inside | ~inside.any(dim=1, keepdim=True))[..., None].float()  # nothing but special: all of them
        states = network.base_model(
            input_ids=ids, attention_mask=torch.ones_like(ids), output_hidden_states=True
        ).hidden_states
        layers = [states[len(states) // 2], states[-1]]  # each (batch, tokens, width)
        return torch.cat([(one.float() * inside).sum(dim=1) / inside.sum(dim=1) for one in layers], dim=1)

    return pooled


def logits_of(head: Head, pooled: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    """A function from ids, (batch, tokens), to logits, (batch, classes), differentiable."""

    def logits(ids: Tensor) -> Tensor:
        features = pooled(ids)
        return features @ head.weight.to(features.device).T + head.bias.to(features.device)

    return logits


def write(folder: Path, head: Head) -> None:
    weights = {"weight": head.weight.float().contiguous(), "bias": head.bias.float().contiguous()}
    write_whole(folder / FILE, as_bytes(weights, metadata={"classes": json.dumps(head.classes)}))


def read(folder: Path, width: int) -> Head | None:
    """The head in a folder, None where there is none.

    width : features of its model. Raises InputError where the file is damaged or belongs to another model.
    """
    path = folder / FILE
    if not path.is_file():
        return None
    try:
        with safe_open(path, framework="pt") as file:
            classes = tuple(map(str, json.loads(file.metadata()["classes"])))
            weight, bias = file.get_tensor("weight").float(), file.get_tensor("bias").float()
    except (OSError, *UNFIT) as error:
        raise InputError(f"{path}: not a head of `regard train classifier` ({reason(error)})") from None
    if weight.shape != (len(classes), width) or bias.shape != (len(classes),) or len(classes) < 2:
        raise InputError(
            f"{path}: a head for {len(classes)} classes and weights of shape {tuple(weight.shape)}; its model has "
            f"{width} features: train it again on this model"
        )
    check_finite(path, [("weight", weight), ("bias", bias)])
    return Head(classes, weight, bias)
