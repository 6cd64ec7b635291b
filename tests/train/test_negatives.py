import numpy as np
import pytest

from regard.train.negatives import replace_blocks


def test_exactly_eight_of_twenty_blocks_stay_and_the_rest_is_uniform():
    rng = np.random.default_rng(0)
    parents = np.zeros((400, 300), dtype=np.uint8)
    built = replace_blocks(parents, rng)
    kept = (built.reshape(400, 20, 15) == 0).all(axis=2)  # a replaced block is all A once in a billion
    assert (kept.sum(axis=1) == 8).all()
    assert abs(kept.mean(axis=0) - 0.4).max() < 0.12  # every place is as likely
    noise = built.reshape(400, 20, 15)[~kept]
    assert abs(np.bincount(noise.ravel(), minlength=4) / noise.size - 0.25).max() < 0.01
    assert built.dtype == np.uint8 and not parents.any()


def test_the_same_seed_gives_the_same_negatives():
    parents = np.random.default_rng(1).integers(0, 4, (5, 40), dtype=np.uint8)
    one, same, other = (replace_blocks(parents, np.random.default_rng(s), keep=3) for s in (2, 2, 3))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_a_length_that_does_not_divide_is_refused():
    with pytest.raises(ValueError, match="301 bases cannot be cut into 20"):
        replace_blocks(np.zeros((1, 301), dtype=np.uint8), np.random.default_rng(0))
