"""The network that is trained is tabpfn's own architecture, and its file is one that tabpfn loads."""

import sys
from functools import partial
from pathlib import Path

import pytest
import torch

pytest.importorskip("tabpfn", reason="the tabpfn extra is not installed")

import numpy as np
from sklearn.linear_model import RidgeCV
from sklearn.metrics import r2_score
from tabpfn.model_loading import load_model

from regard.attribute.tabpfn import edges
from regard.judge.edges import chance
from regard.judge.metrics import Ranking, average_precision
from regard.models.tabpfn.regressor import describe, find, fit
from tests.toys.networks import gold, planted

TRAINING = Path(__file__).parents[3] / "training" / "tabpfn"


@pytest.fixture
def training(monkeypatch):
    """The modules of training/tabpfn, imported as its scripts import each other."""
    monkeypatch.syspath_prepend(TRAINING)
    for name in ("network", "prior", "run"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    import network
    import prior
    import run

    yield network, prior, run
    for name in ("network", "prior", "run"):
        sys.modules.pop(name, None)


def test_same_outputs_loss_and_mean_as_tabpfns_own(training, tmp_path):
    network, prior, run = training
    torch.manual_seed(0)
    model = network.Network(**network.CONFIG)
    for weights in model.parameters():
        weights.data = (torch.randn_like(weights) * 1.2 / weights.shape[-1] ** 0.5).half().float()
    borders = torch.linspace(-3, 3, 101).sinh()
    run.save(model, borders, tmp_path / "m.safetensors")
    own, criterion, _, _ = load_model(path=tmp_path / "m.safetensors", estimator_type="regressor")
    tables = prior.draw(3, 40, 7, torch.Generator().manual_seed(1))
    y, asked = run.shown(tables.y, 25)
    identity = torch.randn((7, network.CONFIG["emsize"] // 4), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        ours, theirs = model(tables.x, y, identity), own(tables.x.transpose(0, 1), y.T).transpose(0, 1)
        torch.testing.assert_close(ours, theirs, atol=2e-5, rtol=0)
        torch.testing.assert_close(network.density_loss(ours, asked, borders), criterion(ours, asked).mean())
        torch.testing.assert_close(network.mean_of(ours, borders), criterion.mean(ours))


def test_tables_are_drawn_by_seed_and_their_parents_predict(training):
    """Least squares on the parents alone explains more than on as many other columns."""
    _, prior, _ = training
    tables, again = (prior.draw(40, 200, 8, torch.Generator().manual_seed(3)) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(tables, again, strict=True))
    assert not torch.equal(tables.y, prior.draw(40, 200, 8, torch.Generator().manual_seed(4)).y)
    assert all(torch.isfinite(t).all() for t in tables)

    def explained(columns):
        x = torch.where(columns[:, None], tables.x - tables.x.mean(dim=1, keepdim=True), 0.0)
        y = (tables.y - tables.y.mean(dim=1, keepdim=True))[..., None]
        rest = y - x @ torch.linalg.lstsq(x.mT @ x + 1e-3 * torch.eye(8), x.mT @ y).solution
        return 1 - rest.square().sum() / y.square().sum()

    others = tables.parents.roll(3, dims=1)
    assert explained(tables.parents) > explained(others) + 0.1


def test_an_interrupted_run_goes_on(training, tmp_path, monkeypatch):
    network, _, run = training
    small = {"emsize": 16, "nlayers": 1, "nhead": 2, "features_per_group": 1, "num_buckets": 10, "seed": 0}
    for module in (network, run):
        monkeypatch.setattr(module, "CONFIG", small)
    monkeypatch.setattr(run, "validate", lambda *_, **__: {"loss": 0.0})
    monkeypatch.setattr(run, "borders_of", partial(run.borders_of, batches=1))
    monkeypatch.setattr(run, "ROWS", (20, 30))
    run.train(tmp_path, 60, "cpu", 0, 400, steps=2)
    run.train(tmp_path, 60, "cpu", 0, 400, steps=3)
    assert torch.load(tmp_path / "state.pt", weights_only=True)["step"] == 3
    table = [line.split("\t")[0] for line in (tmp_path / "log.tsv").read_text().splitlines()]
    assert table == ["step", "2", "3"]


def test_the_shipped_regressor_predicts_better_than_a_line(training):
    _, prior, _ = training
    tables = prior.draw(6, 150, 6, torch.Generator().manual_seed(8))
    ours, line = [], []
    for x, y in zip(tables.x.numpy(), tables.y.numpy(), strict=True):
        ours.append(r2_score(y[100:], fit(describe(find("small")), x[:100], y[:100]).predict(x[100:])))
        line.append(r2_score(y[100:], RidgeCV().fit(x[:100], y[:100]).predict(x[100:])))
    assert np.mean(ours) > np.mean(line)


def test_targets_of_the_shipped_regressor_look_at_their_regulators():
    known = gold()
    scores = edges(find("small"), planted(60), scores=["tabpfn.target"])["tabpfn.target"]
    there = ~np.isnan(scores)
    random = chance(int(there.sum()), int(known[there].sum()), seed=0).auprc
    assert average_precision(Ranking(scores[there]), known[there]) > random.quantile(0.95)
