"""Read expression from .h5ad (AnnData), dense or sparse, in blocks of cells so that it fits in memory once."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from regard.data.expression import Expression
from regard.errors import InputError, MissingExtra

BLOCK = 2_000_000  # values read together; 16 MB as float64


def read_h5ad(path: Path) -> Expression:
    """Read `X`, `var_names` (genes) and `obs_names` (samples) of an AnnData file.

    The file stays on disk and is read a block of cells at a time, so a sparse matrix is never there
    twice. Values are float64, the same for dense and sparse.
    """
    try:
        import anndata
    except ImportError:
        raise MissingExtra("anndata", "h5ad") from None
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    try:
        data = anndata.read_h5ad(path, backed="r")
    except Exception as error:  # h5py, anndata and their readers have many
        raise InputError(f"{path}: not an .h5ad file, or a damaged one ({str(error).splitlines()[0]})") from None
    try:
        if data.X is None:
            raise InputError(f"{path}: X is empty; put the expression there")
        samples, genes = data.shape
        values = np.empty((samples, genes))
        rows = max(1, BLOCK // max(genes, 1))
        for start in range(0, samples, rows):
            block = data.X[start : start + rows]
            values[start : start + rows] = block if isinstance(block, np.ndarray) else block.toarray()
        return Expression(values, [str(n) for n in data.var_names], [str(n) for n in data.obs_names])
    finally:
        data.file.close()
