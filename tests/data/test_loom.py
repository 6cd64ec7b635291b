"""Loom files as loompy and scanpy write them: genes in rows, names in attributes."""

from __future__ import annotations

import numpy as np
import pytest

from regard.data.expression_files import read_expression
from regard.errors import InputError

h5py = pytest.importorskip("h5py", reason="the extra h5ad is not installed")

VALUES = np.random.default_rng(0).poisson(2.0, (7, 5)).astype(np.float32)  # samples × genes
SYMBOLS, IDS, CELLS = (
    [f"G{i}" for i in range(5)],
    [f"ENSG0000000000{i}" for i in range(5)],
    [f"c_{i}" for i in range(7)],
)


def write(path, *, rows=None, cells=None, matrix=VALUES.T, **layers):
    with h5py.File(path, "w") as file:
        if matrix is not None:
            file["matrix"] = matrix
        for name, values in (rows or {"Gene": SYMBOLS, "Accession": IDS, "Length": np.arange(5)}).items():
            file[f"row_attrs/{name}"] = values
        for name, values in ({"CellID": CELLS} if cells is None else cells).items():
            file[f"col_attrs/{name}"] = values
        for name, values in layers.items():
            file[f"layers/{name}"] = values
    return path


def test_values_and_names_in_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr("regard.data.hdf5.BLOCK", 8)
    found = read_expression(write(tmp_path / "x.loom"))
    assert np.array_equal(found.values, VALUES) and found.values.dtype == np.float64
    assert found.genes == SYMBOLS and found.samples == CELLS and found.aliases["ENSG00000000003"] == "G3"


def test_a_layer_and_another_attribute_of_names(tmp_path):
    path = write(tmp_path / "x.loom", spliced=2 * VALUES.T)
    found = read_expression(path, layer="spliced", gene_names="Accession")
    assert np.array_equal(found.values, 2 * VALUES) and found.genes == IDS and found.aliases["G0"] == IDS[0]


def test_symbols_that_stand_twice_go_by_their_accession(tmp_path):
    rows = {"Gene": ["A", "B", "B", "C", "D"], "Accession": IDS}
    found = read_expression(write(tmp_path / "x.loom", rows=rows))
    assert found.genes == ["A", IDS[1], IDS[2], "C", "D"] and "2 genes whose Gene" in found.remarks[0]


def test_cells_without_names_are_numbered(tmp_path):
    assert read_expression(write(tmp_path / "x.loom", cells={})).samples == [str(i) for i in range(1, 8)]


@pytest.mark.parametrize(
    ("file", "how", "says"),
    [
        ({}, {"layer": "counts"}, "has no layer 'counts'; it has none"),
        ({}, {"gene_names": "Symbol"}, "no list of names 'Symbol'; it has 'Accession', 'Gene', 'Length'"),
        ({}, {"raw": True}, "--raw is for .h5ad; leave it out"),
        ({}, {"genes_in": "columns"}, "genes in rows"),
        ({"matrix": None}, {}, "no matrix in it"),
        ({"matrix": np.zeros(5)}, {}, "no matrix of numbers"),
        ({"rows": {"Length": np.arange(5)}}, {}, "row_attrs names no genes"),
        ({"rows": {"Gene": SYMBOLS[:4]}}, {}, "has 4 values; expected 5"),
    ],
)
def test_what_cannot_be_read_is_one_line(tmp_path, file, how, says):
    with pytest.raises(InputError, match=says):
        read_expression(write(tmp_path / "x.loom", **file), **how)
