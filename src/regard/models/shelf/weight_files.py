"""Weights of our own models on disk: one safetensors file with the config inside."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as as_bytes
from torch import nn

from regard.core.whole import write_whole
from regard.errors import InputError, reason
from regard.models.shelf.believable import check_config, check_finite, of_any_width

# What files raise that are no safetensors, have no config, or one that no model can be made from.
UNFIT = (
    SafetensorError,
    LookupError,
    TypeError,
    ValueError,
    ArithmeticError,
    AttributeError,
    AssertionError,
    RuntimeError,
)

M = TypeVar("M", bound=nn.Module)


def save(model: nn.Module, path: Path) -> None:
    """Write weights, in half precision, and `model.config` to one safetensors file."""
    config: Any = model.config
    weights = {name: tensor.detach().half().cpu().contiguous() for name, tensor in model.state_dict().items()}
    write_whole(path, as_bytes(weights, metadata={"config": json.dumps(asdict(config))}))


def read(
    path: Path | str,
    config: Callable[..., Any],
    model: Callable[[Any], M],
    what: str,
    *,
    leave_out: tuple[str, ...] = (),
) -> M:
    """Read a model that `save` wrote, ready to use; raises InputError where the file is not one of `what`.

    leave_out : tensors of older files that the model has no use for.
    """
    try:
        with safe_open(path, framework="pt") as file:
            told = json.loads(file.metadata()["config"])
            check_config(Path(path), told, Path(path).stat().st_size)
            told = config(**told)
            names = [name for name in file.keys() if name not in leave_out]  # noqa: SIM118
            check_shapes(told, model, {name: file.get_slice(name).get_shape() for name in names})
            weights = {name: file.get_tensor(name).float() for name in names}
        check_finite(Path(path), weights.items())
        built = model(told)
        built.load_state_dict(weights)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except OSError as error:
        raise InputError(
            f"{path}: not the weights of {what} ({'a folder' if Path(path).is_dir() else error})"
        ) from None
    except UNFIT as error:
        raise InputError(f"{path}: not the weights of {what} ({reason(error)})") from None
    return built.eval()


def check_shapes(told: Any, model: Callable[[Any], nn.Module], shapes: dict[str, list[int]]) -> None:
    """Raises ValueError where a model of this config has other weights than the file, before any memory is taken."""
    with torch.device("meta"), of_any_width():  # shapes without memory
        wanted = {name: list(one.shape) for name, one in model(told).state_dict().items()}
    wrong = sorted(name for name in wanted.keys() | shapes.keys() if wanted.get(name) != shapes.get(name))
    if wrong:
        found, said = (table.get(wrong[0], "not there") for table in (shapes, wanted))
        raise ValueError(f"{wrong[0]} is {found}, by its config {said}")
