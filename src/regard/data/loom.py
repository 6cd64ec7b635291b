"""Read expression from .loom, genes in its rows, in blocks so that it fits in memory once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from regard.data import hdf5, limits
from regard.data.expression import Expression
from regard.data.gene_names import COLUMNS, named_by
from regard.data.hdf5 import check_chunk, open_hdf5, part, text
from regard.data.layout import CORNER_OF_SAMPLES, bare
from regard.errors import InputError

GENE = ("Gene", "var_names", "gene_names", "Accession")  # as loompy and scanpy call the names of genes
CELL = ("CellID", "obs_names", "cell_names")


def read_loom(path: Path, *, layer: str | None = None, gene_names: str | None = None) -> Expression:
    """Read a matrix of a loom file, its genes from `row_attrs` and its samples from `col_attrs`.

    Parameters
    ----------
    layer : which of `layers` to read; `matrix` if None.
    gene_names : the attribute of rows that names the genes; if None `Gene`, or what stands for it. A gene whose name
        stands twice goes by another attribute that tells all genes apart, if there is one.

    Returns
    -------
    `values` float64, shape (samples, genes); samples without names are called "1", "2", …

    Raises
    ------
    InputError
        A file that is not that, damaged, or that claims more than `data.limits` allow; no such layer or attribute.
    """
    with open_hdf5(path, "a .loom file") as file:
        matrix = chosen(path, file, layer)
        genes, samples = shape_of(path, matrix)
        rows = attributes(path, file, "row_attrs", genes, lambda name: name == gene_names or bare(name) in COLUMNS)
        cells = attributes(
            path, file, "col_attrs", samples, lambda name: name in CELL or bare(name) in CORNER_OF_SAMPLES
        )
        if gene_names is not None and gene_names not in rows:
            there = ", ".join(map(repr, file.get("row_attrs", ()))) or "none"
            raise InputError(f"{path}: row_attrs has no list of names {gene_names!r}; it has {there}")
        values = turned(path, matrix)
    usual = next((name for name in (*GENE, *rows) if name in rows), None)
    if usual is None:
        raise InputError(f"{path}: row_attrs names no genes; add Gene to it, or say --gene-names ATTRIBUTE")
    unique = (one for one in (rows[usual], *rows.values()) if len(set(one)) == genes)
    found, aliases, remarks = named_by(path.name, next(unique, rows[usual]), rows, gene_names or usual)
    named = next((cells[name] for name in (*CELL, *cells) if name in cells), None)
    names = [str(i + 1) for i in range(samples)] if named is None else named
    return Expression(values, found, names, aliases=aliases, remarks=remarks)


def chosen(path: Path, file: Any, layer: str | None) -> Any:
    """The matrix that is asked for."""
    there = list(file["layers"]) if "layers" in file else []
    if layer is not None and layer not in there:
        raise InputError(f"{path}: has no layer {layer!r}; it has {', '.join(map(repr, there)) or 'none'}")
    matrix = file["layers"][layer] if layer is not None else file.get("matrix")
    if matrix is None:
        raise InputError(f"{path}: no matrix in it, as a .loom file has")
    return matrix


def shape_of(path: Path, matrix: Any) -> tuple[int, int]:
    """Genes and samples as the file claims them."""
    if not hasattr(matrix, "shape") or len(matrix.shape) != 2 or matrix.dtype.kind not in "fiub":
        raise InputError(f"{path}: {matrix.name} is no matrix of numbers, genes × samples")
    genes, samples = matrix.shape
    if samples * genes > limits.VALUES or max(samples, genes) > limits.NAMES:
        raise InputError(
            f"{path}: matrix of {samples:,} samples × {genes:,} genes; at most {limits.VALUES:,} values are read"
        )
    check_chunk(path, matrix)
    return genes, samples


def attributes(path: Path, file: Any, side: str, count: int, wanted: Callable[[str], bool]) -> dict[str, list[str]]:
    """Attributes of rows or columns that hold text, and are wanted."""
    group = file.get(side)
    if group is None or hasattr(group, "shape"):
        return {}
    of_text = [name for name in group if wanted(name) and hasattr(group[name], "dtype")]
    of_text = [name for name in of_text if group[name].dtype.kind in "OSU"]
    return {name: [text(one) for one in part(path, group, name, count)[:]] for name in of_text}


def turned(path: Path, matrix: Any) -> np.ndarray:
    """All values, float64, shape (samples, genes)."""
    genes, samples = matrix.shape
    values = np.empty((samples, genes))
    rows = max(1, hdf5.BLOCK // max(samples, 1))
    for start in range(0, genes, rows):
        values[:, start : start + rows] = matrix[start : start + rows].T
    return values
