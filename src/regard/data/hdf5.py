"""What is read of an HDF5 file: parts of it whose claims (a shape, a chunk) are looked at before memory is given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from regard.data import limits
from regard.data.files import check_file
from regard.errors import InputError, MissingExtra, RegardError, reason

BLOCK = 2_000_000  # values read together; 16 MB as float64


@contextmanager
def open_hdf5(path: Path, kind: str) -> Iterator[Any]:
    """The file, an h5py.File; whatever goes wrong while it is read is one line. kind : `an .h5ad file`."""
    try:
        import h5py
    except ImportError:
        raise MissingExtra("h5py", "h5ad") from None
    check_file(path, kind)
    try:
        with h5py.File(path, "r") as file:
            yield file
    except RegardError:
        raise
    except MemoryError:
        raise InputError(f"{path}: its values do not fit in memory; take fewer samples or genes") from None
    except Exception as error:  # h5py has many for damaged files
        raise InputError(f"{path}: not {kind}, or a damaged one ({reason(error)})") from None


def text(value: Any) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def part(path: Path, group: Any, name: str, size: int | None = None) -> Any:
    """An array of one dimension, of this size, in chunks that fit in memory."""
    found = group.get(name)
    if found is None or not hasattr(found, "shape") or len(found.shape) != 1:
        raise InputError(f"{path}: {group.name}/{name} is no list of values")
    if size is not None and found.shape[0] != size:
        raise InputError(f"{path}: {group.name}/{name} has {found.shape[0]:,} values; expected {size:,}, as in X")
    check_chunk(path, found)
    return found


def check_chunk(path: Path, array: Any) -> None:
    """Raise InputError where a chunk would unpack to more than is given to one, or where most of an array is missing.

    An array that was never written reads as zeros of any number.
    """
    size = array.dtype.itemsize
    if array.chunks is not None and int(np.prod(array.chunks, dtype=float)) * size > limits.CHUNK:
        raise InputError(
            f"{path}: {array.name} has chunks {array.chunks}; at most {limits.CHUNK:,} bytes are read of one"
        )
    claimed, stored = array.size * size, array.id.get_storage_size()
    if claimed > limits.UNPACKED_FREE and claimed > limits.H5_RATIO * stored:
        raise InputError(
            f"{path}: {array.name} claims {claimed:,} bytes, but the file holds {stored:,} of them (packed 1:"
            f"{limits.H5_RATIO:,} at best)"
        )


def dense(path: Path, matrix: Any) -> np.ndarray:
    """All values, float64, shape (samples, genes)."""
    check_chunk(path, matrix)
    samples, genes = matrix.shape
    values = np.empty((samples, genes))
    rows = max(1, BLOCK // max(genes, 1))
    for start in range(0, samples, rows):
        values[start : start + rows] = matrix[start : start + rows]
    return values
