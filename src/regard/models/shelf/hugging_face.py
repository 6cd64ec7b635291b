"""Protein encoders of Hugging Face by name: which files are needed, and whose they are.

$HF_ENDPOINT is another address than https://huggingface.co, as in their own library; a mirror, or file:///… .
"""

from __future__ import annotations

import os
import re
from functools import cache

from regard.errors import InputError, RegardError
from regard.models.shelf.fetch import Remote, read_json

TOKENIZER = (
    *("tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "tokenizer.json", "vocab.txt"),
    *("vocab.json", "merges.txt", "spiece.model"),
)
HUB = "https://huggingface.co"
SHARD = re.compile(r"model-\d+-of-\d+\.safetensors")
INDEX = "model.safetensors.index.json"


def is_name(name: str) -> bool:
    """OWNER/NAME, as Hugging Face writes it, and no path."""
    return re.fullmatch(r"\w[\w.-]*/\w[\w.-]*", name) is not None


def address() -> str:
    """The site to ask; raises InputError where $HF_ENDPOINT is no address."""
    site = (os.environ.get("HF_ENDPOINT") or HUB).rstrip("/")
    if not re.fullmatch(r"(https?://([\w.-]+|\[[\da-fA-F:]+\])(:\d+)?|file://)(/[\w.~%/ -]*)?", site):
        raise InputError(f"HF_ENDPOINT {site!r}: expected an address such as {HUB}, or file:///…")
    return site


@cache
def describe(name: str, site: str) -> Remote:
    """The files of a model that are needed to read it: config, tokenizer and weights; its own code is never fetched.

    Raises
    ------
    InputError
        No such model, it asks for a login, or it has no config or no weights.
    RegardError
        The site cannot be reached.
    """
    try:
        told = read_json(f"{site}/api/models/{name}")
    except InputError as error:
        raise InputError(f"model {name!r}: there is none of that name that is open to all ({error})") from None
    except RegardError as error:
        raise RegardError(f"model {name!r}: {error}; fetch its folder elsewhere and give that with --model") from None
    there = [str(one.get("rfilename")) for one in told.get("siblings") or [] if isinstance(one, dict)]
    shards = sorted(file for file in there if SHARD.fullmatch(file))
    choices = (["model.safetensors"], [INDEX, *shards], ["pytorch_model.bin"])
    weights = next((files for files in choices if files[0] in there), None)
    if "config.json" not in there or weights is None:
        lacking = "config.json" if "config.json" not in there else "weights (model.safetensors or pytorch_model.bin)"
        raise InputError(f"model {name!r}: it has no {lacking}, so transformers cannot read it")
    revision = told.get("sha")  # all files of one state, however long the fetching takes
    revision = revision if isinstance(revision, str) and re.fullmatch("[0-9a-f]{40}", revision) else "main"
    files_at = f"{site}/{name}/resolve/{revision}"
    if weights[0] == INDEX:
        check_shards(name, read_json(f"{files_at}/{INDEX}"), shards)
    tags = [str(tag).removeprefix("license:") for tag in told.get("tags") or [] if str(tag).startswith("license:")]
    files = ("config.json", *(file for file in TOKENIZER if file in there), *weights)
    return Remote(f"{name} of Hugging Face", ", ".join(tags) or "none stated", files_at, files)


def check_shards(name: str, index: dict, there: list[str]) -> None:
    """Raises InputError where the index of a model's weights names files that are not there."""
    named = index.get("weight_map")
    wanted = set(map(str, named.values())) if isinstance(named, dict) else set()
    missing = sorted(wanted - set(there))
    if missing or not wanted:
        what = f"{missing[0]}, of {len(wanted)} files of weights, is" if missing else "the list of its weights is"
        raise InputError(f"model {name!r}: {what} not there, so it cannot be read; tell its authors")
