"""Read expression from .h5ad (AnnData), dense or sparse, in blocks so that it fits in memory once.

The file is read by h5py, and of it only one matrix and the names: what else it holds costs nothing, and what it claims
(a shape, a chunk, a place in a row) is looked at before memory is given to it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from regard.data import hdf5, limits
from regard.data.expression import Expression
from regard.data.gene_names import COLUMNS, named_by
from regard.data.hdf5 import check_chunk, dense, open_hdf5, part, text
from regard.data.layout import bare
from regard.data.numbers import quoted
from regard.errors import InputError

SPARSE = ("csr", "csc")


def read_h5ad(path: Path, *, layer: str | None = None, raw: bool = False, gene_names: str | None = None) -> Expression:
    """Read a matrix, the names of genes (`var`) and those of samples (`obs`) of an AnnData file.

    The file stays on disk and is read a block at a time, so a sparse matrix is never there twice. Values are float64,
    the same for dense and sparse.

    Parameters
    ----------
    layer : which of `layers` to read; `X` if None. raw : read `raw/X` and `raw/var`.
    gene_names : the column of `var` that names the genes; its index if None. The other columns of names are `aliases`.

    Raises
    ------
    InputError
        A file that is not that, damaged, or that claims more than `data.limits` allow; no such layer or column.
    """
    with open_hdf5(path, "an .h5ad file") as file:
        matrix, side = chosen(path, file, layer, raw)
        samples, genes = shape_of(path, matrix)
        names = [names_of(path, at, one, count) for at, one, count in ((file, "obs", samples), (side, "var", genes))]
        columns = columns_of(path, side["var"], genes, gene_names)
        values = dense(path, matrix) if hasattr(matrix, "shape") else sparse(path, matrix, (samples, genes))
    found, aliases, remarks = named_by(path.name, names[1], columns, gene_names)
    return Expression(values, found, names[0], aliases=aliases, remarks=remarks)


def chosen(path: Path, file: Any, layer: str | None, raw: bool) -> tuple[Any, Any]:
    """The matrix that is asked for, and where its `var` stands."""
    there = list(file["layers"]) if "layers" in file else []
    if raw:
        if "raw" not in file or "X" not in file["raw"] or "var" not in file["raw"]:
            raise InputError(f"{path}: has no raw with X and var; leave out --raw, or write adata.raw")
        return file["raw/X"], file["raw"]
    if layer is not None:
        if layer not in there:
            raise InputError(f"{path}: has no layer {layer!r}; it has {', '.join(map(repr, there)) or 'none'}")
        return file["layers"][layer], file
    if "X" not in file:
        other = f", or choose --layer {there[0]}" if there else ""
        raise InputError(f"{path}: X is empty; put the expression there{other}")
    return file["X"], file


def title(matrix: Any) -> str:
    return matrix.name.lstrip("/")


def shape_of(path: Path, matrix: Any) -> tuple[int, int]:
    """Samples and genes as the file claims them."""
    what = title(matrix)
    if hasattr(matrix, "shape"):
        shape, kind = matrix.shape, matrix.dtype.kind
    else:
        if not {"data", "indices", "indptr"} <= set(matrix):
            raise InputError(f"{path}: {what} is neither an array nor a sparse matrix (data, indices, indptr)")
        shape = matrix.attrs.get("shape", matrix.attrs.get("h5sparse_shape"))
        kind = matrix["data"].dtype.kind
    if shape is None or np.ndim(shape) != 1 or len(shape) != 2:
        raise InputError(f"{path}: {what} has no shape of samples × genes")
    if kind not in "fiub":
        raise InputError(f"{path}: {what} holds no numbers ({matrix.dtype if hasattr(matrix, 'dtype') else kind})")
    samples, genes = (int(size) for size in shape)
    if min(samples, genes) < 0 or samples * genes > limits.VALUES or max(samples, genes) > limits.NAMES:
        raise InputError(
            f"{path}: {what} of {samples:,} samples × {genes:,} genes; at most {limits.VALUES:,} values are read"
        )
    return samples, genes


def names_of(path: Path, parent: Any, side: str, count: int) -> list[str]:
    """Names of samples (`obs`) or genes (`var`); all of them different, so that what claims many holds many."""
    table = parent.get(side)
    if table is None:
        raise InputError(f"{path}: no {side} in it, which names the {'samples' if side == 'obs' else 'genes'}")
    if hasattr(table, "dtype"):  # before AnnData 0.7 a table of records
        index = (table.dtype.names or ("",))[0]
        check_chunk(path, table)
        found = [text(one) for one in table.fields(index)[:]] if table.shape == (count,) and index else []
    else:
        found = column_of(path, table, text(table.attrs.get("_index", "_index")), count)
    if len(found) != count:
        raise InputError(f"{path}: {side} names {len(found):,}; X has {count:,}")
    if len(set(found)) != count:
        seen: set[str] = set()
        twice = next(name for name in found if name in seen or seen.add(name))
        raise InputError(f"{path}: {side} name {quoted(twice)} stands more than once; make names differ")
    return found


def columns_of(path: Path, table: Any, count: int, wanted: str | None) -> dict[str, list[str]]:
    """The columns of `var` that hold names of genes, by what they are called; and the one that is wanted."""
    if hasattr(table, "dtype"):
        return {}
    names = [name for name in table if name == wanted or bare(name) in COLUMNS]
    if wanted is not None and wanted not in names:
        there = [name for name in table if name != table.attrs.get("_index", "_index")]
        raise InputError(f"{path}: var has no column {wanted!r}; it has {', '.join(map(repr, there)) or 'none'}")
    of_text = [name for name in names if name == wanted or holds_text(table[name])]
    return {name: column_of(path, table, name, count, gaps=True) for name in of_text}


def holds_text(column: Any) -> bool:
    """Does a column hold text, plain or in categories, rather than numbers?"""
    inner = column if hasattr(column, "dtype") else column.get("categories", column.get("values"))
    return inner is not None and hasattr(inner, "dtype") and inner.dtype.kind in "OSU"


def column_of(path: Path, table: Any, name: str, count: int, gaps: bool = False) -> list[str]:
    """A column of a table: plain text, text with a mask, or categories. gaps : may values be missing (then "")?"""
    column = table.get(name)
    if column is not None and not hasattr(column, "shape"):
        if "codes" in column:
            codes, words = part(path, column, "codes", count)[:], part(path, column, "categories")[:]
            if len(codes) and not (codes.min() >= -gaps and codes.max() < len(words)):
                raise InputError(f"{path}: {table.name}/{name} has codes without a category")
            return [text(words[code]) if code >= 0 else "" for code in codes]
        found = [text(one) for one in part(path, column, "values", count)[:]]
        if gaps and "mask" in column:
            found = ["" if no else one for one, no in zip(found, part(path, column, "mask", count)[:], strict=True)]
        return found
    return [text(one) for one in part(path, table, name, count)[:]]


def sparse(path: Path, matrix: Any, shape: tuple[int, int]) -> np.ndarray:
    """The same from a sparse matrix by rows or by columns; an entry that stands twice counts with its sum."""
    kind = text(matrix.attrs.get("encoding-type", matrix.attrs.get("h5sparse_format", "")))[:3]
    if kind not in SPARSE:
        raise InputError(
            f"{path}: {title(matrix)} is a {kind or 'matrix'} without a known form; expected csr_matrix or csc_matrix"
        )
    lines, width = shape if kind == "csr" else shape[::-1]
    bounds = part(path, matrix, "indptr", lines + 1)[:].astype(np.int64)
    data = part(path, matrix, "data")
    indices = part(path, matrix, "indices", data.shape[0])
    if bounds[0] != 0 or bounds[-1] != data.shape[0] or (np.diff(bounds) < 0).any():
        raise InputError(
            f"{path}: {title(matrix)}/indptr does not rise from 0 to the {data.shape[0]:,} values; the file is damaged"
        )
    values = np.zeros(shape)
    flat = values.reshape(-1)
    for low in range(0, data.shape[0], hdf5.BLOCK):
        high = min(low + hdf5.BLOCK, data.shape[0])
        place = indices[low:high].astype(np.int64)
        if not (place.min() >= 0 and place.max() < width):
            raise InputError(
                f"{path}: {title(matrix)}/indices has a place outside 0 to {width - 1:,}; the file is damaged"
            )
        line = np.searchsorted(bounds, np.arange(low, high), side="right") - 1
        row, column = (line, place) if kind == "csr" else (place, line)
        np.add.at(flat, row * shape[1] + column, data[low:high].astype(float))
    return values
