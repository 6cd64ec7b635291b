import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from regard.core.stretches import stretches


@given(arrays(bool, st.integers(1, 30)))
def test_stretches_are_the_labels_again(labels):
    again = np.zeros_like(labels)
    for start, end in stretches(labels):
        assert not again[start:end].any() and (start == 0 or not labels[start - 1])
        again[start:end] = True
    assert np.array_equal(again, labels)
