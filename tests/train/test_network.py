from functools import partial

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from regard.cli import app
from regard.data.expression import Expression
from regard.errors import InputError
from regard.models.network.edges import edges
from regard.models.network.model import Config, NetworkModel, load
from regard.train.checkpoint import read
from regard.train.muon import Muon, orthogonal
from regard.train.network import Supply, batch_size, loss, train
from regard.train.network_validation import Held, average_precision
from regard.train.plans import Plan
from regard.train.regulation import simulate

SMALL = {"cells": 100, "largest": 8, "device": "cpu", "seed": 1, "kinds": 2, "together": 2}
TINY = Config(blocks=2, width=16, gene_heads=2, sample_heads=2, pair_width=8)


def test_orthogonal_keeps_directions_and_evens_out_their_sizes():
    x = torch.randn(3, 12, 5, generator=torch.Generator().manual_seed(0))
    u, _, v = torch.linalg.svd(x, full_matrices=False)
    found = orthogonal(x)
    inside = u.transpose(1, 2) @ found @ v.transpose(1, 2)
    assert (inside.diagonal(dim1=1, dim2=2) - 1).abs().max() < 0.4
    assert (inside - torch.diag_embed(inside.diagonal(dim1=1, dim2=2))).abs().max() < 1e-3
    torch.testing.assert_close(orthogonal(x.transpose(1, 2)), found.transpose(1, 2))


def test_muon_finds_the_least_squares():
    torch.manual_seed(0)
    goal = torch.randn(6, 4)
    weight = torch.nn.Parameter(torch.zeros(6, 4))
    optimizer = Muon([weight], 0.05)
    for step in range(200):
        optimizer.param_groups[0]["lr"] = 0.1 * (1 - step / 200)
        ((weight - goal) ** 2).sum().backward()
        optimizer.step()
        weight.grad = None
    assert (weight - goal).abs().max() < 0.02


def test_average_precision_leaves_the_diagonal_out():
    """Ranks of the edges among the six pairs: first and third, so (1 + 2/3) / 2."""
    scores = torch.tensor([[[99, 5, 1], [4, 99, 0], [3, 2, 99.0]]])
    edges = torch.zeros(1, 3, 3, dtype=torch.bool)
    edges[0, 0, 1] = edges[0, 2, 0] = True
    assert average_precision(scores, edges) == pytest.approx((1 + 2 / 3) / 2)


def test_every_table_of_a_round_comes_twice():
    supply = Supply(**SMALL)
    drawn = [supply.batch(step) for step in range(2 * 8)]
    for first in (0, 8):  # 2 kinds, 2 batches of each, twice
        batches = [tables.values for tables in drawn[first : first + 8]]
        assert [sum(torch.equal(a, b) for b in batches if a.shape == b.shape) for a in batches] == [2] * 8


def test_a_batch_is_the_same_wherever_the_supply_begins():
    supply = Supply(**SMALL)
    drawn = [supply.batch(step) for step in range(12)]
    for step in (11, 3, 7):
        assert torch.equal(Supply(**SMALL).batch(step).values, drawn[step].values)
    assert not torch.equal(Supply(**SMALL | {"seed": 2}).batch(0).values, drawn[0].values)


def test_a_batch_holds_about_as_many_values_as_asked():
    assert batch_size(Plan(10, multifactorial=10), 5_000) == 40  # 10 × (10 + 2.5) a table
    assert batch_size(Plan(100, multifactorial=100), 5_000) == 1


def test_the_loss_is_that_of_both_readings_for_a_gene_and_only_of_allowed_regulators():
    class Undecided(torch.nn.Module):
        def read(self, values, **known):
            return torch.zeros(3, 6, 6), torch.zeros(3, 6, 6)

    tables = simulate(Plan(6, multifactorial=10), 3, 0)
    tables.allowed[:] = torch.tensor([True, True, False, False, False, False])
    nats = np.log(2) * 1.3  # the single layer weighs 0.3
    assert loss(Undecided(), tables, (False, False, False)).item() == pytest.approx(5 * nats, rel=1e-5)
    assert loss(Undecided(), tables, (False, False, True)).item() == pytest.approx((4 * 2 + 2) / 6 * nats, rel=1e-5)


def test_a_small_model_learns_the_edges_of_a_batch_in_the_right_direction():
    torch.manual_seed(0)
    tables = simulate(Plan(5, wild=1, knockouts=5), 6, 0)
    model = NetworkModel(TINY)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-2)
    for _ in range(60):
        value = loss(model, tables, (True, False, False))
        value.backward()
        optimizer.step()
        optimizer.zero_grad()
    with torch.no_grad():
        readout, layer = model.read(tables.values, perturbation=tables.perturbation)
    for one in (readout, layer):
        there, back = average_precision(one, tables.edges), average_precision(one.transpose(1, 2), tables.edges)
        assert there > back + 0.1, (there, back)
    assert average_precision(readout, tables.edges) > 0.8


def few(**how):
    """Settings of a run of a second: one small held-out set, batches of 100 values."""
    held = [Held("a", simulate(Plan(5, multifactorial=10), 2, 9), {"pearson": 0.5})]
    return {"steps": 2, "seed": 1, "cells": 100, "largest": 6, "held": held, "every": 2} | how


def test_train_writes_weights_and_a_log(tmp_path):
    train(TINY, tmp_path, **few(steps=3))
    state = read(tmp_path / "checkpoint.pt")
    assert state["progress"]["step"] == 3
    header, *rows = [line.split("\t") for line in (tmp_path / "log.tsv").read_text().splitlines()]
    methods = ["attention", "attention.layer", "pearson"]
    assert header == ["step", "train_nats", *(f"a/expression/{name}" for name in methods)]
    assert [row[0] for row in rows] == ["2", "3"]
    with pytest.raises(InputError, match=r"another run \(steps 3, not 4\)"):
        train(TINY, tmp_path, **few(steps=4))
    with pytest.raises(InputError, match=r"another run \(largest 6, not 7\)"):
        train(TINY, tmp_path, **few(steps=3, largest=7))


def test_a_run_by_the_clock_goes_on_with_more_minutes(tmp_path):
    train(TINY, tmp_path, **few(steps=None, minutes=0.01))
    first = read(tmp_path / "checkpoint.pt")["progress"]
    train(TINY, tmp_path, **few(steps=None, minutes=0.005))  # no time left: nothing changes
    assert read(tmp_path / "checkpoint.pt")["progress"] == first
    train(TINY, tmp_path, **few(steps=None, minutes=first["seconds"] / 60 + 0.01))
    second = read(tmp_path / "checkpoint.pt")["progress"]
    assert second["step"] > first["step"] > 0 and second["log"].startswith(first["log"])


def test_training_starts_from_given_weights(tmp_path):
    train(TINY, tmp_path / "one", **few(steps=None))
    path = tmp_path / "one" / "network.safetensors"
    model = train(TINY, tmp_path / "two", **few(steps=None, seed=2, start=path))
    for (name, weight), kept in zip(model.named_parameters(), load(path).parameters(), strict=True):
        assert torch.equal(weight, kept), name


def test_the_command_trains_a_model_that_the_study_uses(tmp_path, monkeypatch):
    how = {name: few()[name] for name in ("cells", "held")}
    monkeypatch.setattr("regard.train.network.train", partial(train, **how))
    command = ["train", "network", "--out", str(tmp_path), "--steps", "1", "--largest", "6"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    model = load(tmp_path / "network.safetensors")
    values = np.random.default_rng(0).normal(size=(9, 4))
    found = edges(model, Expression(values, list("abcd"), list("123456789")))
    assert np.isfinite(found["attention"][0, 1:]).all()
