"""TabPFN, frozen: one gene predicted from others by tabpfn's own regressor, its columns kept one to one.

tabpfn picks, scales, adds and shuffles columns before its model sees them, which is good for
predictions and fatal for reading attention as edges. Everything of the kind is switched off by
`PINNED`, and what then reaches the model is compared with what was given: a difference is an error.
Nothing is ever fetched: a checkpoint is a file that is there.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from regard.errors import CaptureError, InputError, MissingExtra
from regard.models.shelf.catalogue import place
from regard.models.shelf.shipped import TABPFN_SMALL

if TYPE_CHECKING:
    from tabpfn import TabPFNRegressor

FETCHED = "tabpfn-v2"  # its name in the catalogue
V2_FAMILY = ("tabpfn_v2", "tabpfn_v2_5", "tabpfn_v2_6")  # the architectures with tokens that hold columns


@cache
def package():
    """The tabpfn package, imported when first needed: it takes seconds."""
    try:
        import tabpfn
    except ImportError as error:
        raise MissingExtra("tabpfn>=9.2", "tabpfn") from error
    logging.getLogger("tabpfn").setLevel(logging.ERROR)
    return tabpfn


@dataclass(frozen=True)
class Checkpoint:
    """A TabPFN checkpoint that Regard can read.

    `group` is how many columns share a token; `thinking`, how many rows of the model's own stand
    before those of the table.
    """

    path: Path
    architecture: str
    layers: int
    heads: int
    group: int
    thinking: int

    @property
    def name(self) -> str:
        return self.path.stem


def find(model: str | Path = "small") -> Path:
    """Where a checkpoint lies: "small", shipped with Regard; "cache", tabpfn's own cache; "tabpfn-v2", what
    `regard models get` fetched; or a path.

    In the cache, regressors of version 2 come before 2.5 and 2.6, and the versions' defaults first.
    """
    if str(model) == "small":
        if not TABPFN_SMALL.is_file():
            raise InputError(
                "this copy of Regard comes without its small TabPFN regressor: give a checkpoint by --model PATH "
                "or --model cache, or choose another --method"
            )
        return TABPFN_SMALL
    if str(model) == FETCHED and not place(FETCHED).is_file():
        raise InputError(f"{place(FETCHED)}: not there; fetch it by `regard models get {FETCHED}`")
    if str(model) == FETCHED:
        return place(FETCHED)
    if str(model) != "cache":
        if not Path(model).is_file():
            raise InputError(f"{model}: no such TabPFN checkpoint; give a file, 'cache', '{FETCHED}' or 'small'")
        return Path(model)
    package()
    from tabpfn.model_loading import ModelSource, get_cache_dir

    sources = ModelSource.get_regressor_v2(), ModelSource.get_regressor_v2_5(), ModelSource.get_regressor_v2_6()
    for source in sources:
        for name in (source.default_filename, *source.filenames):
            if (get_cache_dir() / name).is_file():
                return get_cache_dir() / name
    raise InputError(
        f"no TabPFN regressor of version 2, 2.5 or 2.6 in {get_cache_dir()}, and Regard fetches none; put "
        f"{sources[0].default_filename} there, give the path of a checkpoint, or use 'small'"
    )


def describe(path: str | Path) -> Checkpoint:
    """What a checkpoint is; InputError where it is none or has no token for each few columns."""
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path}: no such TabPFN checkpoint")
    try:
        if path.suffix == ".safetensors":
            with safe_open(path, framework="pt") as file:
                header = {key: json.loads(value) for key, value in (file.metadata() or {}).items()}
        else:
            header = torch.load(path, map_location="cpu", weights_only=True)
        config = dict(header["config"])
    except (SafetensorError, OSError, RuntimeError, ValueError, KeyError, TypeError, EOFError) as error:
        raise InputError(f"{path}: not a TabPFN checkpoint ({type(error).__name__}: {str(error)[:80]})") from error
    except Exception as error:  # pickle's own errors: it holds objects other than tensors and plain values
        raise InputError(f"{path}: not a TabPFN checkpoint of tensors and plain values only") from error
    architecture = header.get("architecture_name", "tabpfn_v2")  # unnamed in version 2's own files
    architecture = {"base": "tabpfn_v2_5"}.get(architecture, architecture)
    if architecture not in V2_FAMILY:
        raise InputError(
            f"{path}: {architecture} has no token for each few columns, so its attention does not name genes; "
            "use a checkpoint of version 2, 2.5 or 2.6"
        )
    if config.get("max_num_classes", 0) > 0:
        raise InputError(f"{path}: a classifier; predicting expression needs a regressor")
    package()
    from tabpfn.architectures import ARCHITECTURES

    parsed, _ = ARCHITECTURES[architecture].parse_config(config)
    thinking = getattr(parsed, "num_thinking_rows", 0)
    return Checkpoint(path, architecture, parsed.nlayers, parsed.nhead, parsed.features_per_group, thinking)


def pinned(columns: int) -> dict:
    """Settings of tabpfn under which its model sees the given columns, all of them, in the given order."""
    from tabpfn.preprocessing import PreprocessorConfig

    as_it_is = PreprocessorConfig("none", categorical_name="numeric", max_features_per_estimator=max(columns, 1))
    return {
        "PREPROCESS_TRANSFORMS": [as_it_is],
        "REGRESSION_Y_PREPROCESS_TRANSFORMS": (None,),
        "FINGERPRINT_FEATURE": False,
        "FEATURE_SHIFT_METHOD": None,
        "POLYNOMIAL_FEATURES": "no",
        "OUTLIER_REMOVAL_STD": None,
        "SUBSAMPLE_SAMPLES": None,
        "MIN_NUMBER_SAMPLES_FOR_CATEGORICAL_INFERENCE": 10**9,  # expression of two values is still a number
    }


def fit(checkpoint: Checkpoint, x: np.ndarray, y: np.ndarray, *, seed: int = 0, device: str = "cpu") -> TabPFNRegressor:
    """tabpfn's regressor, frozen, with a table as its context; in float32 on every device.

    Parameters
    ----------
    x : float32, shape (rows, columns); no column constant, as `varying` tells.
    y : float32, shape (rows,), not constant.
    """
    regressor = package().TabPFNRegressor(
        model_path=checkpoint.path,
        n_estimators=1,
        device=device,
        inference_precision=torch.float32,  # "auto": bfloat16 or float16 wherever the processor or GPU is quick at it
        inference_config=pinned(x.shape[1]),
        memory_saving_mode=False,  # each layer in one piece, so that a map is one call
        ignore_pretraining_limits=True,
        random_state=seed,
    )
    return regressor.fit(x, y)


def varying(x: np.ndarray) -> np.ndarray:
    """Which columns are not constant in the single precision in which the model sees them, bool (columns,)."""
    x = x.astype(np.float32)
    return (x != x[:1]).any(axis=0)


@dataclass
class Prompt:
    """What reached the model: columns and rows, (rows, 1, columns), and known targets, (known, 1) or (known,)."""

    x: Tensor | None = None
    y: Tensor | None = None


@contextmanager
def prompt_of(regressor: TabPFNRegressor) -> Iterator[Prompt]:
    """Note what reaches the model while the block predicts."""
    seen = Prompt()

    def note(_module: nn.Module, args: tuple, kwargs: dict) -> None:
        seen.x, seen.y = (args[i].clone() if len(args) > i else kwargs["xy"[i]].clone() for i in (0, 1))

    handle = regressor.models_[0].register_forward_pre_hook(note, with_kwargs=True)
    try:
        yield seen
    finally:
        handle.remove()


def check(prompt: Prompt, x: np.ndarray, asked: np.ndarray) -> None:
    """Raise CaptureError unless the model saw exactly the columns given, known rows first, in order."""
    given = np.concatenate([x, asked])
    if prompt.x is None or tuple(prompt.x.shape) != (len(given), 1, given.shape[1]):
        shape = None if prompt.x is None else tuple(prompt.x.shape)
        raise CaptureError(f"tabpfn's model saw a table of shape {shape}, not {(len(given), 1, given.shape[1])}")
    if not np.array_equal(prompt.x[:, 0].cpu().numpy(), given):
        raise CaptureError("tabpfn changed values or the order of columns before its model saw them")
