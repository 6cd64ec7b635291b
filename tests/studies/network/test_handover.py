"""What is written for other tools says the same as `edges.tsv`, in their words; the run's manifest lists it."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from regard.annotate.network import read_gold
from regard.errors import InputError
from regard.studies.network.handover import TOOLS, check_tools
from regard.studies.network.inputs import Matrix
from regard.studies.network.study import run
from tests.toys.networks import GENES, planted, write

anndata = pytest.importorskip("anndata", reason="the extra h5ad is not installed")


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """Folder of a run whose first method has a sign, the files of all tools among its own."""
    folder = tmp_path_factory.mktemp("handover")
    write(planted(40), folder / "x.tsv")
    (folder / "tf.txt").write_text("TF\ng0\ng1\ng2\n")
    run(folder / "x.tsv", folder / "out", methods=["pearson", "lasso"], regulators=folder / "tf.txt", tools=list(TOOLS))
    return folder / "out"


def edges(folder) -> pd.DataFrame:
    table = pd.read_csv(folder / "edges.tsv", sep="\t")
    return table[table.score > 0].reset_index(drop=True)


def test_pyscenic_and_decoupler(done):
    best = edges(done)
    adjacencies = pd.read_csv(done / "network.pyscenic.tsv", sep="\t")
    assert list(adjacencies) == ["TF", "target", "importance"]
    assert adjacencies.equals(best[["regulator", "target", "score"]].set_axis(list(adjacencies), axis=1))
    assert (adjacencies.importance > 0).all() and set(adjacencies.TF) == {"g0", "g1", "g2"}
    net = pd.read_csv(done / "network.decoupler.tsv", sep="\t")
    assert list(net) == ["source", "target", "weight"] and not net.duplicated(["source", "target"]).any()
    assert np.array_equal(net.weight, best.score * best.sign) and (net.weight < 0).any()


def test_cytoscape(done):
    best = edges(done)
    sif = pd.read_csv(done / "network.sif", sep="\t", header=None)
    assert np.array_equal(sif[[0, 2]], best[["regulator", "target"]])
    assert np.array_equal(sif[1] == "represses", best.sign < 0)
    table = pd.read_csv(done / "network.cytoscape.tsv", sep="\t")
    assert table["shared name"][0] == f"{sif[0][0]} ({sif[1][0]}) {sif[2][0]}" and table["rank"].is_monotonic_increasing
    known, _ = read_gold(done / "network.sif", GENES)
    assert known.edges.nnz == len(best)
    row = best.iloc[0]
    assert known.sign[GENES.index(row.target), GENES.index(row.regulator)] == row.sign


def test_anndata(done):
    data = anndata.read_h5ad(done / "network.h5ad")
    assert list(data.varp) == ["lasso", "pearson"] and list(data.uns["regard"]["methods"]) == ["pearson", "lasso"]
    assert data.shape == (40, 10) and data.uns["regard"]["rows of varp"] == "target"
    matrix = pd.DataFrame(data.varp["pearson"].toarray(), data.var_names, data.var_names)
    for row in edges(done).itertuples():
        assert matrix.loc[row.target, row.regulator] == pytest.approx(row.score * row.sign, rel=1e-4)
    assert data.varp["pearson"].nnz == len(edges(done))


def test_the_manifest_lists_them(done):
    files = json.loads((done / "manifest.json").read_text())["files"]
    assert {"network.pyscenic.tsv", "network.decoupler.tsv", "network.sif", "network.h5ad"} <= set(files)


def test_a_tool_that_is_unknown_is_said_before_anything_runs(tmp_path):
    with pytest.raises(InputError, match="--for gephi: is unknown; there are pyscenic, decoupler, cytoscape, anndata"):
        check_tools(["pyscenic", "gephi"])
    with pytest.raises(InputError, match="--for gephi"):
        run(tmp_path / "none.tsv", tmp_path / "out", tools=["gephi"])
    assert not (tmp_path / "out").exists()


def test_a_series_is_asked_for_before_anything_runs(tmp_path):
    write(planted(12), tmp_path / "x.tsv")
    with pytest.raises(InputError, match=r"'dyngenie3' needs a time series: a column `Time`") as error:
        run(tmp_path / "x.tsv", tmp_path / "out", methods=["pearson", "dyngenie3"])
    assert "\n" not in str(error.value) and not (tmp_path / "out").exists()


def test_regulators_and_gold_by_other_names_of_the_file(tmp_path):
    ids = [f"ENSG0000000000{i}.1" for i in range(10)]
    data = anndata.AnnData(planted(40).values, var=pd.DataFrame({"symbol": GENES}, index=ids))
    data.layers["counts"] = data.X.copy()
    data.write_h5ad(tmp_path / "x.h5ad")
    (tmp_path / "tf.txt").write_text("g0\ng1\n")
    out = tmp_path / "out"
    run(tmp_path / "x.h5ad", out, methods=["pearson"], regulators=tmp_path / "tf.txt", matrix=Matrix(layer="counts"))
    assert set(pd.read_csv(out / "edges.tsv", sep="\t").regulator) == set(ids[:2])
    named = {"methods": ["pearson"], "matrix": Matrix(gene_names="symbol"), "force": True}
    (tmp_path / "tf.txt").write_text("ENSG00000000000.9\ng1\n")
    run(tmp_path / "x.h5ad", out, regulators=tmp_path / "tf.txt", **named)
    assert set(pd.read_csv(out / "edges.tsv", sep="\t").regulator) == {"g0", "g1"}
