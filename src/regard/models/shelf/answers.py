"""Is what a server sent the file that was asked for? Told from its bytes, before it gets its name."""

from __future__ import annotations

import json
import struct
from pathlib import Path

from regard.errors import RegardError

LARGEST_HEADER = 100_000_000  # bytes, as safetensors itself allows
PACKED = (
    b"PK\x03\x04",
    b"\x80",
)  # torch.save: a zip file, or a pickle of old (which is read by torch's safe loader alone)


def check_content(path: Path, name: str, url: str) -> None:
    """Raises RegardError where the bytes in `path` cannot be a file of that name.

    Parameters
    ----------
    path : where the bytes are; `name` is what the file will be called, `url` where it comes from, for the error.
    """
    with path.open("rb") as file:
        start = file.read(512)
    wrong = None
    if start.lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml")) or not start:
        wrong = "a web page came in its place" if start else "nothing came"
    elif name.endswith(".safetensors"):
        wrong = wrong_safetensors(path)
    elif name.endswith((".bin", ".pth", ".pt", ".ckpt")) and not start.startswith(PACKED):
        wrong = "what came is no PyTorch file"
    elif name.endswith(".json"):
        try:
            json.loads(path.read_bytes())
        except (ValueError, RecursionError):
            wrong = "what came is no JSON"
    if wrong:
        raise RegardError(f"{url}: {wrong}; try again, or fetch it elsewhere and put it at {path.with_name(name)}")


def wrong_safetensors(path: Path) -> str | None:
    """What is wrong with a safetensors file by its own table of contents; None where that fits the file's size."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(8)
        length = struct.unpack("<Q", start)[0] if len(start) == 8 else size
        if length > min(size - 8, LARGEST_HEADER):
            return "what came is no safetensors file"
        try:
            tensors = json.loads(file.read(length))
            ends = [one["data_offsets"][1] for key, one in tensors.items() if key != "__metadata__"]
            announced = 8 + length + max(ends, default=0)
        except (ValueError, RecursionError, AttributeError, KeyError, TypeError, IndexError):
            return "what came is no safetensors file"
    return None if announced == size else f"{size} bytes came, but its table of contents speaks of {announced}"
