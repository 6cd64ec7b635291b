"""Read expression from .h5ad (AnnData), dense or sparse, in blocks so that it fits in memory once.

The file is read by h5py, and of it only `X` and the names: what else it holds costs nothing, and what it claims (a
shape, a chunk, a place in a row) is looked at before memory is given to it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from regard.data import limits
from regard.data.expression import Expression
from regard.data.files import check_file
from regard.data.numbers import quoted
from regard.errors import InputError, MissingExtra, RegardError, reason

BLOCK = 2_000_000  # values read together; 16 MB as float64
SPARSE = ("csr", "csc")


def read_h5ad(path: Path) -> Expression:
    """Read `X`, the names of genes (`var`) and those of samples (`obs`) of an AnnData file.

    The file stays on disk and is read a block at a time, so a sparse matrix is never there twice. Values are float64,
    the same for dense and sparse.

    Raises
    ------
    InputError
        A file that is not that, damaged, or that claims more than `data.limits` allow.
    """
    try:
        import h5py
    except ImportError:
        raise MissingExtra("h5py", "h5ad") from None
    check_file(path, "an .h5ad file")
    try:
        with h5py.File(path, "r") as file:
            if "X" not in file:
                raise InputError(f"{path}: X is empty; put the expression there")
            matrix: Any = file["X"]
            samples, genes = shape_of(path, matrix)
            names = [names_of(path, file, side, count) for side, count in (("obs", samples), ("var", genes))]
            values = dense(path, matrix) if hasattr(matrix, "shape") else sparse(path, matrix, (samples, genes))
    except RegardError:
        raise
    except MemoryError:
        raise InputError(f"{path}: its values do not fit in memory; take fewer samples or genes") from None
    except Exception as error:  # h5py has many for damaged files
        raise InputError(f"{path}: not an .h5ad file, or a damaged one ({reason(error)})") from None
    return Expression(values, names[1], names[0])


def text(value: Any) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def shape_of(path: Path, matrix: Any) -> tuple[int, int]:
    """Samples and genes as the file claims them."""
    if hasattr(matrix, "shape"):
        shape, kind = matrix.shape, matrix.dtype.kind
    else:
        if not {"data", "indices", "indptr"} <= set(matrix):
            raise InputError(f"{path}: X is neither an array nor a sparse matrix (data, indices, indptr)")
        shape = matrix.attrs.get("shape", matrix.attrs.get("h5sparse_shape"))
        kind = matrix["data"].dtype.kind
    if shape is None or np.ndim(shape) != 1 or len(shape) != 2:
        raise InputError(f"{path}: X has no shape of samples × genes")
    if kind not in "fiub":
        raise InputError(f"{path}: X holds no numbers ({matrix.dtype if hasattr(matrix, 'dtype') else kind})")
    samples, genes = (int(size) for size in shape)
    if min(samples, genes) < 0 or samples * genes > limits.VALUES or max(samples, genes) > limits.NAMES:
        raise InputError(
            f"{path}: X of {samples:,} samples × {genes:,} genes; at most {limits.VALUES:,} values are read"
        )
    return samples, genes


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


def names_of(path: Path, file: Any, side: str, count: int) -> list[str]:
    """Names of samples (`obs`) or genes (`var`); all of them different, so that what claims many holds many."""
    table = file.get(side)
    if table is None:
        raise InputError(f"{path}: no {side} in it, which names the {'samples' if side == 'obs' else 'genes'}")
    if hasattr(table, "dtype"):  # before AnnData 0.7 a table of records
        index = (table.dtype.names or ("",))[0]
        check_chunk(path, table)
        found = [text(one) for one in table.fields(index)[:]] if table.shape == (count,) and index else []
    else:
        found = index_of(path, table, text(table.attrs.get("_index", "_index")), count)
    if len(found) != count:
        raise InputError(f"{path}: {side} names {len(found):,}; X has {count:,}")
    if len(set(found)) != count:
        seen: set[str] = set()
        twice = next(name for name in found if name in seen or seen.add(name))
        raise InputError(f"{path}: {side} name {quoted(twice)} stands more than once; make names differ")
    return found


def index_of(path: Path, table: Any, name: str, count: int) -> list[str]:
    """The column of names of a table: plain text, text with a mask, or categories."""
    column = table.get(name)
    if column is not None and not hasattr(column, "shape"):
        if "codes" in column:
            codes, words = part(path, column, "codes", count)[:], part(path, column, "categories")[:]
            if len(codes) and not (codes.min() >= 0 and codes.max() < len(words)):
                raise InputError(f"{path}: {table.name}/{name} has codes without a category")
            return [text(words[code]) for code in codes]
        return [text(one) for one in part(path, column, "values", count)[:]]
    return [text(one) for one in part(path, table, name, count)[:]]


def dense(path: Path, matrix: Any) -> np.ndarray:
    """All values, float64, shape (samples, genes)."""
    check_chunk(path, matrix)
    samples, genes = matrix.shape
    values = np.empty((samples, genes))
    rows = max(1, BLOCK // max(genes, 1))
    for start in range(0, samples, rows):
        values[start : start + rows] = matrix[start : start + rows]
    return values


def sparse(path: Path, matrix: Any, shape: tuple[int, int]) -> np.ndarray:
    """The same from a sparse matrix by rows or by columns; an entry that stands twice counts with its sum."""
    kind = text(matrix.attrs.get("encoding-type", matrix.attrs.get("h5sparse_format", "")))[:3]
    if kind not in SPARSE:
        raise InputError(f"{path}: X is a {kind or 'matrix'} without a known form; expected csr_matrix or csc_matrix")
    lines, width = shape if kind == "csr" else shape[::-1]
    bounds = part(path, matrix, "indptr", lines + 1)[:].astype(np.int64)
    data = part(path, matrix, "data")
    indices = part(path, matrix, "indices", data.shape[0])
    if bounds[0] != 0 or bounds[-1] != data.shape[0] or (np.diff(bounds) < 0).any():
        raise InputError(f"{path}: X/indptr does not rise from 0 to the {data.shape[0]:,} values; the file is damaged")
    values = np.zeros(shape)
    flat = values.reshape(-1)
    for low in range(0, data.shape[0], BLOCK):
        high = min(low + BLOCK, data.shape[0])
        place = indices[low:high].astype(np.int64)
        if not (place.min() >= 0 and place.max() < width):
            raise InputError(f"{path}: X/indices has a place outside 0 to {width - 1:,}; the file is damaged")
        line = np.searchsorted(bounds, np.arange(low, high), side="right") - 1
        row, column = (line, place) if kind == "csr" else (place, line)
        np.add.at(flat, row * shape[1] + column, data[low:high].astype(float))
    return values
