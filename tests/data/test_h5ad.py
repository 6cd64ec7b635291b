"""An .h5ad file is read by what it holds: whatever it claims beside costs nothing and is one line."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from regard.data.expression_files import read_expression
from regard.data.expression_tables import expression_of
from regard.data.h5ad import read_h5ad
from regard.errors import InputError

anndata = pytest.importorskip("anndata", reason="the extra h5ad is not installed")
h5py = pytest.importorskip("h5py", reason="the extra h5ad is not installed")

VALUES = np.random.default_rng(0).poisson(1.0, (7, 5)).astype(float)
FORMS = {"dense": lambda v: v, "csr": sp.csr_matrix, "csc": sp.csc_matrix, "whole": lambda v: v.astype(np.int32)}


def write(path, form="csr", **more):
    names = pd.DataFrame(index=[f"cell_{i}" for i in range(7)]), pd.DataFrame(index=[f"G{i}" for i in range(5)])
    anndata.AnnData(FORMS[form](VALUES), *names).write_h5ad(path, **more)
    return path


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("compression", [None, "gzip"])
def test_every_form_gives_the_values(tmp_path, monkeypatch, form, compression):
    monkeypatch.setattr("regard.data.hdf5.BLOCK", 4)  # so that blocks have to meet within a line
    found = read_h5ad(write(tmp_path / "x.h5ad", form, compression=compression))
    assert np.array_equal(found.values, VALUES)
    assert found.genes == [f"G{i}" for i in range(5)] and found.samples == [f"cell_{i}" for i in range(7)]


def test_names_as_older_and_newer_versions_write_them(tmp_path):
    with h5py.File(write(tmp_path / "x.h5ad"), "r+") as file:
        del file["var"]
        file["var"] = np.array([(f"G{i}".encode(), i) for i in range(5)], dtype=[("index", "S2"), ("n", "i4")])
        names = file["obs/_index"][:]
        del file["obs/_index"]
        file["obs"].create_group("_index").attrs["encoding-type"] = "nullable-string-array"
        file["obs/_index/values"], file["obs/_index/mask"] = names, np.zeros(7, bool)
    found = read_h5ad(tmp_path / "x.h5ad")
    assert found.genes == [f"G{i}" for i in range(5)] and found.samples == [f"cell_{i}" for i in range(7)]


def test_an_entry_that_stands_twice_counts_with_its_sum(tmp_path):
    with h5py.File(write(tmp_path / "x.h5ad"), "r+") as file:
        bounds = file["X/indptr"][:]
        file["X/indices"][bounds[0] : bounds[1]] = 3
    assert read_h5ad(tmp_path / "x.h5ad").values[0].tolist() == [0, 0, 0, VALUES[0].sum(), 0]


def replace(file, name, values, **more):
    kept = dict(file[name].attrs)
    del file[name]
    made = (
        file.create_dataset(name, data=values, **more)
        if values is not None
        else file.create_dataset(name, dtype="f4", **more)
    )
    made.attrs.update(kept)


DAMAGES = {
    "no X": (lambda f: f.pop("X"), "X is empty"),
    "no obs": (lambda f: f.pop("obs"), "no obs in it"),
    "no names": (lambda f: f["var"].pop("_index"), "/var/_index is no list of values"),
    "no indices": (lambda f: f["X"].pop("indices"), "neither an array nor a sparse matrix"),
    "text": (lambda f: replace(f, "X/data", [b"a"] * len(f["X/data"])), "X holds no numbers"),
    "place": (lambda f: f["X/indices"].__setitem__(0, 5), "X/indices has a place outside 0 to 4"),
    "negative": (lambda f: f["X/indices"].__setitem__(0, -1), "X/indices has a place outside 0 to 4"),
    "bounds": (lambda f: f["X/indptr"].__setitem__(1, 10**6), "X/indptr does not rise from 0"),
    "short": (lambda f: replace(f, "X/indptr", [0, 1]), "X/indptr has 2 values; expected 8"),
    "shape": (lambda f: f["X"].attrs.__setitem__("shape", [10**6, 10**6]), r"at most 4,000,000,000 values"),
    "names": (lambda f: f["X"].attrs.__setitem__("shape", [10**5, 5]), "_index has 7 values; expected 100,000"),
    "flat": (lambda f: f["X"].attrs.__setitem__("shape", [7]), "no shape of samples × genes"),
    "form": (lambda f: f["X"].attrs.__setitem__("encoding-type", "coo_matrix"), "expected csr_matrix or csc_matrix"),
    "twice": (lambda f: f["obs/_index"].__setitem__(0, "cell_1"), "obs name 'cell_1' stands more than once"),
    "claims": (lambda f: claims(f), "claims .* bytes"),
}


def claims(file):
    """A matrix of 80 MB of which nothing was written."""
    for side, count in (("obs", 4_000), ("var", 5_000)):
        replace(file, f"{side}/_index", [f"{side}{i}" for i in range(count)])
    replace(file, "X", None, shape=(4_000, 5_000), chunks=(100, 100))


@pytest.mark.parametrize("what", DAMAGES)
def test_damage_is_one_line(tmp_path, what):
    change, says = DAMAGES[what]
    with h5py.File(write(tmp_path / "x.h5ad"), "r+") as file:
        change(file)
    with pytest.raises(InputError, match=says) as error:
        read_expression(tmp_path / "x.h5ad")
    assert "x.h5ad" in str(error.value)


def test_damaged_chunks_are_one_line(tmp_path):
    path = write(tmp_path / "x.h5ad", "dense", compression="gzip")
    with h5py.File(path) as file:
        chunk = file["X"].id.get_chunk_info(0)
    raw = bytearray(path.read_bytes())
    raw[chunk.byte_offset : chunk.byte_offset + chunk.size] = b"\x55" * chunk.size
    path.write_bytes(raw)
    with pytest.raises(InputError, match=r"x\.h5ad: not an \.h5ad file, or a damaged one"):
        read_expression(path)


@pytest.mark.slow
def test_a_hundred_thousand_cells_of_twenty_thousand_genes_are_read(tmp_path):
    matrix = sp.random(100_000, 20_000, density=0.0005, format="csr", random_state=0)
    names = (pd.DataFrame(index=[f"{what}_{i}" for i in range(n)]) for what, n in (("cell", 100_000), ("G", 20_000)))
    anndata.AnnData(matrix, *names).write_h5ad(tmp_path / "x.h5ad")
    found = read_expression(tmp_path / "x.h5ad")
    assert found.values.shape == (100_000, 20_000)
    assert found.values[:50].sum() == pytest.approx(matrix[:50].sum())


def several(path):
    """A file with a layer, `raw` of two more genes, and columns of names in both."""
    ids = [f"ENSG0000000000{i}.3" for i in range(5)]
    symbols = pd.Categorical(["GATA1", "MYC", None, "SPI1", "SPI1"])
    names = pd.DataFrame(index=[f"cell_{i}" for i in range(7)]), pd.DataFrame({"symbol": symbols}, index=ids)
    data = anndata.AnnData(VALUES, *names)
    data.layers["counts"] = sp.csr_matrix(3 * VALUES)
    more = pd.DataFrame({"symbol": list("ABCDEFG")}, index=[f"r{i}" for i in range(7)])
    data.raw = anndata.AnnData(np.hstack([5 * VALUES, VALUES[:, :2]]), names[0], more)
    data.write_h5ad(path)
    return data


def test_a_layer_raw_and_a_column_of_names(tmp_path):
    data = several(path := tmp_path / "x.h5ad")
    assert np.array_equal(read_expression(path, layer="counts").values, 3 * VALUES)
    raw = read_expression(path, raw=True, gene_names="symbol")
    assert raw.genes == list("ABCDEFG") and np.array_equal(raw.values[:, :5], 5 * VALUES)
    named = read_expression(path, gene_names="symbol")
    assert named.genes == ["GATA1", "MYC", *data.var_names[2:]]
    assert "3 genes whose symbol is missing or stands more than once" in named.remarks[0]
    assert read_expression(path).aliases == {"GATA1": data.var_names[0], "MYC": data.var_names[1]}
    for how in ({"layer": "counts"}, {"raw": True, "gene_names": "symbol"}, {"gene_names": "symbol"}):
        there, here = read_expression(path, **how), expression_of(data, **how)
        assert np.array_equal(there.values, here.values) and there.genes == here.genes and there.aliases == here.aliases


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"layer": "spliced"}, "has no layer 'spliced'; it has 'counts'"),
        ({"gene_names": "name"}, "var has no column 'name'; it has 'symbol'"),
        ({"layer": "counts", "raw": True}, "leave one of them out"),
    ],
)
def test_what_is_not_there_is_said(tmp_path, how, says):
    data = several(tmp_path / "x.h5ad")
    for read in (lambda: read_expression(tmp_path / "x.h5ad", **how), lambda: expression_of(data, **how)):
        with pytest.raises(InputError, match=says):
            read()
    with pytest.raises(InputError, match="has no raw with X and var"):
        read_expression(write(tmp_path / "y.h5ad"), raw=True)
    with pytest.raises(InputError, match=r"--layer is for \.h5ad and \.loom; leave it out"):
        read_expression(tmp_path / "x.tsv", layer="counts")


def test_without_X_a_layer_is_named(tmp_path):
    several(path := tmp_path / "x.h5ad")
    with h5py.File(path, "r+") as file:
        del file["X"]
    with pytest.raises(InputError, match="X is empty; put the expression there, or choose --layer counts"):
        read_expression(path)
