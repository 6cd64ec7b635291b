"""The nearest gene of an element, beside the plain way of finding it."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from regard.predictors.nearest import nearest_gene, within_reach

PLACE = st.integers(0, 40)
STARTS = st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(["1", "2"]), PLACE), min_size=1, max_size=8)
PAIRS = st.lists(st.tuples(st.sampled_from(["1", "2"]), PLACE, st.integers(1, 5), st.sampled_from("ABCD")), min_size=1)


@given(PAIRS, STARTS)
def test_nearest_is_what_looking_at_every_gene_says(pairs, starts):
    table = pd.DataFrame([(c, s, s + n, g) for c, s, n, g in pairs], columns=["chrom", "start", "end", "gene"])
    found = nearest_gene(table, pd.DataFrame(starts, columns=["gene", "chrom", "tss"]))
    for (chrom, start, length, gene), value in zip(pairs, found, strict=True):
        away = {(g, tss): abs(start + length / 2 - tss) for g, c, tss in starts if c == chrom}
        own = [distance for (g, _), distance in away.items() if g == gene]
        expected = float(min(own) <= min(away.values())) if own else np.nan
        assert np.array_equal([value], [expected], equal_nan=True)


def test_a_hundred_kilobases_are_within_and_one_base_more_is_not():
    assert within_reach(np.array([0, 100_000, 100_001])).tolist() == [1, 1, 0]
