"""A model of Hugging Face from a folder on disk: weights and tokenizer; code that lies beside them is never run."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from torch import nn

from regard.errors import InputError, MissingExtra, RegardError
from regard.models.shelf.believable import check_config, check_finite
from regard.models.shelf.catalogue import canonical, is_complete, place
from regard.models.shelf.hugging_face import TOKENIZER, is_name

WEIGHTS = ("model.safetensors", "model-", "pytorch_model")
# Parts that a task adds on top; a model without them still has all of its attention.
HEADS = ("pooler", "lm_head", "cls.", "contact_head", "classifier", "score.", "embeddings.position_ids")
# Of these the encoder alone is read: its attention sees the whole sequence, and half of a folder has only it.
ENCODER_OF = {"t5": "T5EncoderModel", "mt5": "MT5EncoderModel", "umt5": "UMT5EncoderModel"}


def quiet_transformers():
    """transformers, without its remarks on standard error."""
    try:
        import transformers
    except ImportError:
        raise MissingExtra("transformers", "protein") from None
    transformers.utils.logging.set_verbosity_error()
    return transformers


def find(name: str) -> tuple[Path, str]:
    """The folder of a model, by a path, a name of `regard models`, or OWNER/NAME; and what it is called."""
    folder, known = Path(name), canonical(name)
    if not folder.is_dir():
        folder = place(name)
        if known is None and not is_name(name):
            raise InputError(
                f"model {name!r}: no such folder, and no model of that name; give antiberty, a name that "
                "`regard models` lists, OWNER/NAME of Hugging Face, or a folder with config.json, weights and tokenizer"
            )
        if not (is_complete(known) if known else folder.is_dir()):
            known = known or name
            raise InputError(f"model {known}: its weights are not in {folder}; run `regard models get {known}`")
    return folder, known or folder.name


@contextmanager
def readable(folder: Path) -> Iterator[None]:
    """Whatever transformers raises for damaged files, while it reads or first uses them, becomes one InputError."""
    try:
        yield
    except RegardError:
        raise
    except Exception as error:
        why = " ".join(f"{type(error).__name__}: {error}".split())
        if "trust_remote_code" in why or "custom code" in why:
            why = "it needs code of its own, which Regard never runs; load it yourself and pass a regard.Reader"
        raise InputError(f"{folder}: not a model that transformers can read ({why[:200]})") from None


@contextmanager
def standard_output_closed() -> Iterator[None]:
    """What is printed goes nowhere, also by code that is not Python: tokenizers prints each option that it ignores."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def load_folder(folder: Path, device: str | torch.device = "cpu"):
    """Network, tokenizer, and the weights that were not there (of heads alone), from what `save_pretrained` wrote.

    The class is the one that wrote the folder.

    Raises
    ------
    InputError
        A part is missing, transformers cannot read it, or its code would have to be run.
    """
    there = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    for what, files in (
        ("config.json", {"config.json"}),
        ("weights (model.safetensors or pytorch_model.bin)", {f for f in there if f.startswith(WEIGHTS)}),
        ("tokenizer (tokenizer.json, vocab.txt or the like)", set(TOKENIZER) - {"special_tokens_map.json"}),
    ):
        if not there & files:
            raise InputError(f"{folder}: no {what} in it, so it is no model of Hugging Face's format")
    transformers = quiet_transformers()
    logging.getLogger("transformers").setLevel(logging.ERROR)
    safe = {"local_files_only": True, "trust_remote_code": False}
    with readable(folder):
        config = transformers.AutoConfig.from_pretrained(folder, **safe)
        with standard_output_closed():
            tokenizer = transformers.AutoTokenizer.from_pretrained(folder, **safe)
        check_shards(folder)
        size = sum(path.stat().st_size for path in folder.iterdir() if path.name.startswith(WEIGHTS))
        check_config(folder, config.to_dict(), size)
        kind = class_of(transformers, config)
        network, told = kind.from_pretrained(folder, config=config, output_loading_info=True, **safe)
    missing = sorted(told["missing_keys"])
    lost = [key for key in missing if not any(head in key for head in HEADS)]
    if lost:
        raise InputError(f"{folder}: {len(lost)} weights are missing, {lost[0]} among them; fetch the model again")
    check_finite(folder, network.named_parameters())
    return network.eval().to(device), tokenizer, missing


def check_shards(folder: Path) -> None:
    """Raises InputError where weights are in several files by their index, and one of them is missing."""
    index = folder / "model.safetensors.index.json"
    if index.is_file() and not (folder / "model.safetensors").is_file():
        named = sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()))
        gone = [name for name in named if not (folder / name).is_file()]
        if gone:
            raise InputError(
                f"{folder}: {gone[0]}, of {len(named)} files of weights, is missing; fetch the model again"
            )


def class_of(transformers, config) -> type[nn.Module]:
    """The class that wrote a folder; the bare encoder of T5; the general one where the config does not say."""
    if config.model_type in ENCODER_OF:
        return getattr(transformers, ENCODER_OF[config.model_type])
    for name in config.architectures or []:
        found = getattr(transformers, name, None)
        if found is not None and hasattr(found, "from_pretrained"):
            return found
    masked = type(config) in transformers.MODEL_FOR_MASKED_LM_MAPPING
    return transformers.AutoModelForMaskedLM if masked else transformers.AutoModel
