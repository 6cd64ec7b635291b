import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from regard.core.parts import keep, kept

PART = np.arange(6.0).reshape(2, 3)


def test_a_part_comes_back_as_it_went(tmp_path):
    keep(tmp_path / "0.npy", PART)
    np.testing.assert_array_equal(kept(tmp_path / "0.npy"), PART)
    assert kept(tmp_path / "1.npy") is None


@given(at=st.integers(0, 207), bit=st.integers(0, 7), cut=st.integers(0, 207))
def test_a_damaged_part_is_none(tmp_path_factory, at, bit, cut):
    path = tmp_path_factory.mktemp("part") / "0.npy"
    keep(path, PART)
    content = bytearray(path.read_bytes())
    assert len(content) == 208
    path.write_bytes(content[:cut])
    assert kept(path) is None
    content[at] ^= 1 << bit
    path.write_bytes(content)
    assert kept(path) is None
