"""Finished parts of a run on disk: one that is found again is whole, or it is done again."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import numpy as np

from regard.core.whole import write_whole

DIGEST = hashlib.sha256().digest_size  # bytes in front of the array


def keep(path: Path, array: np.ndarray) -> None:
    """Write an array with its checksum, at once or not at all."""
    written = io.BytesIO()
    np.save(written, array)
    write_whole(path, hashlib.sha256(written.getvalue()).digest() + written.getvalue(), beside=".part")


def kept(path: Path) -> np.ndarray | None:
    """What `keep` wrote; None where there is nothing, or what is there was damaged since."""
    if not path.is_file():
        return None
    content = path.read_bytes()
    if hashlib.sha256(content[DIGEST:]).digest() != content[:DIGEST]:
        return None
    return np.load(io.BytesIO(content[DIGEST:]))
