"""Samples of one time are replicates: each goes on in a series of its own, and no two of them follow each other."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from regard.data.expression import Expression
from regard.data.expression_files import read_expression
from regard.data.expression_tables import expression_of
from regard.data.series import repeated, replicates_apart, series_of
from regard.errors import InputError
from regard.predictors.dynamic import check_times, production


def table(time, values=None) -> Expression:
    time = np.array(time, dtype=float)
    told, series = series_of(time, np.zeros(len(time)))
    values = np.random.default_rng(0).normal(size=(len(time), 3)) if values is None else values
    return Expression(values, ["a", "b", "c"], [f"s{i}" for i in range(len(time))], time=told, series=series)


def test_equal_times_stay_in_a_series_and_falling_ones_begin_another():
    assert table([0, 0, 1, 1, 2, 0, 1]).series.tolist() == [0, 0, 0, 0, 0, 1, 1]
    assert repeated(*series_of(np.array([0.0, 0, 1, 1, 2, 0, 1]), np.zeros(7))) == 2
    assert table([5, 5, 5]).series is None and table([np.nan, 5, np.nan]).time is None


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4, 5, 6], [1, 0, 2, 3, 5, 4, 6]])
def test_every_time_stands_once_in_a_series(order):
    time, series = np.array([0.0, 0, 1, 1, 2, 2, 2])[order], np.zeros(7, dtype=int)
    found = replicates_apart(time, series, None)
    assert len({(s, t) for s, t in zip(found, time, strict=True)}) == 7
    assert [(found == one).sum() for one in np.unique(found)] == [3, 3, 1]


def test_samples_to_which_something_else_was_done_are_no_replicates():
    done = np.zeros((6, 3), dtype=np.int8)
    done[[1, 2, 5], 0] = 1  # knocked out at times 0, 1 and 2, in another order
    found = replicates_apart(np.array([0.0, 0, 1, 1, 2, 2]), np.zeros(6, dtype=int), done)
    assert found.tolist() == [0, 1, 1, 0, 0, 1]
    rising = replicates_apart(np.array([0.0, 1, 2, 3, 4, 5]), np.zeros(6, dtype=int), done)
    assert rising.tolist() == [0] * 6  # what begins to be done within a series leaves it one


def test_by_content_lays_replicates_apart_and_leaves_other_series_as_they_are():
    apart = table([0, 0, 1, 1, 2, 2]).by_content()
    assert apart.time.tolist() == [0, 1, 2, 0, 1, 2] and apart.series.tolist() == [0, 0, 0, 1, 1, 1]
    assert apart.samples == ["s0", "s2", "s4", "s1", "s3", "s5"]
    plain = table([0, 1, 2, 0, 1, 2])
    assert plain.by_content().samples == plain.samples


def test_rates_are_of_each_replicate_by_itself():
    time = np.array([0.0, 0, 1, 1])
    values = np.array([[0.0, 1, 5], [10, 1, 4], [2, 1, 3], [13, 1, 2]])
    x, _ = production(table(time, values).by_content())
    assert x[:, 0].tolist() == [0, 10]
    flat = dataclasses.replace(table([0, 1, 2, 3]), time=np.zeros(4), series=np.zeros(4, dtype=int))
    with pytest.raises(InputError, match=r"'dyngenie3' needs a time series.* with two times or more"):
        check_times("dyngenie3", flat)


def test_readers_say_that_a_column_of_one_time_is_no_series(tmp_path):
    path = tmp_path / "x.tsv"
    path.write_text("sample\tTime\tA\tB\tC\n" + "".join(f"s{i}\t24\t{i}\t{i % 2}\t{i % 3}\n" for i in range(4)))
    expression = read_expression(path)
    assert expression.series is None and "its column Time tells of no series" in expression.remarks[0]
    frame = pd.read_csv(path, sep="\t", index_col=0)
    assert expression_of(frame).series is None
