"""Weights of others that Regard reads and does not ship: fetched only when asked for by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from regard.core.store import sha256
from regard.errors import InputError
from regard.models.shelf import hugging_face
from regard.models.shelf.fetch import Remote, fetch
from regard.models.shelf.shipped import PACKAGED, model_folder

ESM_FILES = ("config.json", "model.safetensors", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt")


def esm2(size: str, repository: str, megabytes: float) -> Remote:
    address = f"{hugging_face.HUB}/facebook/{repository}/resolve/main"
    return Remote(f"ESM2, {size} parameters, proteins (Lin et al. 2023)", "MIT", address, ESM_FILES, megabytes)


# Without `sha256`: nobody has compared these files with a second source, so that a sum here would only look like a
# check. What the server itself announces is checked, and `regard models get` prints the sums of what came.
CATALOGUE = {
    "puffin": Remote(
        "Puffin, transcription initiation (Dudnyk et al. 2024)",
        "academic use only",
        "https://raw.githubusercontent.com/jzhoulab/puffin/main/resources",
        ("puffin.pth",),
    ),
    "tabpfn-v2": Remote(
        "TabPFN 2, regressor (Hollmann et al. 2025)",
        "Apache 2.0 with attribution",
        hugging_face.HUB + "/Prior-Labs/TabPFN-v2-reg/resolve/main",
        ("tabpfn-v2-regressor.ckpt",),
    ),
    "enformer": Remote(
        "Enformer (Avsec et al. 2021), weights as converted to PyTorch by EleutherAI",
        "CC BY 4.0",
        hugging_face.HUB + "/EleutherAI/enformer-official-rough/resolve/main",
        ("config.json", "pytorch_model.bin"),
        1000,
    ),
    "esm2_t6_8M_UR50D": esm2("8 M", "esm2_t6_8M_UR50D", 31),
    "esm2_t12_35M_UR50D": esm2("34 M", "esm2_t12_35M_UR50D", 136),
    "esm2_t30_150M_UR50D": esm2("148 M", "esm2_t30_150M_UR50D", 595),
    "esm2_t33_650M_UR50D": esm2("651 M", "esm2_t33_650M_UR50D", 2610),
}


def canonical(name: str) -> str | None:
    """The catalogue's name for a model, from that name or Hugging Face's ("facebook/…"); None if unknown."""
    name = name.removeprefix("facebook/")
    return name if name in CATALOGUE else None


def is_complete(name: str) -> bool:
    """Are all files of a model of the catalogue here?"""
    files, at = CATALOGUE[name].files, place(name)
    return at.is_file() if len(files) == 1 else all((at / file).is_file() for file in files)


def place(name: str) -> Path:
    """Where a model lies or would lie: its one file, or the folder of its files."""
    known = canonical(name)
    if known is None:
        return model_folder() / name.replace("/", "--")
    files = CATALOGUE[known].files
    return model_folder() / (files[0] if len(files) == 1 else known)


def remote_of(name: str) -> Remote:
    """Whose a model is and where its files are; raises as `get` does."""
    for model in PACKAGED:
        if name == model.name:
            raise InputError(f"{name} comes with its package: pip install 'regard[{model.extra}]'")
    if known := canonical(name):
        remote = CATALOGUE[known]
        return replace(remote, address=remote.address.replace(hugging_face.HUB, hugging_face.address(), 1))
    if hugging_face.is_name(name):
        return hugging_face.describe(name, hugging_face.address())
    raise InputError(
        f"model {name!r} is unknown; there are {', '.join(CATALOGUE)}, and every protein encoder of Hugging Face by "
        "its full name, OWNER/NAME"
    )


def present() -> list[tuple[str, Path, float]]:
    """Models in the local folder: name, path, megabytes; what was put there by hand as well."""
    here = {place(name): name for name in CATALOGUE if is_complete(name)}
    found = []
    for path in sorted(model_folder().iterdir()) if model_folder().is_dir() else []:
        files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
        if path in here or (path / "config.json").is_file():
            name = here.get(path, path.name.replace("--", "/"))
            found.append((name, path, sum(f.stat().st_size for f in files) / 1e6))
    return found


def get(name: str, advance: Callable[[str, int, int], None] = lambda file, done, total: None) -> dict[Path, str]:
    """Fetch what is not there yet; the SHA-256 of each file.

    advance : told the file, the bytes fetched so far and all bytes (0 where the server does not say).

    Raises
    ------
    InputError
        There is no model of that name.
    RegardError
        A file cannot be fetched, or its bytes are not those that the server announced; what was
        finished stays, nothing is left half-written.
    """
    remote, at = remote_of(name), place(name)
    alone = canonical(name) and len(remote.files) == 1
    paths = [at] if alone else [at / file for file in remote.files]
    for file, path in zip(remote.files, paths, strict=True):
        if not path.is_file():
            tell = partial(advance, file)
            fetch(f"{remote.address}/{file}", path, tell, remote.sha256.get(file))
    return {path: sha256(path) for path in paths}
