"""Weights of others that Regard reads and does not ship: fetched only when asked for by name."""

from __future__ import annotations

import re
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from regard.core.store import sha256
from regard.errors import InputError, RegardError
from regard.models.shipped import PACKAGED, model_folder

ESM_FILES = ("config.json", "model.safetensors", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt")


@dataclass(frozen=True)
class Remote:
    """Files below one address, whose they are, and about how large all of them are together."""

    summary: str
    licence: str
    address: str
    files: tuple[str, ...]
    megabytes: float = 0.0


def esm2(size: str, repository: str, megabytes: float) -> Remote:
    address = f"https://huggingface.co/facebook/{repository}/resolve/main"
    return Remote(f"ESM2, {size} parameters, proteins (Lin et al. 2023)", "MIT", address, ESM_FILES, megabytes)


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
        "https://huggingface.co/Prior-Labs/TabPFN-v2-reg/resolve/main",
        ("tabpfn-v2-regressor.ckpt",),
    ),
    "enformer": Remote(
        "Enformer (Avsec et al. 2021), weights as converted to PyTorch by EleutherAI",
        "CC BY 4.0",
        "https://huggingface.co/EleutherAI/enformer-official-rough/resolve/main",
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
    """Where a model of the catalogue lies or would lie: its one file, or the folder of its files."""
    files = CATALOGUE[name].files
    return model_folder() / (files[0] if len(files) == 1 else name)


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
    known = canonical(name)
    for model in PACKAGED:
        if name == model.name:
            raise InputError(f"{name} comes with its package: pip install 'regard[{model.extra}]'")
    if known is None:
        raise InputError(f"model {name!r} is unknown; there are {', '.join(CATALOGUE)}")
    remote, at = CATALOGUE[known], place(known)
    paths = [at] if len(remote.files) == 1 else [at / file for file in remote.files]
    for file, path in zip(remote.files, paths, strict=True):
        if not path.is_file():
            fetch(f"{remote.address}/{file}", path, lambda done, total, file=file: advance(file, done, total))
    return {path: sha256(path) for path in paths}


def fetch(url: str, path: Path, advance: Callable[[int, int], None]) -> None:
    """Fetch one file: beside its place first, then renamed."""
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with urllib.request.urlopen(url, timeout=30) as answer, unfinished.open("wb") as file:
            total = int(answer.headers.get("Content-Length") or 0)
            while part := answer.read(1 << 20):
                file.write(part)
                advance(file.tell(), total)
            if total and file.tell() != total:
                raise RegardError(f"{url}: ended after {file.tell()} of {total} bytes; try again")
        announced, found = announced_sha256(url), sha256(unfinished)
        if announced and announced != found:
            unfinished.unlink()
            raise RegardError(f"{url}: SHA-256 is {found}, but the server announced {announced}; try again")
        unfinished.replace(path)
    except urllib.error.HTTPError as error:
        raise RegardError(f"{url}: {error.code} {error.reason}; fetch it by hand into {path}") from None
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        reason = getattr(error, "reason", error)
        raise RegardError(f"{url}: cannot be reached ({reason}); fetch it elsewhere and put it at {path}") from None
    except OSError as error:
        free = shutil.disk_usage(path.parent).free / 1e9 if path.parent.is_dir() else 0.0
        raise RegardError(f"{path}: cannot be written ({error.strerror}; {free:.1f} GB free)") from None
    finally:
        unfinished.unlink(missing_ok=True)


class Stay(urllib.request.HTTPRedirectHandler):
    """Leave a redirection where it is, to read its headers."""

    def redirect_request(self, *_):
        return None


def announced_sha256(url: str) -> str | None:
    """The checksum that Hugging Face gives for a large file, in the header X-Linked-ETag before it redirects."""
    request = urllib.request.Request(url, method="HEAD")
    try:
        headers = urllib.request.build_opener(Stay).open(request, timeout=30).headers
    except urllib.error.HTTPError as redirection:
        headers = redirection.headers
    tag = (headers.get("X-Linked-ETag") or "").strip('"')
    return tag if re.fullmatch("[0-9a-f]{64}", tag) else None
