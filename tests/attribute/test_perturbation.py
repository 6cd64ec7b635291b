"""Occlusion, integrated gradients and Shapley values against captum, by enumeration, and on a planted regressor."""

from itertools import permutations, product

import numpy as np
import torch
from captum.attr import IntegratedGradients

from regard.attribute.integrated_gradients import integrated_gradients
from regard.attribute.occlusion import occlusion
from regard.attribute.shapley import shapley


def curved(x):
    """An interaction, a curve, and a column that does nothing."""
    return x[:, 0] * x[:, 1] + x[:, 1] ** 2 + 0 * x[:, 2]


def test_occlusion_of_a_linear_regressor_is_twice_what_a_column_explains():
    """Two independent draws of a column differ by twice its variance; the prediction by the squared weight of that."""
    x = np.random.default_rng(0).normal(size=(4000, 3)) * [1, 2, 3]
    found = occlusion(lambda rows: rows @ [3.0, 1.0, 0.0], x, repeats=4)
    np.testing.assert_allclose(found, [2 * 9 * 1, 2 * 1 * 4, 0], rtol=0.06)
    assert found[2] == 0


def test_integrated_gradients_are_captums():
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
    x, baseline = torch.randn(5, 4), torch.randn(4)
    wanted = IntegratedGradients(net).attribute(x, baseline.expand(5, 4), n_steps=12, method="gausslegendre")
    found = integrated_gradients(lambda rows: net(rows)[:, 0], x, baseline, steps=12)
    np.testing.assert_allclose(found, wanted.detach().numpy(), atol=1e-6)
    whole = (net(x) - net(baseline)).detach().numpy()[:, 0]
    np.testing.assert_allclose(found.sum(axis=1), whole, atol=1e-5)


def exact(predict, x):
    """Shapley values by enumeration: every row as background, every order of the columns."""
    found = np.zeros(x.shape)
    orders = list(permutations(range(x.shape[1])))
    for (row, other), order in product(product(range(len(x)), repeat=2), orders):
        mixed = x[other].copy()
        for column in order:
            before = predict(mixed[None])[0]
            mixed[column] = x[row, column]
            found[row, column] += (predict(mixed[None])[0] - before) / len(x) / len(orders)
    return found


def test_shapley_values_tend_to_those_by_enumeration():
    x = np.random.default_rng(1).normal(size=(4, 3))
    wanted = exact(curved, x)
    np.testing.assert_allclose(wanted.sum(axis=1), curved(x) - curved(x).mean())  # the oracle is whole
    np.testing.assert_allclose(shapley(curved, x, samples=4000), wanted, atol=0.06)
    assert (shapley(curved, x, samples=50)[:, 2] == 0).all()
    assert np.array_equal(shapley(curved, x, seed=3), shapley(curved, x, seed=3))
    assert not np.array_equal(shapley(curved, x, seed=3), shapley(curved, x, seed=4))
