import numpy as np
import pytest

from regard.core.maps import DIMS, attention_maps
from regard.core.tokens import token_table
from regard.errors import InputError


def uniform(layers, heads, queries, keys=None):
    keys = keys or queries
    return np.full((layers, heads, queries, keys), 1 / keys, dtype=np.float32)


def numbered(layers, heads, n):
    return np.arange(layers * heads * n * n, dtype=np.float32).reshape(layers, heads, n, n)


def test_dims_and_values_stay_where_they_were():
    one = numbered(2, 3, 4)
    maps = attention_maps([one], ["a"], [token_table(list("ACGT"))])
    assert maps.array.dims == DIMS
    assert maps.array.sizes["query"] == 4
    # layer 1, head 2, query 3, key 0: row = query, column = key
    assert float(maps.array.sel(sample="a", layer=1, head=2, query=3, key=0)) == one[1, 2, 3, 0]


def test_samples_of_any_length_come_back_without_padding():
    short, long = numbered(2, 2, 3), numbered(2, 2, 5)
    maps = attention_maps([short, long], ["s", "l"], [token_table(list("ACG")), token_table(list("ACGTA"))])
    np.testing.assert_array_equal(maps[0], short)
    np.testing.assert_array_equal(maps["l"], long)
    assert [m.shape[-1] for m in maps] == [3, 5]
    assert len(maps) == 2
    assert maps.ids == ["s", "l"]
    assert maps.array.length.values.tolist() == [3, 5]
    padding = maps.array[0].values[:, :, 3:, :], maps.array[0].values[:, :, :, 3:]
    assert all(np.isnan(part).all() for part in padding)


def test_tokens_and_special_flags_lie_on_both_axes():
    tables = [token_table(["<cls>", "M"], [True, False]), token_table(["<cls>", "M", "K"], [True, False, False])]
    array = attention_maps([uniform(1, 1, 2), uniform(1, 1, 3)], ["a", "b"], tables).array
    assert array.query_token.values.tolist() == [["<cls>", "M", ""], ["<cls>", "M", "K"]]
    assert array.key_special.values.tolist() == [[True, False, False]] * 2
    assert array.key_special.dtype == bool
    assert array.query_token.dims == ("sample", "query")
    assert array.key_token.dims == ("sample", "key")


def test_keys_may_differ_from_queries():
    queries, keys = token_table(list("AC")), token_table(["x", "y", "z"])
    maps = attention_maps([uniform(1, 2, 2, 3)], ["a"], [queries], [keys])
    assert maps[0].shape == (1, 2, 2, 3)
    assert maps.array.key_token.values.tolist() == [["x", "y", "z"]]


def test_empty_list():
    with pytest.raises(InputError, match="the list is empty"):
        attention_maps([], [], [])


def test_ids_must_be_distinct_and_as_many_as_maps():
    table = token_table(list("AC"))
    with pytest.raises(InputError, match="2 maps, 1 distinct of 2 ids"):
        attention_maps([uniform(1, 1, 2)] * 2, ["a", "a"], [table] * 2)
    with pytest.raises(InputError, match="1 maps, 2 distinct of 2 ids"):
        attention_maps([uniform(1, 1, 2)], ["a", "b"], [table])
    with pytest.raises(InputError, match="1 query and 2 key token tables"):
        attention_maps([uniform(1, 1, 2)], ["a"], [table], [table] * 2)


def test_a_map_must_fit_its_tokens_and_the_first_map():
    table = token_table(list("ACG"))
    with pytest.raises(InputError, match=r"'a'.*\(1, 1, 2, 2\).*3 query and 3 key tokens"):
        attention_maps([uniform(1, 1, 2)], ["a"], [table])
    with pytest.raises(InputError, match=r"'b'.*\(1, 2, 3, 3\).*\(1, 1\) layers and heads"):
        attention_maps([uniform(1, 1, 3), uniform(1, 2, 3)], ["a", "b"], [table, table])


def test_reduce_is_at_hand():
    maps = attention_maps([uniform(2, 2, 4)], ["a"], [token_table(list("ACGT"))])
    scores = maps.reduce("received | mean(layer, head)")
    np.testing.assert_allclose(scores.values[0], 1 / 4)
