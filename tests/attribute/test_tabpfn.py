"""A planted regulator stays itself through grouping, shuffling and constant columns."""

import numpy as np
import pytest

pytest.importorskip("tabpfn", reason="the tabpfn extra is not installed")

from regard.attribute import tabpfn_perturbation
from regard.attribute.tabpfn import edges, target_scores
from regard.attribute.tabpfn_methods import METHODS, PERTURBATION, parse
from regard.attribute.tabpfn_perturbation import column_scores, gradients
from regard.data.expression import Expression
from regard.errors import InputError
from regard.models.tabpfn.regressor import describe, fit
from tests.models.tabpfn_files import CONFIGS, plant, write_checkpoint

PLANTED, TARGET, CONSTANT = 6, 2, (0, 4)
LOGIT = 3 * 3 / 8**0.5  # planted query × key / √(size of a head), for a gene one standard deviation up


@pytest.fixture
def expression():
    """Twelve genes, each high in one sample of its own; but one is high in half of them, two never change."""
    rng = np.random.default_rng(0)
    values = 0.1 * rng.normal(size=(40, 12)) + 10 * np.eye(40, 12)
    values[:, PLANTED] = np.where(np.arange(40) % 2 == 0, 10, 0) + 0.1 * rng.normal(size=40)
    values[:, CONSTANT] = 3.3
    return Expression(values, [f"gene{i:02}" for i in rng.permutation(12)], [f"s{i}" for i in range(40)])


def planted_attention(values, order, group):
    """What `plant` makes of one order of the columns: layer 1 a softmax of the tokens, layer 2 all alike."""
    columns = values[:, order]
    standard = (columns - columns.mean(axis=0)) / columns.std(axis=0, ddof=1)
    tokens = standard.reshape(len(values), -1, group).sum(axis=2)
    weights = np.exp(LOGIT * np.column_stack([tokens, np.zeros(len(values))]))  # the target's own key is 0
    first = (weights / weights.sum(axis=1, keepdims=True)).mean(axis=0)
    scores = np.full(values.shape[1], np.nan)
    scores[order] = np.repeat((first[:-1] + 1 / len(first)) / 2, group)
    return scores


@pytest.mark.parametrize("architecture", CONFIGS)
def test_the_planted_regulator_is_found(expression, architecture, tmp_path):
    checkpoint = describe(plant(write_checkpoint(tmp_path / "m.ckpt", architecture)))
    found = target_scores(checkpoint, expression, TARGET, list(range(12)), ["tabpfn.target"])
    scores = found.scores["tabpfn.target"]
    assert np.isnan(scores[[*CONSTANT, TARGET]]).all()
    assert np.nanargmax(scores) == PLANTED
    assert scores[PLANTED] > np.sort(scores[~np.isnan(scores)])[-2] * 1.1
    for order, table in zip(found.orders, found.tokens, strict=True):
        ordinary = table[~table.special]
        assert [expression.genes[i] for i in order] == "|".join(ordinary.token).split("|")
        assert set(order) == set(range(12)) - {TARGET, *CONSTANT}
        assert table.token.iloc[-1] == expression.genes[TARGET]


@pytest.mark.parametrize("architecture", CONFIGS)
def test_every_gene_has_the_attention_of_its_own_values(expression, architecture, tmp_path):
    checkpoint = describe(plant(write_checkpoint(tmp_path / "m.ckpt", architecture)))
    varied = np.where(expression.values == 3.3, 3.3, np.random.default_rng(1).normal(size=(40, 12)))
    mixed = Expression(varied, expression.genes, expression.samples)
    found = target_scores(checkpoint, mixed, TARGET, list(range(12)), ["tabpfn.target"])
    by_hand = [planted_attention(varied, order, checkpoint.group) for order in found.orders]
    np.testing.assert_allclose(found.scores["tabpfn.target"], np.mean(by_hand, axis=0), atol=1e-6)


def test_one_order_cannot_tell_genes_of_a_token_apart_and_says_so(expression, tmp_path):
    checkpoint = describe(plant(write_checkpoint(tmp_path / "m.ckpt", "tabpfn_v2_5")))
    found = target_scores(checkpoint, expression, TARGET, list(range(12)), ["tabpfn.target"], permutations=1)
    (order,) = found.orders
    token = np.flatnonzero(order == PLANTED)[0] // 3 * 3
    together = order[token : token + 3]
    scores = found.scores["tabpfn.target"]
    assert (scores[together] == np.nanmax(scores)).all()
    assert found.shared[np.ix_(together, together)].sum() == len(together) * (len(together) - 1)
    many = target_scores(checkpoint, expression, TARGET, list(range(12)), ["tabpfn.target"])
    usable = ~np.isnan(many.scores["tabpfn.target"])
    assert many.shared[np.ix_(usable, usable)].max() < 1
    assert (many.spread["tabpfn.target"][usable] > 0).any()


def test_every_score_has_its_place_and_the_order_of_genes_does_not_matter(expression, tmp_path, monkeypatch):
    for cost in ("SHUFFLES", "STEPS", "ORDERS"):
        monkeypatch.setattr(tabpfn_perturbation, cost, 1)
    path = write_checkpoint(tmp_path / "m.ckpt")
    regulators = [1, 3, PLANTED, 4]
    small = Expression(expression.values[:12], expression.genes, expression.samples[:12])
    found = edges(path, small, regulators=regulators, seed=3)
    assert list(found) == list(METHODS)
    for name, weights in found.items():
        assert weights.shape == (12, 12) and weights.dtype == np.float64
        there = ~np.isnan(weights)
        assert not there.diagonal().any() and not there[list(CONSTANT)].any(), name
        assert there[1].nonzero()[0].tolist() == [3, PLANTED], name
    turned = np.random.default_rng(1).permutation(12)
    other = Expression(small.values[:, turned], [small.genes[i] for i in turned], small.samples)
    again = edges(path, other, regulators=[turned.tolist().index(i) for i in regulators], seed=3)
    for name in METHODS:
        np.testing.assert_allclose(again[name], found[name][np.ix_(turned, turned)], atol=1e-6)


def test_finished_targets_are_not_computed_again(expression, tmp_path):
    path = write_checkpoint(tmp_path / "m.ckpt")
    kept, steps = {}, []
    ask = {"scores": ["tabpfn.target.max", "tabpfn.rollout"], "regulators": [1, 3]}
    whole = edges(path, expression, store=lambda t, one: kept.update({t: one.scores}), **ask)
    assert sorted(kept) == list(range(12))
    half = {t: rows for t, rows in kept.items() if t < 6}
    later = []
    again = edges(
        path, expression, finished=half, store=lambda t, _: later.append(t), advance=lambda: steps.append(1), **ask
    )
    assert later == [6, 7, 8, 9, 10, 11] and len(steps) == 12
    for name in whole:
        np.testing.assert_array_equal(again[name], whole[name])


def test_names_and_values_are_checked_at_the_door(expression, tmp_path):
    path = write_checkpoint(tmp_path / "m.ckpt")
    assert parse("tabpfn.value.last") == ("tabpfn.value", "last")
    for name in ("tabpfn.targets", "tabpfn.target.first", "tabpfn.rollout.max", "tabpfn.shapley.last", "attention"):
        with pytest.raises(InputError, match="unknown"):
            edges(path, expression, scores=[name])
    expression.values[3, 5] = np.nan
    with pytest.raises(InputError, match=f"sample s3, gene {expression.genes[5]}"):
        edges(path, expression)


def test_perturbing_the_same_fit_accounts_for_its_predictions(tmp_path):
    """Integrated gradients of a row add up to what it predicts beyond the mean row, by tabpfn's own `predict`."""
    checkpoint = describe(write_checkpoint(tmp_path / "m.ckpt"))
    rng = np.random.default_rng(2)
    x = rng.normal(size=(20, 3)).astype(np.float32)
    y = (2 * x[:, 0] - x[:, 1]).astype(np.float32)
    regressor = fit(checkpoint, x, y)
    wanted = (regressor.predict(x) - regressor.predict(x.mean(axis=0, keepdims=True))) / y.std()
    assert wanted.std() > 0.01
    np.testing.assert_allclose(gradients(regressor, x).sum(axis=1), wanted, atol=1e-3 * wanted.std())
    for name in PERTURBATION:
        found = column_scores(regressor, x, y, name)
        assert found.shape == (3,) and (found > 0).all()


def test_a_column_that_moves_nothing_has_no_score_by_perturbation(expression, tmp_path):
    """The planted regulator alone is read: all weights of the others' way to the target are zero."""
    checkpoint = describe(plant(write_checkpoint(tmp_path / "m.ckpt")))
    found = target_scores(checkpoint, expression, TARGET, [1, 3, PLANTED], list(PERTURBATION))
    for name, scores in found.scores.items():
        assert np.isnan(scores).sum() == 9, name
        assert (np.abs(scores[[1, 3, PLANTED]]) < 1e-4).all(), name  # attention is planted, values are zero
