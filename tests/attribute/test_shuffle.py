import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from regard.attribute.shuffle import dinucleotide_shuffle


def pairs(codes):
    return np.bincount(codes[:-1].astype(int) * 5 + codes[1:], minlength=25)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=60), st.integers(0, 5))
def test_counts_of_pairs_and_both_ends_stay(letters, seed):
    codes = np.array(letters, dtype=np.uint8)
    shuffled = dinucleotide_shuffle(codes, np.random.default_rng(seed))
    np.testing.assert_array_equal(pairs(shuffled), pairs(codes))
    assert (shuffled[0], shuffled[-1], len(shuffled)) == (codes[0], codes[-1], len(codes))


def test_all_orders_come_equally_often():
    # ABACADA... : the three loops through the first letter can come in any order: 6 walks
    codes = np.array([0, 1, 0, 2, 0, 3, 0], dtype=np.uint8)
    rng = np.random.default_rng(0)
    drawn = [dinucleotide_shuffle(codes, rng).tobytes() for _ in range(3000)]
    seen, times = np.unique(drawn, return_counts=True)
    assert len(seen) == 6
    assert times.min() > 400 and times.max() < 600  # 500 ± 5 standard deviations


def test_a_long_sequence_becomes_another_one():
    codes = np.random.default_rng(1).integers(0, 4, 500).astype(np.uint8)
    assert (dinucleotide_shuffle(codes, np.random.default_rng(2)) != codes).mean() > 0.6
