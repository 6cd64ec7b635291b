"""Overlaps against every turn of one set, by hand and by counting."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from regard.studies.dna.overlap import highest, overlap


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40))
def test_every_turn_is_counted(pairs):
    first, second = np.array(pairs).T
    turned = [int((first & np.roll(second, -k)).sum()) for k in range(len(first))]
    found = overlap(first, second)
    assert found.shared == turned[0]
    assert found.expected == sum(turned) / len(turned)
    assert found.p == sum(t >= turned[0] for t in turned) / len(turned)


def test_the_highest_are_a_share_and_nothing_that_is_missing():
    values = np.array([np.nan, 3.0, 1.0, 2.0])
    assert np.flatnonzero(highest(values, 0.5)).tolist() == [1, 3]
    assert np.flatnonzero(highest(values, 0.01)).tolist() == [1]
    assert np.flatnonzero(highest(values, 1.0)).tolist() == [1, 2, 3]
