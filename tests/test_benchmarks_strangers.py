"""Simulators that no training uses: their arithmetic by hand, and that the same seed gives the same table."""

from importlib.util import find_spec
from itertools import product

import numpy as np
import pandas as pd
import pytest
from benchmarks import _boolean
from benchmarks._simulators import SIMULATORS, equations, screen
from benchmarks.strangers import of_warning, ratio, single_tables


def test_a_rule_s_rate_is_its_table_where_inputs_are_on_or_off():
    rng = np.random.default_rng(1)
    rules = [_boolean.rule(3, rng) for _ in range(6)]
    states = np.array(list(product((0, 1), repeat=3)))
    protein = np.zeros((8, 6))
    protein[:, :3] = np.where(states, 100 * _boolean.HALF, 0.0)
    found = _boolean.rates([np.arange(3)] * 6, rules, protein)
    np.testing.assert_allclose(found, np.array(rules).T, atol=1e-9)
    half = np.full((1, 6), _boolean.HALF)
    assert _boolean.rates([np.arange(3)] * 6, rules, half)[0] == pytest.approx([one.mean() for one in rules])


def test_every_input_of_a_nested_canalysing_rule_matters():
    rng = np.random.default_rng(2)
    for _ in range(50):
        table = _boolean.rule(3, rng).reshape(2, 2, 2)
        assert all((np.diff(table, axis=axis) != 0).any() for axis in range(3))


def test_directions_of_a_rule_are_what_each_input_can_do():
    table = np.array([0, 0, 1, 0])  # the first and not the second
    assert _boolean.directions(table) == [1, -1]
    rng = np.random.default_rng(4)
    for _ in range(50):
        table = _boolean.rule(3, rng)
        for axis, does in enumerate(_boolean.directions(table)):
            steps = np.diff(table.astype(int).reshape(2, 2, 2), axis=axis)
            assert does != 0 and (steps * does >= 0).all()


def test_a_screen_s_signs_are_what_happens_to_its_targets():
    expression, edges, _, sign = screen([7, 0], genes=12, targeted=8, cells=4000)
    down = expression.perturbation > 0
    for target, regulator in np.argwhere(edges & down.any(axis=0)):
        other = ~down[:, target]
        hit = expression.values[other & down[:, regulator], target].mean()
        change = hit - expression.values[other & ~down.any(axis=1), target].mean()
        assert abs(change) < 0.1 or np.sign(-change) == sign[target, regulator]


def test_cells_take_sides_and_edges_are_the_inputs():
    values, sign = _boolean.cells(6, 40, [3, 1])
    edges = sign != 0
    r = np.abs(np.corrcoef(values.T))[~np.eye(6, dtype=bool)]
    assert values.shape == (40, 6) and r.mean() > 0.15
    assert edges.any() and not np.diag(edges).any() and edges.sum(axis=1).max() <= 3


def test_equations_are_explained_by_their_regulators():
    expression, edges, *_ = equations([5, 0], genes=12, samples=4000)
    r = np.abs(np.corrcoef(expression.values.T))
    off = ~np.eye(12, dtype=bool)
    assert r[edges].mean() > 1.5 * r[off & ~edges].mean()


def test_a_screen_tells_what_was_put_down_and_it_is_lower_there():
    expression, edges, *_ = screen([6, 0], genes=20, targeted=8, cells=600)
    done = expression.perturbation > 0
    assert set(done.sum(axis=1)) == {0, 1} and done.any(axis=0).sum() == 8
    lower = [
        expression.values[done[:, gene], gene].mean() < expression.values[~done[:, gene], gene].mean()
        for gene in np.flatnonzero(done.any(axis=0))
    ]
    assert np.mean(lower) >= 0.85 and edges[:, done.any(axis=0)].any()


@pytest.mark.parametrize("name", ["equations, 20 genes, 40 samples", "screen, 30 genes", "SERGIO, 30 genes"])
def test_the_same_seed_gives_the_same_table(name):
    if name.startswith("SERGIO") and find_spec("sergio_rs") is None:
        pytest.skip("sergio-rs is not installed")
    (one, edges, *_), (same, again, *_), (other, *_) = (SIMULATORS[name](seed) for seed in ([1, 2], [1, 2], [1, 3]))
    np.testing.assert_array_equal(one.values, same.values)
    np.testing.assert_array_equal(edges, again)
    assert one.values.shape != other.values.shape or not np.array_equal(one.values, other.values)


def test_a_ratio_is_the_geometric_mean_of_tables():
    table = pd.DataFrame({"auprc x": [0.2, 0.4], "auprc extra-trees": [0.1, 0.8]})
    row = ratio("case", "x", table)
    assert (row.value, row.low, row.high) == pytest.approx((1.0, 0.5, 2.0))


def test_a_warning_is_counted_over_tables_over_those_that_differ_and_over_simulators():
    table = pd.DataFrame(
        {
            "case": ["a", "a", "a", "b", "b"],
            "warned": [True, True, False, False, False],
            "auprc attention": [0.2, 0.2, 0.5, 0.4, 0.2],
            "auprc extra-trees": [0.4, 0.4, 0.4, 0.2, 0.3],
            "sure attention": [True, False, False, True, True],
        }
    )
    table["loses"] = table["auprc attention"] < table["auprc extra-trees"]
    found = {row.metric: row.value for row in of_warning("here", table)}
    shares = [0.8, 0.4, 0.6, 0.6, 0.6, 2 / 3, 2 / 3, 1.0]  # b wins in the mean, though one of its two tables is lost
    assert list(found.values()) == pytest.approx(shares)


def test_a_default_s_tables_are_counted_where_they_are_lost_and_where_that_is_no_luck():
    table = pd.DataFrame(
        {
            "auprc default": [0.3, 0.39, 0.5, 0.6],
            "auprc extra-trees": [0.4, 0.4, 0.4, 0.4],
            "sure default": [False, True, True, True],
        }
    )
    assert [row.value for row in single_tables("here", table)] == [0.25, 0.25, 0.5]
