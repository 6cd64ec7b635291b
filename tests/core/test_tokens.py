import pytest

from regard.core.tokens import token_table


def test_one_base_a_token():
    table = token_table(list("ACG"))
    assert list(table.columns) == ["token", "start", "end", "special"]
    assert table.start.tolist() == [0, 1, 2]
    assert table.end.tolist() == [1, 2, 3]
    assert not table.special.any()


def test_special_tokens_stand_for_nothing():
    table = token_table(["<cls>", "M", "K", "<eos>"], [True, False, False, True])
    assert table.start.tolist() == [-1, 0, 1, -1]
    assert table.end.tolist() == [-1, 1, 2, -1]
    assert table.special.tolist() == [True, False, False, True]


def test_special_token_in_the_middle_takes_no_place():
    table = token_table(["A", "<mask>", "C"], [False, True, False])
    assert table.start.tolist() == [0, -1, 1]


@pytest.mark.parametrize("size", [2, 128])
def test_wide_tokens_cover_the_sequence_without_gaps(size):
    table = token_table(["<cls>", "x", "y", "z"], [True, False, False, False], size)
    assert table.start.tolist() == [-1, 0, size, 2 * size]
    assert table.end.tolist() == [-1, size, 2 * size, 3 * size]
