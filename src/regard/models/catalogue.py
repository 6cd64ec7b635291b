"""Weights of others that Regard reads and does not ship: fetched only when asked for by name."""

from __future__ import annotations

import shutil
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from regard.core.store import sha256
from regard.errors import InputError, RegardError
from regard.models.shipped import model_folder

ESM_FILES = ("config.json", "model.safetensors", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt")


@dataclass(frozen=True)
class Remote:
    """Files below one address, and whose they are."""

    summary: str
    licence: str
    address: str
    files: tuple[str, ...]


def esm2(size: str, repository: str) -> Remote:
    address = f"https://huggingface.co/facebook/{repository}/resolve/main"
    return Remote(f"ESM2, {size} parameters, protein language model", "MIT", address, ESM_FILES)


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
    ),
    "esm2-8m": esm2("8 M", "esm2_t6_8M_UR50D"),
    "esm2-35m": esm2("35 M", "esm2_t12_35M_UR50D"),
    "esm2-150m": esm2("150 M", "esm2_t30_150M_UR50D"),
    "esm2-650m": esm2("650 M", "esm2_t33_650M_UR50D"),
}


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
        A file cannot be fetched; what was finished stays, nothing is left half-written.
    """
    if name not in CATALOGUE:
        raise InputError(f"model {name!r} is unknown; there are {', '.join(CATALOGUE)}")
    remote, at = CATALOGUE[name], place(name)
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
