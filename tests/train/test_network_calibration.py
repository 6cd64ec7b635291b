"""Fitting signs and probabilities: what was planted is found again."""

import numpy as np
import pytest
import torch

from regard.models.network.calibration import calibration_of
from regard.models.network.edges import READINGS
from regard.models.network.model import Config, NetworkModel
from regard.models.shelf.weight_files import save
from regard.train import network_calibration
from regard.train.network_calibration import CORRELATION, calibrate, draw, logistic, sign_of


def test_a_planted_sign_is_found_and_its_probability_is_honest():
    rng = np.random.default_rng(0)
    seen, r = 3 + 2 * rng.normal(size=(6000, 5)), 0.3 * rng.normal(size=6000)
    truth = 1.2 * (seen[:, 1] - 3) - 0.8 * (seen[:, 3] - 3) + 0.5
    sign = np.where(rng.random(6000) < 1 / (1 + np.exp(-truth)), 1, -1)
    maps, bias, correlation = sign_of(seen, sign, r, np.arange(6000) // 20)
    logit = seen @ maps + bias
    assert np.corrcoef(logit, truth)[0, 1] > 0.99
    assert abs(maps[0]) < 0.1 < maps[1] and maps[3] < -0.1
    slope = np.polyfit(truth, logit, 1)[0]
    assert 0.75 < slope < 1.1  # correlation, which says nothing here, costs a little
    assert correlation / slope < 2 * CORRELATION and correlation > 0


def test_a_logistic_undoes_a_boast():
    rng = np.random.default_rng(1)
    truth = rng.normal(-2, 2, 40_000)
    label = rng.random(40_000) < 1 / (1 + np.exp(-truth))
    slope, constant = logistic(3 * truth + 1, label, np.ones(40_000))
    assert slope == pytest.approx(1 / 3, rel=0.05) and constant == pytest.approx(-1 / 3, abs=0.05)


def test_tables_are_told_as_in_training_and_the_same_seed_gives_the_same(monkeypatch):
    monkeypatch.setattr(network_calibration, "CELLS", 1500)
    monkeypatch.setattr(network_calibration, "LARGEST", 12)
    tables, again = list(draw(range(40), 3)), next(draw(range(1), 3))
    np.testing.assert_array_equal(tables[0].expression.values, again.expression.values)
    assert all(one.expression.values.shape == (one.plan.samples, one.plan.genes) for one in tables)
    perturbed = [one for one in tables if one.plan.knockouts or one.plan.screened]
    told = [one.expression.perturbation is not None for one in perturbed]
    assert 0 < sum(told) < len(told)
    assert any(one.expression.series is not None for one in tables if one.plan.series)
    assert not any(one.expression.series is not None for one in tables if not one.plan.series)
    limited = [one for one in tables if one.regulators is not None]
    assert 0 < len(limited) < 20
    for one in limited:
        assert not np.delete(one.edges, one.regulators, axis=1).any()


def test_a_model_of_random_weights_gets_a_calibration_that_its_file_knows(tmp_path, monkeypatch):
    monkeypatch.setattr(network_calibration, "CELLS", 1500)
    monkeypatch.setattr(network_calibration, "LARGEST", 10)
    torch.manual_seed(0)
    path = tmp_path / "tiny.safetensors"
    save(NetworkModel(Config(blocks=2, width=16, gene_heads=2, sample_heads=2, pair_width=8)), path)
    found = calibrate(path, draw(range(12), 4))
    found.write(path)
    assert calibration_of(path) is not None and set(found.edge) == set(READINGS)
    assert len(found.maps) == 4 * (2 + 1)
