"""`regard.network`: the same edges as the study writes, from a table in memory."""

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

import regard
from regard.data.expression_tables import expression_of
from regard.errors import InputError
from regard.studies.network.inputs import read
from regard.studies.network.methods import run_methods
from regard.studies.network.study import run
from tests.toys.networks import planted, write


def frame(samples=30) -> pd.DataFrame:
    expression = planted(samples)
    return pd.DataFrame(expression.values, index=expression.samples, columns=expression.genes)


def test_edges_are_those_that_the_study_writes(tmp_path):
    write(planted(30), tmp_path / "table.tsv")
    (tmp_path / "tf.txt").write_text("g3\ng0\n")
    run(
        tmp_path / "table.tsv", tmp_path / "out", methods=["lasso", "pearson"], regulators=tmp_path / "tf.txt", seed=3,
        console=Console(quiet=True),
    )  # fmt: skip
    found = regard.network(frame(), method=["lasso", "pearson"], regulators=["g3", "g0", "gene of others"], seed=3)
    assert list(found) == ["regulator", "target", "score", "method", "sign"]
    assert list(found.method.unique()) == ["lasso", "pearson"] and set(found.regulator) == {"g0", "g3"}
    for name, part in found.groupby("method"):
        written = pd.read_csv(tmp_path / "out" / f"edges.{name}.tsv", sep="\t")
        assert part.regulator.tolist() == written.regulator.tolist() and part.target.tolist() == written.target.tolist()
        assert np.allclose(part.score, written.score, rtol=1e-5)
    assert "gene of others" in " ".join(found.attrs["remarks"])


def test_rows_in_another_order_give_the_same_edges_also_where_they_are_named_by_their_place(tmp_path, monkeypatch):
    """TabPFN, the network model and forests; what was done is told by row of the file, and follows it."""
    monkeypatch.setattr("regard.predictors.trees.TREES", 20)
    methods = ["genie3", "knockout-z", "tabpfn.target", "attention", "attention.layer"]
    expression, found = planted(12), []
    for name, order in (("file", np.arange(12)), ("shuffled", np.random.default_rng(4).permutation(12))):
        table, done = tmp_path / f"{name}.tsv", tmp_path / f"{name}.done"
        pd.DataFrame(expression.values[order], columns=expression.genes).to_csv(table, sep="\t", index=False)
        rows = [f"{list(order).index(sample) + 1}\tg{sample}\tknockout\n" for sample in range(4)]
        done.write_text("sample\tgene\tkind\n" + "".join(rows))
        told, *_ = read(table, None, None, done)
        (tmp_path / name).mkdir()
        how = {"regulators": None, "model": None, "seed": 3, "threads": 1, "kept": tmp_path / name}
        found.append(run_methods(methods, told, begin=lambda _: lambda _: None, **how))
    for name, one in found[0].items():
        assert np.array_equal(one.scores, found[1][name].scores, equal_nan=True), name
        assert np.nanstd(one.scores) > 0


def test_without_a_method_the_best_for_such_tables_is_taken():
    found = regard.network(frame())
    assert found.method.nunique() == 1 and found.method[0] in found.attrs["remarks"][-1]


def test_anndata_dense_and_sparse_are_read():
    anndata = pytest.importorskip("anndata")
    from scipy.sparse import csr_matrix

    table = frame()
    for values in (table.to_numpy(), csr_matrix(table.to_numpy())):
        data = anndata.AnnData(values, pd.DataFrame(index=table.index), pd.DataFrame(index=table.columns))
        assert regard.network(data, method="pearson").equals(regard.network(table, method="pearson"))


def test_times_are_told_and_no_gene():
    table = frame(6).assign(Time=[0, 1, 2, 0, 1, 2])
    expression = expression_of(table)
    assert "Time" not in expression.genes and expression.series.tolist() == [0, 0, 0, 1, 1, 1]


def test_perturbations_are_told_without_a_file():
    done = pd.DataFrame({"sample": ["s0", "s1", "s2"], "gene": ["g0"] * 3, "kind": ["knockout"] * 3})
    table = frame(10)
    table.loc[["s0", "s1", "s2"], "g7"] -= 50  # g7 follows what is knocked out
    found = regard.network(table, method="knockout-z", perturbations=done)
    assert (found.regulator[0], found.target[0]) == ("g0", "g7")


@pytest.mark.parametrize(
    ("table", "how", "says"),
    [
        (frame(), {"method": "genie4"}, "'genie4' is unknown"),
        (frame(), {"method": "knockout-z"}, "--perturbations"),
        (frame(), {"regulators": ["x"]}, r"none of its 1 regulators \(x\) is a gene of the table"),
        (frame(), {"perturbations": pd.DataFrame({"sample": ["s0"]})}, "columns sample; expected sample, gene, kind"),
        (
            frame(),
            {"perturbations": pd.DataFrame({"sample": ["s99"], "gene": ["g0"], "kind": ["knockout"]})},
            "perturbations, row 0: 's99' is no sample",
        ),
        (frame().reset_index(names="sample"), {}, "column 'sample': .*set_index"),
        (frame().iloc[:2], {}, "2 samples × 10 genes"),
        ([[1.0]], {}, "list: expected a DataFrame"),
    ],
)
def test_what_cannot_be_read_is_said(table, how, says):
    with pytest.raises(InputError, match=says):
        regard.network(table, **how)


def test_what_was_read_is_said_first(tmp_path):
    """Genes in rows or in columns: the same line, so that a table that lies the other way is noticed."""
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(6, 4)), columns=["TP53", "GATA1", "MYC", "SPI1"])
    frame.index = [f"cell{i}" for i in range(6)]
    frame.rename_axis("sample").to_csv(tmp_path / "x.tsv", sep="\t")
    frame.T.rename_axis("gene").to_csv(tmp_path / "y.tsv", sep="\t")
    for name in ("x.tsv", "y.tsv"):
        remarks = read(tmp_path / name, None, None, None)[3]
        assert remarks[0] == f"{name}: 4 genes (first GATA1, MYC, SPI1) × 6 samples"
