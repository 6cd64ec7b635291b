"""Steps inside heads: what the pipeline gives a head, and what is refused."""

import numpy as np
import pytest

from regard.core.maps import attention_maps
from regard.core.tokens import token_table
from regard.errors import PipelineError
from regard.reduce.inside import InHeads


def maps(length):
    values = np.random.default_rng(length).random((3, length, length)).astype(np.float32)
    return values / values.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize(
    ("pipeline", "pairs"),
    [
        ("symmetrise | apc", True),
        ("uniform | log(floor=0.01) | detrend", True),
        ("drop_special | drop_self | received", False),
    ],
)
def test_each_head_is_that_of_per_head(pipeline, pairs):
    inside = InHeads(f"{pipeline} | mean(head, layer)")
    assert (inside.pipeline, inside.pairs) == (pipeline, pairs)
    for length in (5, 9, 5):  # the length may change
        attention = maps(length)
        whole = attention_maps([attention[None]], ["one"], [token_table(["A"] * length)])
        wanted = [one.values[0] for one in whole.reduce(f"{pipeline} | per_head").values()]
        np.testing.assert_allclose(inside(attention), wanted, atol=1e-6)
        np.testing.assert_allclose(inside(attention[:1])[0], wanted[0], atol=1e-6)


@pytest.mark.parametrize(
    ("pipeline", "says"),
    [
        ("symmetrise | max(layer, head)", "takes layers or heads away"),
        ("rollout | received", "'rollout' takes layers or heads away"),
        ("select(head=2) | received", "takes layers or heads away"),
        ("pool(2) | symmetrise", "one value for every token or pair"),
        ("received | mean(position)", "one value for every token or pair"),
        ("mean(layer, head)", "say how the map of each head is read"),
        ("symetrise", "no reduction is called 'symetrise'"),
    ],
)
def test_what_is_refused_is_one_line(pipeline, says):
    with pytest.raises(PipelineError, match=says):
        InHeads(pipeline)
