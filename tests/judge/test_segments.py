"""Attention by distance inside helices and strands, planted and not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regard.judge.segments import inside, moved, numbered, segment_pattern, segments

HELICES = "--" + "H" * 14 + "-" * 11 + "EEEEEE" + "-" * 7 + "H" * 12 + "-" * 20 + "H" * 9 + "-----"


def diagonals(rng, secondary, heads=4, offsets=6, planted=()):
    size = len(secondary)
    values = rng.gamma(2.0, 0.01, (heads, offsets, size)) / np.arange(1, offsets + 1)[:, None]
    for head, kind, k, times in planted:
        values[head, k - 1, inside(numbered(segments(secondary, kind), size), k)] *= times
    for k in range(1, offsets + 1):
        values[:, k - 1, size - k :] = np.nan
    return values


def test_a_planted_turn_is_found_in_its_head_alone():
    found = segment_pattern(
        [diagonals(np.random.default_rng(1), HELICES, planted=[(2, "H", 4, 5.0)])], [HELICES], "H", draws=199
    )
    assert found.corrected[2] == 1 / 200 and (found.corrected[[0, 1, 3]] > 0.01).all()
    assert found.ratio[2, 3] > 2 > found.ratio[2, 2] and found.pairs == 10 + 8 + 5
    assert segment_pattern([diagonals(np.random.default_rng(1), HELICES)], [HELICES], "E", draws=99).pairs == 4


def test_the_ratio_is_what_its_name_says():
    values = diagonals(np.random.default_rng(2), HELICES)
    found = segment_pattern([values], [HELICES], "H", draws=9)
    pairs = [i for i in range(len(HELICES) - 3) if HELICES[i : i + 4] == "HHHH"]
    wanted = values[:, 2, pairs].mean(axis=1) / np.nanmean(values[:, 2], axis=1)
    assert found.ratio[:, 2] == pytest.approx(wanted)


def test_without_a_pattern_p_is_even():
    """Attention that falls off with distance alone passes no more often than it should."""
    p = np.concatenate([
        segment_pattern([diagonals(np.random.default_rng(k), HELICES)], [HELICES], "H", draws=99, seed=k).p
        for k in range(60)
    ])  # fmt: skip
    assert (p <= 0.05).mean() < 0.1 and 0.4 < p.mean() < 0.6


def test_a_pair_is_of_one_segment():
    """Two segments that touch are two."""
    assert np.flatnonzero(inside(numbered([(1, 5), (5, 8)], 10), 2)).tolist() == [1, 2, 5]


def test_no_segment_long_enough_has_no_pattern():
    assert segment_pattern([diagonals(np.random.default_rng(0), "-HHH-EE---")], ["-HHH-EE---"], "H") is None


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(0, 30), st.integers(0, 99))
def test_moved_segments_keep_their_lengths_and_do_not_overlap(lengths, free, seed):
    places = moved(lengths, sum(lengths) + free, np.random.default_rng(seed))
    assert sorted(stop - start for start, stop in places) == sorted(lengths)
    covered = [i for start, stop in places for i in range(start, stop)]
    assert len(set(covered)) == len(covered) and min(covered) >= 0 and max(covered) < sum(lengths) + free
