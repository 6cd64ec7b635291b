"""Rows of two runs are joined by what they are about, one to one, and a difference is the second less the first."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from regard.core.evidence import evidence
from regard.studies.beside.rows import COLUMNS, KEY, beside
from tests.studies.runs import row


def joined(one, other):
    return beside(evidence(one), evidence(other))


def test_values_verdicts_and_intervals():
    one = [row("a", 0.2, "not supported"), row("b", 0.5, "supported"), row("c", 0.5, "supported")]
    other = [row("c", 0.55, "supported"), row("a", 0.6, "supported"), row("d", 0.1, "too few labels", n=80)]
    table = joined(one, other)
    assert list(table) == COLUMNS
    assert table.method.tolist() == ["a", "b", "c", "d"]
    np.testing.assert_allclose(table.difference, [0.4, np.nan, 0.05, np.nan])
    assert table.intervals.tolist() == ["apart", "", "overlap", ""]
    assert table.labels.tolist() == ["same count", "", "same count", ""]
    assert table.verdict_1.fillna("-").tolist() == ["not supported", "supported", "supported", "-"]
    assert table.verdict_2.fillna("-").tolist() == ["supported", "-", "supported", "too few labels"]


def test_other_numbers_of_labels_are_said():
    assert joined([row("a", 1, "x")], [row("a", 1, "x", positives=8)]).labels.tolist() == ["other count"]


def test_a_mutant_of_another_name_is_joined_where_nothing_else_can_be_meant():
    wild = [row("a", 0.2, "x", item="wild"), row("b", 0.3, "x", item="wild")]
    mutant = [row("b", 0.4, "x", item="mutant"), row("a", 0.6, "x", item="mutant")]
    table = joined(wild, mutant)
    assert table[["item", "item_2", "method"]].to_numpy().tolist() == [["wild", "mutant", "a"], ["wild", "mutant", "b"]]
    np.testing.assert_allclose(table.difference, [0.4, 0.1])
    two = joined(wild, [*mutant, row("a", 0.7, "x", item="other mutant")])
    assert two.method.tolist() == ["a", "b", "a", "a"]  # which of them is meant is not known
    assert two.item_2.tolist() == ["", "mutant", "", ""]


def test_rows_that_stand_twice_are_joined_in_their_order():
    table = joined([row("a", 1, "x"), row("a", 2, "x")], [row("a", 5, "x"), row("a", 7, "x"), row("a", 9, "x")])
    np.testing.assert_allclose(table.difference, [4, 5, np.nan])


def test_nothing_is_lost_where_nothing_was_judged():
    assert len(joined([], [])) == 0
    assert joined([], [row("a", 1, "x")]).verdict_2.tolist() == ["x"]


names = st.lists(st.tuples(st.sampled_from("pq"), st.sampled_from("abc"), st.sampled_from("uv")), max_size=8)


@settings(max_examples=10)
@given(names, names)
def test_every_row_is_there_once_and_the_other_way_round_is_the_mirror(one, other):
    one, other = (
        evidence([row(m, i / 8, "x", item=item, annotation=a) for i, (item, m, a) in enumerate(rows)])
        for rows in (one, other)
    )
    table, back = beside(one, other), beside(other, one)
    for run, rows in ((1, one), (2, other)):
        assert sorted(table[f"value_{run}"].dropna()) == sorted(rows.value)
    same = table[table.item_2 == ""]
    mirrored = back[back.item_2 == ""]
    for columns in (KEY, ["value_1", "value_2"]):
        flipped = mirrored.rename(columns={"value_1": "value_2", "value_2": "value_1"})
        here, there = (sorted(map(str, rows[columns].to_numpy().tolist())) for rows in (same, flipped))
        assert here == there
    assert isinstance(table, pd.DataFrame) and len(table) == len(back)
