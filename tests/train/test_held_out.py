import numpy as np
import pytest
from sklearn.metrics import matthews_corrcoef

from regard.train.held_out import chosen, figures, fit, held_out, matthews


def test_matthews_is_that_of_scikit_learn():
    rng = np.random.default_rng(0)
    for classes in (2, 3, 5):
        a, b = rng.integers(0, classes, (2, 80))
        b[:40] = a[:40]
        table = np.zeros((classes, classes))
        np.add.at(table, (a, b), 1)
        assert matthews(table) == pytest.approx(matthews_corrcoef(a, b))
    assert matthews(np.array([[5.0, 0], [7, 0]])) == 0


def test_a_head_is_written_for_features_as_they_are():
    rng = np.random.default_rng(1)
    label = rng.integers(0, 3, 300)
    features = rng.normal(size=(300, 4)) * [1, 10, 0.1, 1] + [5, 0, 0, 0]
    features[:, 1] += 60 * label
    head = fit(features, label, 3, 1.0)
    assert (head.logits(features).argmax(axis=1) == label).mean() > 0.95
    absent = fit(features[label < 2], label[label < 2], 3, 1.0)
    assert (absent.logits(features).argmax(axis=1) < 2).all()


def test_noise_is_held_down_and_families_are_held_out():
    """Features that name the family: on unseen families they are worth nothing, whatever they are on seen ones."""
    rng = np.random.default_rng(2)
    family = np.repeat(np.arange(40), 5)
    label = np.repeat(rng.permutation(40) % 2, 5)
    features = (family[:, None] == np.arange(40)) + rng.normal(size=(200, 40)) * 0.01
    assert (fit(features, label, 2, 1.0).logits(features).argmax(axis=1) == label).all()
    logits, fold = held_out(features[None], label, family, 2, both_strands=False, seed=0)
    assert all(len(np.unique(fold[family == f])) == 1 for f in range(40))
    assert figures(logits[0], label, family, 0)["low"] < 0.1
    assert np.abs(chosen(features, label, family, 2, 0).weight).max() < 0.1  # the strongest penalty is chosen
