"""Signs and probabilities beside a network model: what is written is read, and each number by hand."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from regard.core.store import sha256
from regard.data.expression import Expression
from regard.errors import InputError
from regard.models.network import edges as network_edges
from regard.models.network.calibration import Calibration, beside, calibration_of
from regard.models.network.edges import ACTIVATES, READINGS, edges, known
from regard.models.network.inputs import channels
from regard.models.network.model import Config, NetworkModel
from regard.models.shelf.shipped import NETWORK
from regard.models.shelf.weight_files import save
from tests.toys.networks import EDGES, GENES, planted

TINY = Config(blocks=3, width=16, gene_heads=2, sample_heads=2, pair_width=8)
MAPS = 2 + 2 + 1


@pytest.fixture
def model():
    torch.manual_seed(0)
    return NetworkModel(TINY).eval()


def fitted(weights: str = "") -> Calibration:
    maps = np.random.default_rng(1).normal(0, 0.3, 4 * MAPS).tolist()
    return Calibration(maps, 0.2, 1.5, {name: (0.9, -0.1) for name in READINGS}, weights)


def table(genes=7, samples=20) -> Expression:
    values = np.random.default_rng(0).normal(5, 1, (samples, genes))
    return Expression(values, [f"g{i:02}" for i in range(genes)], [f"s{i}" for i in range(samples)])


def test_what_is_written_is_read_and_belongs_to_its_weights(model, tmp_path):
    path = tmp_path / "one.safetensors"
    save(model, path)
    assert calibration_of(path) is None
    fitted(sha256(path)).write(path)
    found = calibration_of(path)
    assert found is not None and found.bias == 0.2 and found.edge[READINGS[0]] == [0.9, -0.1]
    assert found.maps == pytest.approx(fitted().maps, rel=1e-4)
    with torch.no_grad():
        model.layer_scale += 1
    save(model, path)
    with pytest.raises(InputError, match=r"one\.json: fitted to other weights"):
        calibration_of(path)
    beside(path).write_text('{"maps": []}')
    with pytest.raises(InputError, match=r"calibrate\.py writes no such file"):
        calibration_of(path)


def test_what_activates_is_a_sum_over_maps_and_correlation(model):
    one, expression = fitted(), table()
    found = edges(model, expression, calibration=one)
    assert list(found) == [*READINGS, ACTIVATES]
    values, *_ = known(expression.by_content(), np.arange(7))
    with torch.no_grad():
        _, _, seen = model.seen(channels(torch.tensor(values, dtype=torch.float32)[None]))
    assert seen.shape == (1, 7, 7, 4 * MAPS)
    logit = seen[0].double().numpy() @ np.array(one.maps) + 0.2 + 1.5 * np.corrcoef(expression.values.T)
    off = ~np.eye(7, dtype=bool)
    np.testing.assert_allclose(found[ACTIVATES][off], (1 / (1 + np.exp(-logit)))[off], atol=1e-5)
    assert np.isnan(np.diag(found[ACTIVATES])).all()
    plain = edges(model, expression)
    assert list(plain) == list(READINGS)
    np.testing.assert_array_equal(plain[READINGS[0]], found[READINGS[0]])


def test_of_many_genes_pairs_that_were_never_read_have_no_sign(model, monkeypatch):
    for name, size in (("WHOLE", 10), ("PART", 9), ("FEWEST", 4)):
        monkeypatch.setattr(network_edges, name, size)
    found = edges(model, table(26, 30), calibration=fitted(), seed=3)
    said = ~np.isnan(found[ACTIVATES])
    assert 26 * 8 <= said.sum() < 26 * 25 and not np.isnan(found[READINGS[0]])[~np.eye(26, dtype=bool)].any()
    assert ((found[ACTIVATES][said] > 0) & (found[ACTIVATES][said] < 1)).all()


def test_a_gene_that_is_still_in_the_samples_drawn_has_no_correlation(model):
    expression = table()
    expression.values[:, 2] = 1.0
    shown = network_edges.Table(model, *known(expression, np.arange(7)), None)
    assert (shown.correlation()[2] == 0).all() and np.isfinite(shown.correlation()).all()


def test_the_shipped_model_knows_signs_of_a_planted_network():
    from regard.models.network.model import load

    shipped = calibration_of(NETWORK)
    assert shipped is not None and set(shipped.edge) == set(READINGS)
    activates = edges(load(NETWORK), planted(60), calibration=shipped)[ACTIVATES]
    for (regulator, target), sign in EDGES.items():
        assert sign * (activates[GENES.index(target), GENES.index(regulator)] - 0.5) > 0.2
    silent = replace(shipped, maps=[0.0] * len(shipped.maps), bias=0.0, correlation=0.0)
    assert np.nanmax(np.abs(edges(load(NETWORK), planted(60), calibration=silent)[ACTIVATES] - 0.5)) == 0
