"""Intervals: exact properties, hand computation, and how often they cover."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student

from regard.judge.interval import drawn_again, interval, one_way, two_way


def without_each(x):
    return (x.sum() - x) / (len(x) - 1)


def test_a_constant_figure_has_no_width():
    assert one_way(0.3, np.full(9, 0.3)) == (0.3, 0.3)
    assert interval(0.3, (np.full(9, 0.3),), bounded=True) == pytest.approx((0.3, 0.3))


@pytest.mark.parametrize("without", [[], [0.1, 0.2], [0.1, 0.2, np.nan]])
def test_fewer_than_three_groups_have_no_interval(without):
    assert np.isnan(one_way(0.2, np.array(without))).all()
    assert np.isnan(interval(np.nan, (np.array([0.1, 0.2, 0.3]),), bounded=True)).all()


@given(st.lists(st.floats(-10, 10), min_size=3, max_size=30), st.floats(0.1, 50), st.floats(-100, 100))
def test_an_interval_moves_and_grows_with_its_figure(values, scale, shift):
    x = np.array(values)
    if x.std() < 1e-3:
        return
    low, high = one_way(x.mean(), without_each(x))
    other = x * scale + shift
    found = one_way(other.mean(), without_each(other))
    assert found == pytest.approx((low * scale + shift, high * scale + shift), rel=1e-4, abs=1e-4 * scale)
    assert low <= x.mean() <= high


@given(st.integers(0, 999), st.integers(3, 40))
def test_it_is_never_narrower_than_students_t(seed, count):
    x = np.random.default_rng(seed).gamma(1, size=count)
    low, high = student.interval(0.95, count - 1, loc=x.mean(), scale=x.std(ddof=1) / np.sqrt(count))
    found = one_way(x.mean(), without_each(x))
    assert found[0] <= low + 1e-12 and found[1] >= high - 1e-12


@pytest.mark.parametrize("count", [8, 15])
def test_skewed_figures_of_few_groups_are_covered_about_19_times_in_20(count):
    rng = np.random.default_rng(0)
    hits = 0
    for _ in range(400):
        x = rng.exponential(size=count)
        low, high = one_way(x.mean(), without_each(x))
        hits += low <= 1 <= high
    assert 0.92 <= hits / 400 <= 0.99  # Student's t alone: .88 and .90


def test_shares_stay_between_nought_and_one_and_others_need_not():
    x = np.array([0.02, 0.03, 0.3, 0.02, 0.05, 0.02, 0.03, 0.1])
    low, high = interval(x.mean(), (without_each(x),), bounded=True)
    assert 0 < low < x.mean() < high < 1
    plain = interval(x.mean(), (without_each(x),), bounded=False)
    assert plain == one_way(x.mean(), without_each(x))
    low, high = interval(x.mean(), (np.append(without_each(x), 0.0),), bounded=True)  # not on the log odds
    assert low == 0 and high <= 1
    assert interval(x.mean(), (np.append(without_each(x), 9.0),), bounded=False, most=1.0) == (-1.0, 1.0)


def test_groups_that_are_as_good_as_equal_are_as_equal_ones():
    x = np.array([1.0, 0, 0, 0, 0, 0, 0, 0, 0])
    near = x + 1e-8 * np.arange(9)
    assert one_way(near.mean(), without_each(near)) == pytest.approx(one_way(x.mean(), without_each(x)), abs=1e-5)


def test_two_way_by_hand():
    table = np.array([[1.0, 2, 3, 7], [2, 4, 4, 5], [0, 3, 9, 1]])
    rows = np.array([np.delete(table, i, 0).mean() for i in range(3)])
    columns = np.array([np.delete(table, j, 1).mean() for j in range(4)])
    cells = np.array([np.delete(table.ravel(), k).mean() for k in range(12)])

    def jackknife(x):
        return (len(x) - 1) / len(x) * sum((one - x.mean()) ** 2 for one in x)

    variance = jackknife(rows) + jackknife(columns) - jackknife(cells)
    least = max(jackknife(rows), jackknife(columns))
    half = student.ppf(0.975, 2) * np.sqrt(max(variance, least))
    value = table.mean()
    assert two_way(value, rows, columns, cells) == pytest.approx((value - half, value + half))
    assert interval(value, (rows, columns, cells), bounded=False) == pytest.approx((value - half, value + half))
    assert not np.isnan(half)
    with_gap = two_way(value, np.append(rows, np.nan), columns, cells)
    assert with_gap == pytest.approx((value - half, value + half))


def test_two_way_without_cells_keeps_the_wider_of_rows_and_columns():
    rows, columns = np.array([0.1, 0.2, 0.6]), np.array([0.29, 0.3, 0.31, 0.3])
    low, high = two_way(0.3, rows, columns, np.empty(0))
    assert not np.isnan([low, high]).any()
    only = two_way(0.3, rows, np.full(4, 0.3), np.full(12, 0.3))
    assert high - low >= (only[1] - only[0]) * 0.999
    assert np.isnan(two_way(0.3, rows[:2], columns, np.empty(0))).all()


def test_draws_with_replacement_are_shares():
    times = drawn_again(7, 1)
    assert times.shape == (999, 7)
    assert times.sum(1) == pytest.approx(1)
    assert times.mean(0) == pytest.approx(1 / 7, abs=0.02)
    assert times * 7 == pytest.approx(np.round(times * 7))
