"""The network study end to end on a planted network."""

import json

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from regard.core.evidence import COLUMNS
from regard.errors import InputError
from regard.predictors import trees
from regard.studies.network.methods import METHODS, families, record_of
from regard.studies.network.study import run
from tests.report.pages import told
from tests.toys.networks import EDGES, GENES, planted, write

# More known edges than a toy has: the planted ones, and what follows from them through a common parent.
KNOWN = [*EDGES, ("g5", "g6"), ("g6", "g5"), ("g5", "g0"), ("g6", "g0"), ("g7", "g1"), ("g9", "g4")]


@pytest.fixture(autouse=True)
def few_trees(monkeypatch):
    monkeypatch.setattr(trees, "TREES", 30)


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("network") / "expression.tsv"
    write(planted(50), path)
    path.with_name("gold.tsv").write_text("".join(f"{r}\t{t}\n" for r, t in KNOWN))
    return path


def quiet():
    return Console(quiet=True)


def study(table, out, methods=("pearson", "genie3"), **options):
    run(table, out, methods=list(methods), threads=1, console=quiet(), **options)
    return out


@pytest.fixture(scope="module")
def finished(table, tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setattr(trees, "TREES", 30)
    out = tmp_path_factory.mktemp("out") / "run"
    study(table, out, gold=table.with_name("gold.tsv"))
    patch.undo()
    return out


def test_a_run_leaves_everything_it_promises(finished):
    edges = pd.read_csv(finished / "edges.tsv", sep="\t")
    assert list(edges)[:3] == ["regulator", "target", "score"]
    assert edges.score.is_monotonic_decreasing
    assert len(edges) == 90 and not (edges.regulator == edges.target).any()
    assert (finished / "edges.tsv").read_bytes() == (finished / "edges.pearson.tsv").read_bytes()
    assert list(pd.read_csv(finished / "edges.genie3.tsv", sep="\t")) == ["regulator", "target", "score"]

    evidence = pd.read_csv(finished / "evidence.tsv", sep="\t")
    assert list(evidence) == COLUMNS
    assert set(evidence.metric) == {"auprc", "auroc", "early precision", "auprc / prevalence"}
    assert set(evidence.method) == {"pearson", "genie3"}
    assert (evidence.positives == 12).all() and (evidence.n == 90).all()

    manifest = json.loads((finished / "manifest.json").read_text())
    assert manifest["settings"]["methods"] == ["pearson", "genie3"]
    assert len(manifest["inputs"]) == 2
    assert {p.name for p in (finished / "figures").iterdir()} == {
        "matrix.genie3.svg", "matrix.pearson.svg", "network.pearson.svg", "precision_recall.svg",
        "regulators.pearson.svg",
    }  # fmt: skip
    assert not [p for p in finished.iterdir() if p.name.startswith(".")]


def test_the_network_opens_elsewhere(finished):
    graph = nx.read_graphml(finished / "network.graphml")
    assert graph.number_of_edges() == 90
    best = pd.read_csv(finished / "edges.tsv", sep="\t").iloc[0]
    first = graph.edges[best.regulator, best.target]
    assert first["rank"] == 1 and first["weight"] == pytest.approx(best.score, rel=1e-5)
    assert graph.edges["g0", "g5"]["known"] is True and graph.edges["g5", "g8"]["known"] is False

    net = pd.read_parquet(finished / "network.parquet")
    assert list(net) == ["source", "target", "weight", "method"]
    weight = net[net.method == "pearson"].set_index(["source", "target"]).weight
    assert weight["g0", "g5"] > 0.5 and weight["g0", "g6"] < -0.5


def test_a_table_can_go_into_anndata(finished, tmp_path):
    anndata = pytest.importorskip("anndata", reason="the extra h5ad is not installed")
    data = anndata.AnnData(np.ones((2, 10)))
    data.uns["network"] = pd.read_parquet(finished / "network.parquet")
    data.write_h5ad(tmp_path / "x.h5ad")
    assert len(anndata.read_h5ad(tmp_path / "x.h5ad").uns["network"]) == 180


def test_the_report_stands_alone_and_says_why(finished):
    page = (finished / "report.html").read_text()
    for heading in ("What was asked", "What was found", "How sure is it?", "Is it evidence?", "How this page was made"):
        assert heading in page
    assert "http://" not in page and "https://" not in page
    assert "Huynh-Thu" in page and "it keeps its shape, hubs and all" in page
    assert "random weights" not in page  # no method here reads a model


def test_same_seed_same_bytes_whatever_the_order_of_genes(finished, table, tmp_path):
    shuffled = tmp_path / table.name
    write(planted(50).take(np.random.default_rng(0).permutation(10)), shuffled)
    out = study(shuffled, tmp_path / "out", gold=table.with_name("gold.tsv"))
    for name in ("edges.tsv", "edges.genie3.tsv", "evidence.tsv", "network.graphml"):
        assert (out / name).read_bytes() == (finished / name).read_bytes(), name
    for name in ("report.html", "report.md"):
        assert told(out / name) == told(finished / name), name


def test_an_interrupted_run_goes_on_where_it_stopped(table, finished, tmp_path, monkeypatch):
    out, fit, fitted = tmp_path / "out", trees.fit_forest, []

    def stop_at_five(x, y, seed):
        if len(fitted) == 5:
            raise KeyboardInterrupt
        fitted.append(seed)
        return fit(x, y, seed)

    monkeypatch.setattr(trees, "fit_forest", stop_at_five)
    with pytest.raises(KeyboardInterrupt):
        study(table, out, gold=table.with_name("gold.tsv"))
    assert not (out / "edges.tsv").exists()
    monkeypatch.setattr(trees, "fit_forest", lambda x, y, seed: fitted.append(seed) or fit(x, y, seed))
    study(table, out, gold=table.with_name("gold.tsv"))
    assert len(fitted) == len(set(fitted)) == 10
    for name in ("edges.tsv", "edges.genie3.tsv", "evidence.tsv"):
        assert (out / name).read_bytes() == (finished / name).read_bytes(), name


def test_without_known_edges_nothing_is_claimed(table, tmp_path):
    out = study(table, tmp_path / "out", ["pearson"])
    assert pd.read_csv(out / "evidence.tsv", sep="\t").empty
    assert "nothing to judge by" in (out / "report.html").read_text()


def test_few_known_edges_are_too_few(table, tmp_path):
    (tmp_path / "gold.tsv").write_text("g0\tg5\ng0\tg6\n")
    (tmp_path / "tf.txt").write_text("g0\ng1\ng2\n")
    out = study(table, tmp_path / "out", ["pearson"], gold=tmp_path / "gold.tsv", regulators=tmp_path / "tf.txt")
    evidence = pd.read_csv(out / "evidence.tsv", sep="\t")
    assert set(evidence.verdict) == {"too few labels"}
    assert "Too few known edges" in (out / "report.html").read_text()


def test_remarks_reach_the_reader(table, tmp_path):
    flat = planted(20)
    flat.values[:, 2] = 1
    write(flat, tmp_path / "x.tsv")
    (tmp_path / "tf.txt").write_text("g0\ng2\n<b>none</b>\n")
    out = study(tmp_path / "x.tsv", tmp_path / "out", ["pearson"], regulators=tmp_path / "tf.txt")
    page = (out / "report.html").read_text()
    assert "1 genes never vary" in page and "1 of 3 regulators" in page and "<b>none" not in page
    edges = pd.read_csv(out / "edges.tsv", sep="\t")
    assert set(edges.regulator) == {"g0", "g2"}
    assert (edges[(edges.regulator == "g2") | (edges.target == "g2")].score == 0).all()


def test_perturbations_are_told_to_the_method_that_needs_them(table, tmp_path):
    with pytest.raises(InputError, match="--perturbations"):
        study(table, tmp_path / "out", ["knockout-z"])
    (tmp_path / "p.tsv").write_text("".join(f"s{i}\tg{i}\tknockout\n" for i in range(10)))
    out = study(table, tmp_path / "out", ["knockout-z"], perturbations=tmp_path / "p.tsv")
    assert "10 samples were perturbed" in (out / "report.html").read_text()


def test_methods_have_a_record_each():
    assert set(METHODS) >= {
        "attention", "attention.layer", "tabpfn.target", "tabpfn.diagonal", "tabpfn.column", "tabpfn.rollout",
        "tabpfn.occlusion", "tabpfn.integrated-gradients", "tabpfn.shapley", "genie3",
        "extra-trees", "grnboost2", "pearson", "spearman", "partial", "mutual-information", "lasso", "knockout-z",
        "portia",
    }  # fmt: skip
    for record in METHODS.values():
        assert record.summary and record.equation and record.reference
    assert record_of("tabpfn.target.max").model
    with pytest.raises(InputError, match="unknown"):
        record_of("pearson.max")


def test_readings_of_one_model_are_taken_together():
    names = ["tabpfn.target", "pearson", "attention", "tabpfn.shapley", "attention.layer"]
    assert families(names) == [["tabpfn.target", "tabpfn.shapley"], ["pearson"], ["attention", "attention.layer"]]


def test_genes_of_the_toy_are_those_of_the_file(finished):
    edges = pd.read_csv(finished / "edges.tsv", sep="\t")
    assert sorted(edges.target.unique()) == GENES
