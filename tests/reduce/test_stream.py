"""A pipeline over layers as they come gives what it gives on all maps."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regard.core.maps import attention_maps
from regard.core.tokens import token_table
from regard.errors import InputError, PipelineError
from regard.reduce.pipeline import reduce
from regard.reduce.stream import Streamed

LAYERS, HEADS = 3, 4
WEIGHTS = {"antibody contacts, best": np.random.default_rng(1).normal(size=LAYERS * HEADS)}
PIPELINES = [
    "mean(layer, head)",
    "symmetrise | mean(head, layer)",
    "apc | mean(layer, head)",
    "symmetrise | apc | mean(layer, head)",
    "symmetrise | apc | weights(antibody contacts, best) | detrend",
    "drop_special | symmetrise | apc | weights(antibody contacts, best)",
    "drop_special | symmetrise | apc | mean(layer, head)",
    "detrend | max(layer, head) | given",
    "apc | mean(head) | detrend | mean(layer)",
    "mean(layer) | symmetrise | apc | max(head)",
    "max(head) | last | entropy",
    "last | last(head)",
    "last(head) | select(layer=1) | distance",
    "select(layer=1, head=2) | received",
    "select(head=3) | received | per_head",
    "apc | select(layer=1) | mean(head, query)",
    "mean(layer, query) | mean(head)",
    "remove_sinks(share=0.15) | received | mean(layer, head)",
    "remove_sinks(share=0.15) | mean(head) | remove_sinks(share=0.2) | max(layer)",
    "remove_sinks(share=0.15) | last(head) | last",
    "rollout | received",
    "symmetrise | rollout(residual=0.3)",
    "mean(head) | rollout",
    "received | per_head",
    "mean(layer) | received | per_head",
    "drop_special | max(head) | given | per_head",
    "from(2, 4:6) | received | mean(layer, head)",
    "pool(3) | symmetrise | mean(layer, head)",
    "pool(2) | entropy | per_head",
    "mean(layer, head) | from(1:3) | mean(query)",
    "causal | log | detrend | received | mean(layer, head)",
]


def some_maps(length=7, causal=False, seed=0):
    maps = np.random.default_rng(seed).random((LAYERS, HEADS, length, length)).astype(np.float32) ** 4 + 1e-3
    maps = np.tril(maps) if causal else maps
    return maps / maps.sum(axis=-1, keepdims=True)


def streamed(pipeline, maps, at_once=HEADS, **how):
    stream = Streamed(pipeline, layers=LAYERS, heads=HEADS, **how)
    for layer, one in enumerate(maps):
        for first in range(0, HEADS, at_once):
            stream.add(layer, one[first : first + at_once])
    return stream.scores()


def assert_same(found, wanted):
    if isinstance(wanted, dict):
        assert list(found) == list(wanted)
        for name in wanted:
            assert_same(found[name], wanted[name])
        return
    assert (type(found), found.name, found.ids, found.notes) == (type(wanted), wanted.name, wanted.ids, wanted.notes)
    np.testing.assert_allclose(found.values[0], wanted.values[0], atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("at_once", [1, 3, 4])
@pytest.mark.parametrize("pipeline", PIPELINES)
def test_a_stream_gives_what_all_maps_give(pipeline, at_once):
    table = token_table(["<cls>", *"MKTWV", "<eos>"], [True, *[False] * 5, True])
    maps = some_maps(causal="causal" in pipeline)
    wanted = reduce(attention_maps([maps], ["p"], [table]), pipeline, weights=WEIGHTS)
    assert_same(streamed(pipeline, maps, at_once, id="p", tokens=table, weights=WEIGHTS), wanted)


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 300), st.integers(1, HEADS), st.integers(0, 99), st.sampled_from(PIPELINES[:4]))
def test_a_corrected_sum_is_the_sum_of_corrected_maps(length, at_once, seed, pipeline):
    maps = some_maps(length, seed=seed)
    wanted = reduce(attention_maps([maps], ["seq1"], [token_table(["X"] * length)]), pipeline)
    assert_same(streamed(pipeline, maps, at_once), wanted)


def test_maps_are_not_changed_and_more_may_be_read_after_the_scores():
    maps = some_maps()
    before = maps.copy()
    stream = Streamed("symmetrise | apc | mean(layer, head)", layers=LAYERS, heads=HEADS)
    for layer, one in enumerate(maps):
        stream.add(layer, one)
    np.testing.assert_array_equal(stream.scores().values[0], stream.scores().values[0])
    np.testing.assert_array_equal(maps, before)


@pytest.mark.parametrize(
    "pipeline", ["apc | mean(layer, head)", "entropy | mean(layer, head)", "apc | max(layer, head)"]
)
def test_queries_and_keys_may_differ(pipeline):
    maps = np.full((LAYERS, HEADS, 2, 5), 0.2, np.float32)
    wanted = reduce(attention_maps([maps], ["seq1"], [token_table(list("AC"))], [token_table(list("vwxyz"))]), pipeline)
    assert_same(streamed(pipeline, maps), wanted)


@pytest.mark.parametrize(
    ("pipeline", "reason"),
    [
        ("received", " leaves layer, head, position; end with mean(…), max(…), last(…) or select(…)"),
        ("mean(layer) | received", " leaves head, position;"),
        ("apc", " leaves layer, head, query, key;"),
        ("select(layer=3) | mean(head)", ": select(layer=3): there are 3, counted from 0"),
        ("mean(head) | weights(antibody contacts, best)", ": weights are of layers and heads: they must come before"),
        ("mean(layer) | rollout", ": rollout multiplies layers"),
        (
            "apc | per_head",
            " keeps the maps of every head, so it cannot be streamed; leave positions, as received does",
        ),
        ("mean(layer) | per_head", " keeps the maps of every head"),
        ("weights(mine)", ": 'mine' in 'weights(mine)' names no weights; there are antibody contacts, best"),
    ],
)
def test_what_does_not_fit_is_said_before_any_map_comes(pipeline, reason):
    with pytest.raises(PipelineError) as caught:
        Streamed(pipeline, layers=LAYERS, heads=HEADS, weights=WEIGHTS)
    assert str(caught.value).startswith(f"pipeline {pipeline!r}{reason}")
    assert "\n" not in str(caught.value)


def test_layers_and_heads_come_in_order_and_all_of_them():
    maps = some_maps()
    stream = Streamed("received | mean(layer, head)", layers=LAYERS, heads=HEADS)
    with pytest.raises(
        InputError, match="4 heads of layer 1 came; the next of 3 layers × 4 heads are layer 0, from head 0"
    ):
        stream.add(1, maps[1])
    stream.add(0, maps[0][:3])
    with pytest.raises(InputError, match=r"2 heads of layer 0 came; .* layer 0, from head 3"):
        stream.add(0, maps[0][:2])
    stream.add(0, maps[0][3:])
    with pytest.raises(InputError, match="1 of 3 layers were added"):
        stream.scores()


def test_what_only_the_maps_show_is_said_when_they_come():
    for pipeline, reason in (
        ("symmetrise | mean(layer, head)", "symmetrise needs square maps, got 2 × 3"),
        ("symmetrise | max(layer, head)", "symmetrise needs square maps, got 2 × 3"),
        ("from(2) | max(layer, head)", "from(2): there are 2 queries, counted from 0"),
    ):
        with pytest.raises(PipelineError, match=re.escape(f"pipeline {pipeline!r}: {reason}")):
            streamed(pipeline, np.full((LAYERS, HEADS, 2, 3), 1 / 3, np.float32))
    maps = some_maps()
    maps[1, 1, 3] = np.nan
    with pytest.raises(InputError, match="missing values; a stream takes maps of one sample, without padding"):
        streamed("apc | mean(layer, head)", maps)
