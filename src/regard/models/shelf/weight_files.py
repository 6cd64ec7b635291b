"""Weights of our own models on disk: one safetensors file with the config inside."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from safetensors import SafetensorError, safe_open
from safetensors.torch import save as as_bytes
from torch import nn

from regard.core.whole import write_whole
from regard.errors import InputError

M = TypeVar("M", bound=nn.Module)


def save(model: nn.Module, path: Path) -> None:
    """Write weights, in half precision, and `model.config` to one safetensors file."""
    config: Any = model.config
    weights = {name: tensor.detach().half().cpu().contiguous() for name, tensor in model.state_dict().items()}
    write_whole(path, as_bytes(weights, metadata={"config": json.dumps(asdict(config))}))


def read(path: Path | str, config: Callable[..., Any], model: Callable[[Any], M], what: str) -> M:
    """Read a model that `save` wrote, ready to use; raises InputError where the file is not one of `what`."""
    try:
        with safe_open(path, framework="pt") as file:
            built = model(config(**json.loads(file.metadata()["config"])))
            weights = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
        built.load_state_dict(weights)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except OSError as error:
        raise InputError(
            f"{path}: not the weights of {what} ({'a folder' if Path(path).is_dir() else error})"
        ) from None
    except (SafetensorError, KeyError, TypeError, RuntimeError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{path}: not the weights of {what} ({reason})") from None
    return built.eval()
