"""The network model and TabPFN inside the study: real architectures with small random weights."""

import json

import numpy as np
import pandas as pd
import pytest
import torch
from rich.console import Console
from scipy.stats import spearmanr

from regard.core.store import sha256
from regard.data.expression import Expression
from regard.errors import InputError
from regard.models.network.calibration import Calibration
from regard.models.network.edges import edges
from regard.models.network.model import Config, NetworkModel, load
from regard.models.shelf import shipped
from regard.models.shelf.weight_files import save
from regard.predictors import trees
from regard.predictors.edges import infer
from regard.studies.network import model as network_model
from regard.studies.network.consensus import CONSTANT, SLOPE
from regard.studies.network.methods import run_methods
from regard.studies.network.study import run
from tests.toys.networks import EDGES, planted, write


@pytest.fixture
def weights(tmp_path, monkeypatch):
    """A random network model in the place of the shipped one."""
    torch.manual_seed(0)
    model = NetworkModel(Config(blocks=3, width=32, gene_heads=4, pair_width=16))
    save(model, tmp_path / "network.safetensors")
    monkeypatch.setattr(shipped, "NETWORK", tmp_path / "network.safetensors")
    return tmp_path / "network.safetensors"


@pytest.fixture
def table(tmp_path):
    write(planted(30), tmp_path / "x.tsv")
    (tmp_path / "gold.tsv").write_text("".join(f"{r}\t{t}\n" for r, t in EDGES))
    return tmp_path / "x.tsv"


def study(table, out, methods, **options):
    run(table, out, methods=methods, threads=1, console=Console(quiet=True), **options)
    return out


def test_both_readings_and_every_head_reach_the_folder(weights, table, tmp_path):
    methods = ["attention", "attention.layer", "pearson"]
    out = study(table, tmp_path / "out", methods, gold=tmp_path / "gold.tsv")
    found = pd.read_csv(out / "edges.attention.layer.tsv", sep="\t").set_index(["target", "regulator"]).score
    wanted = edges(load(weights), planted(30))["attention.layer"]
    assert found["g5", "g0"] == pytest.approx(wanted[5, 0], rel=1e-5)
    assert found["g0", "g5"] == pytest.approx(wanted[0, 5], rel=1e-5)
    assert {"attention_mean.svg", "heads.svg"} <= {p.name for p in (out / "figures").iterdir()}
    evidence = pd.read_csv(out / "evidence.tsv", sep="\t")
    baseline = evidence[evidence.metric == "auprc"].set_index("method").baseline
    assert baseline["attention"] == "each gene's own level and all that reads no model"
    assert baseline["pearson"] == "each gene's own level"
    assert json.loads((out / "manifest.json").read_text())["settings"]["twins"] == 9
    assert "by 9 of them" in (out / "report.html").read_text()


def test_signs_and_probabilities_reach_the_files_and_survive_a_stop(weights, table, tmp_path, monkeypatch):
    monkeypatch.setattr(trees, "TREES", 10)
    maps = np.random.default_rng(1).normal(0, 0.3, 4 * (4 + 4 + 1)).tolist()
    edge = {"attention": (0.5, -1.0), "attention.layer": (2.0, 0.0)}
    Calibration(maps, 0.1, 2.0, edge, sha256(weights)).write(weights)
    out = study(table, tmp_path / "out", ["attention", "consensus"], gold=tmp_path / "gold.tsv", twins=1)
    found, both = (pd.read_csv(out / f"edges.{name}.tsv", sep="\t") for name in ("attention", "consensus"))
    columns = ["regulator", "target", "score", "sign", "sign_probability", "probability"]
    assert list(both) == list(found) == columns
    likely = SLOPE * np.log(both.score / (1 - both.score)) + CONSTANT - np.log(9)  # each gene has nine candidates
    assert np.allclose(both.probability, 1 / (1 + np.exp(-likely)), rtol=1e-3)
    odds = found.score / (1 - found.score)
    assert np.allclose(found.probability, 1 / (1 + np.exp(1) / np.sqrt(odds)), rtol=1e-3)
    assert set(found.sign) == {-1, 1} and (found.sign_probability >= 0.5).all()
    same = found.merge(both, on=["regulator", "target"])
    assert (same.sign_x == same.sign_y).all()
    weight = pd.read_parquet(out / "network.parquet")[lambda net: net.method == "attention"].weight.to_numpy()
    assert np.array_equal(np.sign(weight), found.sign) and np.allclose(np.abs(weight), found.score, rtol=1e-4)
    assert "simulators that no training uses" in (out / "report.html").read_text()

    asked = {"regulators": [0, 1, 2], "model": None, "seed": 0, "threads": 1, "kept": tmp_path}
    first, again = (run_methods(["attention"], planted(30), begin=lambda _: lambda _: None, **asked) for _ in range(2))
    pd.testing.assert_frame_equal(first["attention"].table(), again["attention"].table())
    assert list(again["attention"].table())[3:] == ["sign", "sign_probability", "probability"]


def test_a_calibration_of_other_weights_is_refused_before_any_work(weights, table, tmp_path):
    edge = {"attention": (1.0, 0.0), "attention.layer": (1.0, 0.0)}
    Calibration([0.0] * 36, 0.0, 2.0, edge, "0").write(weights)
    with pytest.raises(InputError, match="fitted to other weights"):
        study(table, tmp_path / "out", ["attention"])
    assert not (tmp_path / "out").exists()


KNOWN = [*EDGES, ("g5", "g6"), ("g6", "g5"), ("g5", "g0"), ("g6", "g0"), ("g7", "g1"), ("g9", "g4")]


def test_random_weights_are_never_supported_and_without_twins_nothing_is_told(weights, table, tmp_path):
    (tmp_path / "gold.tsv").write_text("".join(f"{r}\t{t}\n" for r, t in KNOWN))
    methods, how = ["attention", "attention.layer", "pearson"], {"gold": tmp_path / "gold.tsv"}
    for twins, may, said in (
        (9, {"not supported", "cannot be told"}, ""),
        (1, {"cannot be told"}, "--twins 1: without"),
    ):
        out = study(table, tmp_path / f"out{twins}", methods, twins=twins, **how)
        evidence = pd.read_csv(out / "evidence.tsv", sep="\t").set_index("method")
        assert set(evidence.verdict[["attention", "attention.layer"]]) <= may
        assert set(evidence.verdict[["pearson"]]) <= {"supported", "not supported"}
        assert said in (out / "report.html").read_text()


def test_twins_are_random_each_of_its_own_and_kept(weights, tmp_path):
    how = (planted(30), None, weights, 3, 0, "cpu", tmp_path)
    twins = network_model.read_twins(*how, advance=lambda done: None)
    values = [one.values[0][5, 0] for one in twins["attention"]]
    assert list(twins) == ["attention", "attention.layer"] and len(set(values)) == 3
    assert edges(load(weights), planted(30))["attention"][5, 0] not in values
    assert sorted(file.name for file in tmp_path.glob("twin*.npy")) == ["twin0.npy", "twin1.npy", "twin2.npy"]
    (tmp_path / "twin2.npy").unlink()
    again = network_model.read_twins(*how, advance=lambda done: None)
    assert [one.values[0][5, 0] for one in again["attention"]] == values


def test_maps_are_attention_and_the_last_is_the_reading_layer(weights):
    expression = planted(30)
    expression.values[:, 3] = 1.0
    maps = network_model.head_maps(expression, None)
    assert [m.shape for m in maps] == [(4, 10, 10), (4, 10, 10), (1, 10, 10)]
    rows = np.nansum(maps[0], axis=2)
    assert (rows[:, 3] == 0).all() and (np.delete(rows, 3, axis=1) < 1).all()  # what is missing went to itself
    reading = edges(load(weights), expression)["attention.layer"]
    for target in (0, 5):  # a row of attention and of edge probabilities rise together
        there = np.isfinite(reading[target])
        order = np.argsort(maps[-1][0, target][there]), np.argsort(reading[target][there])
        assert np.array_equal(*order) or np.array_equal(order[0], order[1][::-1])


def test_maps_keep_to_allowed_regulators(weights):
    maps = network_model.head_maps(planted(30), [0, 1])
    assert np.isnan(maps[0][:, :, 2:]).all() and np.isfinite(maps[0][:, 5, :2]).all()


def test_readings_agree_as_their_ranks_do_and_a_part_stands_for_many_genes(weights, monkeypatch):
    expression = planted(30)
    found = edges(load(weights), expression)
    there = np.isfinite(found["attention"])
    wanted = spearmanr(found["attention"][there], found["attention.layer"][there]).statistic
    assert network_model.agreement(expression, weights) == pytest.approx(wanted)
    seen = []

    def read(_, e):
        seen.append(e.values.shape)
        scores = np.random.default_rng(0).normal(size=(len(e.genes),) * 2)
        return {"attention": scores, "attention.layer": -scores}

    monkeypatch.setattr("regard.models.network.edges.edges", read)
    values = np.random.default_rng(0).normal(size=(1500, 300))
    values[:, :50] = 1
    names = [f"g{i}" for i in range(300)]
    assert network_model.agreement(Expression(values, names, [f"s{i}" for i in range(1500)]), weights) == -1
    network_model.agreement(Expression(values[:40, 40:240], names[:200], names[:40]), weights)
    assert seen == [(1000, 100), (40, 190)]


def test_a_consensus_is_made_of_its_members_and_has_twins_of_its_own(weights, table, tmp_path, monkeypatch):
    monkeypatch.setattr(trees, "TREES", 10)
    (tmp_path / "gold.tsv").write_text("".join(f"{r}\t{t}\n" for r, t in KNOWN))
    out = study(table, tmp_path / "out", ["consensus", "spearman"], gold=tmp_path / "gold.tsv")
    assert {file.name for file in out.glob("edges.*.tsv")} == {"edges.consensus.tsv", "edges.spearman.tsv"}
    found = pd.read_csv(out / "edges.tsv", sep="\t").set_index(["target", "regulator"]).score
    members = [infer(name, planted(30)).scores for name in ("spearman", "extra-trees")]
    members.insert(0, edges(load(weights), planted(30))["attention"])
    place = [np.sum(one > one[5, 0]) + (np.sum(one == one[5, 0]) + 1) / 2 for one in members]  # ties averaged
    assert found["g5", "g0"] == pytest.approx(np.mean([1 / (1 + 50 * at / 90) for at in place]), rel=1e-3)
    evidence = pd.read_csv(out / "evidence.tsv", sep="\t").set_index("method")
    assert set(evidence.verdict[["consensus"]]) <= {"not supported", "cannot be told"}
    assert json.loads((out / "manifest.json").read_text())["settings"]["twins"] == 9


def test_weights_of_ones_own_are_used(weights, table, tmp_path):
    torch.manual_seed(1)
    save(NetworkModel(load(weights).config), tmp_path / "mine.safetensors")
    out = study(table, tmp_path / "out", ["attention"], weights=tmp_path / "mine.safetensors")
    found = pd.read_csv(out / "edges.tsv", sep="\t").set_index(["target", "regulator"]).score
    mine, others = (edges(load(p), planted(30))["attention"][5, 0] for p in (tmp_path / "mine.safetensors", weights))
    assert found["g5", "g0"] == pytest.approx(mine, rel=1e-4) != pytest.approx(others, rel=1e-4)


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A copy of Regard that comes without weights."""
    monkeypatch.setattr(shipped, "NETWORK", tmp_path / "none.safetensors")
    monkeypatch.setattr("regard.models.tabpfn.regressor.TABPFN_SMALL", tmp_path / "none.safetensors")


@pytest.mark.parametrize("method", ["attention", "attention.layer", "tabpfn.target", "tabpfn.shapley"])
def test_without_weights_a_model_is_one_line_before_anything_is_run(bare, table, tmp_path, method):
    with pytest.raises(InputError, match="comes without") as caught:
        study(table, tmp_path / "out", ["pearson", method])
    assert "\n" not in str(caught.value) and not (tmp_path / "out").exists()


def test_without_weights_extra_trees_are_chosen(bare, table, tmp_path, monkeypatch):
    monkeypatch.setattr(trees, "TREES", 10)
    study(table, tmp_path / "out", None)
    assert (tmp_path / "out" / "edges.extra-trees.tsv").is_file()
    assert "this copy of Regard has no weights of the network model" in (tmp_path / "out" / "report.html").read_text()


def test_tabpfn_is_read_once_for_all_its_scores_and_resumes(table, tmp_path, monkeypatch):
    pytest.importorskip("tabpfn", reason="the extra tabpfn is not installed")
    from regard.attribute import tabpfn
    from tests.models.tabpfn_files import write_checkpoint

    path = write_checkpoint(tmp_path / "small.safetensors")
    (tmp_path / "tf.txt").write_text("g0\ng1\n")
    read, fitted = tabpfn.target_scores, []

    def stop_at_four(checkpoint, expression, target, *arguments, **options):
        if len(fitted) == 4:
            raise KeyboardInterrupt
        fitted.append(target)
        return read(checkpoint, expression, target, *arguments, **options)

    methods, options = ["tabpfn.target", "tabpfn.occlusion"], {"model": str(path), "regulators": tmp_path / "tf.txt"}
    monkeypatch.setattr(tabpfn, "target_scores", stop_at_four)
    with pytest.raises(KeyboardInterrupt):
        study(table, tmp_path / "out", methods, **options)
    monkeypatch.setattr(tabpfn, "target_scores", lambda c, e, t, *a, **o: fitted.append(t) or read(c, e, t, *a, **o))
    out = study(table, tmp_path / "out", methods, **options)
    assert sorted(fitted) == list(range(10))
    whole = tabpfn.edges(path, planted(30), regulators=[0, 1], scores=methods)
    for name in methods:
        found = pd.read_csv(out / f"edges.{name}.tsv", sep="\t").set_index(["target", "regulator"]).score
        assert found["g5", "g0"] == pytest.approx(whole[name][5, 0], rel=1e-4)
